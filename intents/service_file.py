"""From a YAML document to a `Service`, with every problem on the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from intents import rules
from intents.annotation import AnnotationError, items, strip, undashed
from intents.document import Document, Path, Problem, read
from intents.service import About, Example, Form, Response, Service, Slot


class _Block(BaseModel):
    """One item of `nlu:`: an intent's examples or a value's synonyms."""

    model_config = ConfigDict(extra="forbid")

    intent: str | None = None
    synonym: str | None = None
    examples: str


class _File(BaseModel):
    """The whole file as it is written."""

    model_config = ConfigDict(extra="forbid")

    version: str = "3.1"
    service: About
    nlu: list[_Block] = Field(default_factory=list)
    slots: dict[str, Slot] = Field(default_factory=dict)
    forms: dict[str, Form] = Field(default_factory=dict)
    responses: dict[str, list[Response]] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a file gave: a service (or `None` where it could not be made), its document, and all problems."""

    service: Service | None
    document: Document | None
    problems: tuple[Problem, ...]
    example_lines: tuple[int, ...] = ()
    """The line of each of `service.examples`."""


def parse(name: str, text: str) -> Parsed:
    """Read one service file; never raises for what is in it."""
    document = read(name, text)
    if isinstance(document, Problem):
        return Parsed(None, None, (document,))
    try:
        file = _File.model_validate(document.data)
    except ValidationError as error:
        return Parsed(None, document, tuple(_described(document, error)))
    problems: list[Problem] = []
    examples = list(_examples(document, file, problems))
    synonyms = dict(_synonyms(document, file, problems))
    service = Service(
        about=file.service,
        examples=tuple(example for _, example in examples),
        synonyms=synonyms,
        slots=file.slots,
        form=file.forms.get(f"{file.service.id}_form", Form()),
        responses={key: tuple(texts) for key, texts in file.responses.items()},
        path=name,
    )
    problems += _misplaced(document, file)
    problems += [document.problem(path, message) for path, message in rules.broken(service)]
    lines = tuple(line for line, _ in examples)
    problems += [Problem(name, line, message) for line, message in rules.broken_examples(service, lines)]
    return Parsed(service, document, tuple(problems), lines)


def _described(document: Document, error: ValidationError) -> Iterator[Problem]:
    for detail in error.errors(include_url=False, include_input=False, include_context=False):
        path: Path = detail["loc"]
        where = ".".join(str(part) for part in path)
        what = detail["msg"].replace("Input should be", "expected")
        match detail["type"]:
            case "extra_forbidden":
                what = "not a key that is known here"
            case "missing":
                what = "is missing"
        yield document.problem(path, f"{where}: {what}")


def _lines(document: Document, file: _File, index: int, problems: list[Problem]) -> Iterator[tuple[int, str]]:
    path: Path = ("nlu", index, "examples")
    for offset, line in items(file.nlu[index].examples):
        try:
            yield document.line(path) + 1 + offset, undashed(line)
        except AnnotationError as error:
            problems.append(document.problem(path, str(error), below=1 + offset))


def _examples(document: Document, file: _File, problems: list[Problem]) -> Iterator[tuple[int, Example]]:
    for index, block in enumerate(file.nlu):
        if block.intent is None:
            continue
        for line, text in _lines(document, file, index, problems):
            try:
                yield line, strip(text)
            except AnnotationError as error:
                problems.append(Problem(document.name, line, str(error)))


def _synonyms(document: Document, file: _File, problems: list[Problem]) -> Iterator[tuple[str, tuple[str, ...]]]:
    known = {value for slot in file.slots.values() for value in slot.values}
    for index, block in enumerate(file.nlu):
        if block.synonym is None:
            continue
        if block.synonym not in known:
            problems.append(document.problem(("nlu", index), f"synonym {block.synonym!r} is not a value of any slot"))
        yield block.synonym, tuple(text for _, text in _lines(document, file, index, problems))


def _misplaced(document: Document, file: _File) -> Iterator[Problem]:
    """What is well-formed but stands for something else than this file's one service."""
    expected = file.service.id
    if document.name.rsplit("/", 1)[-1].removesuffix(".yaml").removesuffix(".yml") != expected:
        yield document.problem(("service", "id"), f"service.id: expected the file's name, found {expected!r}")
    for index, block in enumerate(file.nlu):
        if (block.intent is None) == (block.synonym is None):
            yield document.problem(("nlu", index), "expected either `intent:` or `synonym:`")
        elif block.intent not in (None, expected):
            yield document.problem(("nlu", index), f"intent: expected {expected!r}, found {block.intent!r}")
    for name in file.forms:
        if name != f"{expected}_form":
            yield document.problem(("forms", name), f"form: expected '{expected}_form', found {name!r}")
