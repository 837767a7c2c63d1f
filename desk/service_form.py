"""A service file as a plain form and back: what an admin may change, in words, with everything else left as it is."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import LiteralScalarString

_RESPONSES = {
    "utter_intent": ("What it is called", "Said in a question: “Is it about …?”"),
    "utter_answer": ("The answer", "What is said when somebody asks. At most 50 words, short sentences, for the ear."),
    "utter_route": ("Before putting through", "Said before the caller is put through to the team."),
    "utter_confirm": ("Reading it all back", "Ends with a question that can be answered with yes or no."),
    "utter_done": ("When it is done", "Must hold {reference}."),
    "utter_later": ("When the council’s system does not answer", "Must hold {reference}."),
}
_QUESTION = "One wording a line: the first is how it is asked, the second asks again in other words."


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that can be changed. `lines` holds several wordings or examples, one a line."""

    id: str
    label: str
    value: str
    hint: str = ""
    kind: Literal["line", "lines", "hours", "date"] = "lines"
    group: Literal["about", "answer", "questions", "examples", "words"] = "answer"


def read(text: str) -> tuple[Field, ...]:
    """The form's fields for one service file."""
    data = _yaml().load(text)
    return (*_about(data["service"]), *_responses(data), *_examples(data))


def write(text: str, values: Mapping[str, str]) -> str:
    """The file with the form's values put in; comments and everything that is not in the form stay as they are."""
    yaml = _yaml()
    data = yaml.load(text)
    before = {field.id: field.value for field in read(text)}
    for name, value in values.items():
        if name in before and _clean(value) != before[name]:
            _put(data, name, _clean(value))
    written = io.StringIO()
    yaml.dump(data, written)
    return written.getvalue()


def _yaml() -> YAML:
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 4096
    yaml.indent(mapping=2, sequence=2, offset=0)
    return yaml


def _clean(value: str) -> str:
    lines = (" ".join(line.split()) for line in value.splitlines())
    return "\n".join(line for line in lines if line)


def _about(about: Mapping[str, Any]) -> Iterator[Field]:
    yield Field("title", "Name of the service", str(about["title"]), "Shown at the desk.", "line", "about")
    yield Field(
        "notice",
        "Notice",
        str(about.get("notice") or ""),
        "Spoken before anything else about this service, for example when collections are late. Leave empty for none.",
        "line",
        "about",
    )
    yield Field("hours", "When it is offered", str(about.get("hours") or "always"), "", "hours", "about")
    source = about.get("source")
    if source:
        yield Field("source.title", "Published page", str(source["title"]), "", "line", "about")
        yield Field("source.url", "Address of the page", str(source["url"]), "", "line", "about")
        hint = "For example 2026-10-01."
        yield Field("source.updated", "Date of the page", str(source["updated"]), hint, "date", "about")


def _responses(data: Mapping[str, Any]) -> Iterator[Field]:
    for key, wordings in (data.get("responses") or {}).items():
        label, hint, group = _described(key)
        value = "\n".join(" ".join(str(wording["text"]).split()) for wording in wordings)
        yield Field(f"responses.{key}", label, value, hint, "lines", group)


def _described(key: str) -> tuple[str, str, Literal["answer", "questions"]]:
    if key in _RESPONSES:
        return (*_RESPONSES[key], "answer")
    for start, label in (("utter_ask_", "Question"), ("utter_confirm_", "Checking")):
        if key.startswith(start):
            return f"{label}: {_spaced(key.removeprefix(start))}", _QUESTION if label == "Question" else "", "questions"
    if key.startswith("utter_outcome_"):
        return f"When the look-up says: {_spaced(key.removeprefix('utter_outcome_'))}", "", "answer"
    return _spaced(key.removeprefix("utter_")), "", "answer"


def _examples(data: Mapping[str, Any]) -> Iterator[Field]:
    for index, block in enumerate(data.get("nlu") or ()):
        value = "\n".join(_items(str(block["examples"])))
        if "intent" in block:
            hint = "One a line, as people say it on the phone. [words](name) marks a value that is asked for."
            yield Field(f"nlu.{index}", "What people say", value, hint, "lines", "examples")
        else:
            yield Field(f"nlu.{index}", f"Other words for “{block['synonym']}”", value, "", "lines", "words")


def _items(block: str) -> Iterator[str]:
    for line in block.splitlines():
        stripped = line.strip()
        if stripped and not stripped.startswith("#"):
            yield stripped.removeprefix("-").strip()


def _put(data: Any, name: str, value: str) -> None:
    head, _, rest = name.partition(".")
    match head:
        case "responses":
            data["responses"][rest][:] = [{"text": line} for line in value.splitlines()]
        case "nlu":
            lines = "".join(f"- {line}\n" for line in value.splitlines())
            data["nlu"][int(rest)]["examples"] = LiteralScalarString(lines)
        case "source":
            data["service"]["source"][rest] = value
        case "notice" if not value:
            data["service"].pop("notice", None)
        case _ if head in data["service"]:
            data["service"][head] = value
        case _:
            # Not at the end, where it would stand below the blank line that ends the block.
            data["service"].insert(2, head, value)


def _spaced(name: str) -> str:
    return name.replace("_", " ")
