"""Every typed value of an utterance, read by the reader of its type."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from intents.entities.address import read_address, read_street
from intents.entities.choice import read_choice
from intents.entities.dates import read_date
from intents.entities.email import read_email
from intents.entities.location import read_location
from intents.entities.money import read_money
from intents.entities.numbers import read_number
from intents.entities.person import read_person
from intents.entities.phone import read_phone
from intents.entities.postcode import read_postcode
from intents.entities.reference import read_reference
from intents.entities.registration import read_registration
from intents.entities.times import read_time
from intents.entities.tokens import LONGEST
from intents.entities.yes_no import read_yes_no
from intents.gazetteer import Gazetteer
from intents.understanding import Value

Choices = Mapping[str, Mapping[str, Sequence[str]]]
"""Entity → canonical value → the ways it is said."""
_SIMPLE: Mapping[str, Callable[..., tuple[Value, ...]]] = {
    "time": read_time,
    "number": read_number,
    "money": read_money,
    "person": read_person,
    "reference": read_reference,
    "registration": read_registration,
    "yes_no": read_yes_no,
}
_RANK = ("email", "phone", "postcode", "registration", "reference", "address", "money", "date", "time", "number")
"""Whose the words are when two types claim them, first come first served."""
_PLACES = frozenset({"address", "street", "location", "postcode"})


def read_values(
    text: str,
    *,
    entities: Sequence[str],
    gazetteer: Gazetteer | None,
    choices: Choices,
    today: date,
    expecting: str | None = None,
    postcode: str | None = None,
    others: Sequence[str] = (),
    before: str = "",
) -> tuple[Value, ...]:
    """The values of the asked `entities` that `text` holds, the expected one first, the others surest first.

    `expecting`: the entity that the open question is for; `date:past` and `date:future` say which way a date without
    a year points. `postcode`: one that the caller gave before, so that "fourteen" is an address. What is told
    by digits and letters is weighed with the recogniser's `others` readings, a telephone number also with what was
    heard of it `before`.
    """
    text = text[:LONGEST]
    wanted, _, way = (expecting or "").partition(":")
    past = {"past": True, "future": False}.get(way)
    found: list[Value] = []
    for entity in dict.fromkeys((*([wanted] if wanted in entities else []), *entities)):
        expected = entity == wanted
        if entity in _SIMPLE:
            found += _SIMPLE[entity](text, expected=expected)
        elif entity == "phone":
            found += read_phone(text, expected=expected, others=others, before=before)
        elif entity == "email":
            found += read_email(text, expected=expected, others=others)
        elif entity == "date":
            found += read_date(text, today, expected=expected, past=past)
        elif entity in _PLACES:
            found += _places(entity, text, gazetteer, expected, postcode)
        elif entity in choices:
            found += read_choice(entity, text, choices[entity], expected=expected)
    return _settled(found, wanted)


def _places(
    entity: str, text: str, gazetteer: Gazetteer | None, expected: bool, postcode: str | None
) -> tuple[Value, ...]:
    if entity == "postcode":
        return read_postcode(text, known=gazetteer.postcodes if gazetteer else (), expected=expected)
    if gazetteer is None:
        return ()
    if entity == "address":
        return read_address(text, gazetteer, expected=expected, postcode=postcode)
    reader = read_street if entity == "street" else read_location
    return reader(text, gazetteer, expected=expected)


def _settled(found: Sequence[Value], wanted: str) -> tuple[Value, ...]:
    """Without those whose words another type has the better claim to."""
    ranked = sorted(found, key=lambda value: (value.entity != wanted or value.probability < 0.5, _rank(value)))
    kept: list[Value] = []
    for value in ranked:
        if not any(_takes(other, value) for other in kept):
            kept.append(value)
    return tuple(sorted(kept, key=lambda value: (value.entity != wanted, -value.probability)))


def _rank(value: Value) -> int:
    return _RANK.index(value.entity) if value.entity in _RANK else len(_RANK)


def _takes(other: Value, value: Value) -> bool:
    if other.entity == value.entity or {other.entity, value.entity} <= _PLACES:
        return False
    if other.entity not in _RANK or value.entity not in _RANK or other.probability < 0.5:
        return False
    return other.span[0] < value.span[1] and value.span[0] < other.span[1]
