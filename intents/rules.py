"""What a service must have so that the dialogue can run it, and what its wording must keep to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from intents.document import Path
from intents.service import BUILT_IN_ENTITIES, Service

Broken = tuple[Path, str]
"""Where a rule is broken in the file, and what was expected."""

QUESTION_WORDS, ANSWER_WORDS = 35, 50
"""The most words that a listener keeps in mind from one wording; a published answer may take a little longer."""

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_FOUR_LISTED = re.compile(
    r",\s*(?!and\b|or\b)(?:[\w{}'-]+\s*){1,4},\s*(?!and\b|or\b)(?:[\w{}'-]+\s*){1,4}?,?\s*\b(?:and|or)\s",
    re.IGNORECASE,
)


def broken(service: Service) -> Iterator[Broken]:
    """Every broken rule of one service, in no particular order."""
    yield from _slots(service)
    yield from _about(service)
    yield from _missing_wording(service)
    yield from _wording(service)


def broken_examples(service: Service, lines: Sequence[int]) -> Iterator[tuple[int, str]]:
    """Annotations of entities that no slot is filled from, as (line, message)."""
    known = BUILT_IN_ENTITIES | {slot.entity for slot in service.slots.values()}
    for line, example in zip(lines, service.examples, strict=True):
        for entity, _ in example.entities:
            if entity not in known:
                yield line, f"the entity {entity!r} is not built in and no slot is filled from it"


def _slots(service: Service) -> Iterator[Broken]:
    form: Path = ("forms", f"{service.id}_form", "required_slots")
    for index, name in enumerate(service.form.required_slots):
        if name not in service.slots:
            yield (*form, index), f"the slot {name!r} is not described under `slots:`"
    for name, slot in service.slots.items():
        path: Path = ("slots", name)
        if not slot.mappings:
            yield path, f"slot {name!r}: expected `mappings:`, so that it can be filled"
        if slot.type == "categorical" and len(slot.values) < 2:
            yield path, f"slot {name!r}: a categorical slot needs at least two `values`"
        entity = slot.entity
        if entity and entity not in BUILT_IN_ENTITIES and (entity != name or not slot.values):
            yield path, f"slot {name!r}: {entity!r} is neither a built-in entity nor this slot's own choice"
        if not entity and any(m.type == "from_entity" for m in slot.mappings):
            yield (*path, "mappings"), f"slot {name!r}: `from_entity` needs `entity:`"
        yield from _conditions(service, name)


def _conditions(service: Service, name: str) -> Iterator[Broken]:
    for other, values in service.slots[name].when.items():
        path: Path = ("slots", name, "when", other)
        if other not in service.slots:
            yield path, f"slot {name!r}: `when` names {other!r}, which is not a slot"
        elif service.slots[other].values and not set(values) <= set(service.slots[other].values):
            yield path, f"slot {name!r}: `when` expects a value that {other!r} does not have"


def _about(service: Service) -> Iterator[Broken]:
    about = service.about
    for index, name in enumerate(about.check_needs):
        if name not in service.slots:
            yield ("service", "check_needs", index), f"check_needs: {name!r} is not a slot"
    if about.check_needs and not about.check:
        yield ("service", "check_needs"), "check_needs: there is no `check:` that needs them"
    if about.outcomes and not about.check:
        yield ("service", "outcomes"), "outcomes: there is no `check:` that reports them"
    if about.kind == "complete" and not (about.action or about.check):
        yield ("service",), "service: kind complete needs an `action:` or a `check:`"
    if about.kind == "answer" and about.source is None:
        yield ("service",), "service: kind answer needs its `source:` (title, url, updated)"
    if about.kind != "complete" and service.form.required_slots:
        yield ("forms",), f"forms: kind {about.kind} asks for nothing"


def needed_wording(service: Service) -> Iterator[str]:
    """The names of the responses that the dialogue will say for this service."""
    about = service.about
    yield "utter_intent"
    if about.kind == "answer":
        yield "utter_answer"
    if about.kind == "route":
        yield "utter_route"
    if about.kind == "complete" and about.action:
        yield from ("utter_confirm", "utter_done", "utter_later")
    for name in about.outcomes:
        yield f"utter_outcome_{name}"
    for name in service.form.required_slots:
        yield f"utter_ask_{name}"
        if name in service.slots and service.slots[name].confirm:
            yield f"utter_confirm_{name}"


def _missing_wording(service: Service) -> Iterator[Broken]:
    needed = tuple(needed_wording(service))
    for name in needed:
        texts = service.responses.get(name, ())
        if not texts:
            yield ("responses",), f"responses: {name!r} is missing"
        elif name.startswith("utter_ask_") and len(texts) < 2:
            yield ("responses", name), f"{name}: expected a second text, for asking again in other words"
    spare = {f"utter_{verb}_{slot}" for verb in ("ask", "confirm") for slot in service.slots} | {"utter_done"}
    for name in service.responses:
        if name not in needed and name not in spare:
            yield ("responses", name), f"{name}: nothing says this; expected a name the dialogue knows"


def _wording(service: Service) -> Iterator[Broken]:
    for name, responses in service.responses.items():
        for index, response in enumerate(responses):
            for message in _faults(service, name, response.text):
                yield ("responses", name, index), f"{name}: {message}"


def _faults(service: Service, name: str, text: str) -> Iterator[str]:
    allowed = {*service.slots, *service.about.facts}
    if name in ("utter_done", "utter_later"):
        allowed.add("reference")
        if service.about.action and "{reference}" not in text:
            yield "expected {reference} in it"
    for placeholder in _PLACEHOLDER.findall(text):
        if placeholder not in allowed:
            yield f"{{{placeholder}}} is neither a slot of this service nor one of its `facts`"
    most = ANSWER_WORDS if name == "utter_answer" else QUESTION_WORDS
    if len(text.split()) > most:
        yield f"{len(text.split())} words; at most {most} can be listened to"
    if _FOUR_LISTED.search(text):
        yield "more than three things in a list; a listener keeps three"
    if name == "utter_confirm" and not text.rstrip().endswith("?"):
        yield "expected a yes or no question at the end"
    if name == "utter_intent" and text.rstrip().endswith((".", "?", "!")):
        yield "expected a noun phrase without a full stop, as in 'Is it about …?'"
