"""A place outdoors: "outside 14 Mill Lane", "the corner of Mill Lane and the High Street", "opposite the chemist".

Values are text with the street's number at the end: `outside 14 Mill Lane, USRN 45901096`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from intents.entities.premises import read_premises
from intents.entities.street_names import StreetMatch
from intents.entities.tokens import Token, fold, tokens
from intents.gazetteer import Gazetteer
from intents.places import Street
from intents.understanding import Value

_RELATION = re.compile(
    r"\b(just outside|right outside|outside|opposite|across (?:the road )?from|in front of|next door to|next to|behind|"
    r"round the back of|at the back of|at the (?:end|bottom|top|far end|start|entrance) of|(?:the )?(?:end|bottom|top|"
    r"middle) of|half ?way (?:down|up|along)|near to|near|beside|under|close to|by|along|on|at|in|above|over)\b(?= )"
)
_JUNCTION = re.compile(r"\b(corner|junction|where|meets|crossroads|joins|between)\b")
_SAID_AS = {
    "right outside": "outside",
    "just outside": "outside",
    "in": "on",
    "at": "at",
    "near to": "near",
    "half way": "halfway",
}


@dataclass(frozen=True, slots=True)
class _Place:
    where: str
    street: Street
    name_street: bool = False
    """The street is not in `where`."""


def read_location(text: str, gazetteer: Gazetteer, *, expected: bool) -> tuple[Value, ...]:
    """At most one place; if one was asked for and no street or landmark is known, the words themselves, unsure."""
    spoken = tokens(text)
    if not spoken:
        return ()
    spans = gazetteer.names.spans(spoken, expected=False)
    landmark = gazetteer.landmark(text)
    if not spans and landmark is None and expected and len(spoken) <= 12:
        spans = gazetteer.names.spans(spoken, expected=True)
    if spans:
        return (_on_street(text, spoken, spans, gazetteer),)
    if landmark is not None:
        place, street = landmark
        where = f"{_relation(text, len(text)) or 'near'} {place.name}"
        return (_value(_Place(where, street, name_street=True), 0.85 if expected else 0.7, spoken),)
    words = " ".join(text.split()).strip(" .,?!")[:200]
    return (Value("location", words, words, 0.3, (0, len(text))),) if expected and len(spoken) > 1 else ()


def _on_street(
    text: str, spoken: Sequence[Token], spans: Sequence[Sequence[StreetMatch]], gazetteer: Gazetteer
) -> Value:
    first = spans[0][0]
    sure = min(0.97, first.probability)
    if len(spans) > 1 and spans[1][0].street != first.street and _JUNCTION.search(fold(text)):
        kind = "between" if " between " in f" {fold(text)}" else "the corner of"
        where = f"{kind} {first.street.name} and {spans[1][0].street.name}"
        return _value(_Place(where, first.street), sure * spans[1][0].probability, spoken)
    before, after = spoken[: first.start], spoken[first.end : first.end + 6]
    said = read_premises([token.text for token in before[-6:]])
    behind = "" if said.number or not after else read_premises([token.text for token in after]).number
    if behind:
        relation = _relation(text[after[0].start :], len(text)) or "outside"
        return _value(_Place(f"{relation} {behind} {first.street.name}", first.street), sure, spoken)
    house = f"{said.number} {first.street.name}" if said.number else first.street.name
    flat = f"flat {said.flat}, " if said.flat else ""
    landmark = gazetteer.landmark(text)
    if landmark is not None and not said.number and landmark[1] != first.street:
        place = f"{_relation(text, len(text)) or 'near'} {landmark[0].name}"
        return _value(_Place(f"{place} on {first.street.name}", first.street), sure, spoken)
    relation = _relation(text, spoken[first.start].start) or ("outside" if said.number else "on")
    where = f"{relation} {flat}{house}"
    others = tuple(
        _value(_Place(where.replace(first.street.name, match.street.name), match.street), match.probability, spoken)
        for match in spans[0][1:3]
        if match.probability > 0.02
    )
    return _value(_Place(where, first.street), sure, spoken, others)


def _relation(text: str, before: int) -> str:
    """The last word of place before the street or landmark."""
    found = [match.group(1) for match in _RELATION.finditer(fold(text)[: before + 1])]
    return _SAID_AS.get(found[-1], found[-1].removeprefix("the ").replace("end of", "the end of")) if found else ""


def _value(place: _Place, sure: float, spoken: Sequence[Token], others: tuple[Value, ...] = ()) -> Value:
    span = (spoken[0].start, spoken[-1].end)
    where = f"{place.where}, {place.street.name}" if place.name_street else place.where
    return Value("location", f"{where}, USRN {place.street.usrn}", place.where, round(sure, 4), span, others)
