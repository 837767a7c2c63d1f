"""Addresses and streets of the council's gazetteer: values are a UPRN and a USRN."""

from __future__ import annotations

from collections.abc import Sequence

from intents.entities.postcode import read_postcode
from intents.entities.premises import FLAT_WORDS, house_number_at, read_premises
from intents.entities.street_names import StreetMatch
from intents.entities.tokens import Token, listed, tokens
from intents.gazetteer import Candidate, Gazetteer
from intents.understanding import Value

MOST = 0.985
"""No address that was only heard once is surer than this."""
_BESIDE_A_NUMBER = frozenset(
    listed(
        "no nope sorry it its it's is number house i said mean meant not that's the at should be actually um er please"
    )
)
"""What is said with a number that corrects another; anything more may be about something else."""


_UPSTAIRS = frozenset({"above", "over", "upstairs"})
"""What is said by somebody who lives on top of a place that everybody knows."""


def read_address(text: str, gazetteer: Gazetteer, *, expected: bool, postcode: str | None = None) -> tuple[Value, ...]:
    """At most one UPRN, with up to four alternatives. `postcode`: one that the caller gave before."""
    spoken = tokens(text)
    if not spoken:
        return ()
    said = read_postcode(text, known=gazetteer.postcodes, expected=False) if len(spoken) > 2 else ()
    before = text
    if said and said[0].probability > 0.5 and gazetteer.at_postcode(said[0].value):
        postcode, before = said[0].value, text[: said[0].span[0]] + " " + text[said[0].span[1] :]
    candidates = gazetteer.find(before, postcode, expected=expected)
    if not expected and not (said or gazetteer.names.spans(spoken)):
        return ()
    if not candidates and postcode and gazetteer.names.spans(tokens(before)):
        candidates = gazetteer.find(before, None, expected=expected)
    open_ = not candidates or candidates[0].probability < 0.5
    if open_ and expected and (door := _below(before, spoken, gazetteer)):
        candidates = gazetteer.find(f"{before}, {door}", postcode) or candidates
    return _value(candidates, place_span(spoken, gazetteer.names.spans(spoken, expected=expected)))


def _below(text: str, spoken: Sequence[Token], gazetteer: Gazetteer) -> str:
    """The number and street of the place that somebody says to live above, empty where neither is known."""
    found = gazetteer.landmark(text) if any(token.text in _UPSTAIRS for token in spoken) else None
    return f"{found[0].number} {found[1].name}" if found and found[0].number else ""


def read_house(text: str, gazetteer: Gazetteer, uprn: str) -> tuple[Value, ...]:
    """The house on the street of `uprn` whose number `text` gives and little else: "no, number fourteen"."""
    held, spoken = gazetteer.by_uprn(uprn), tokens(text)
    said = read_premises([token.text for token in spoken])
    if held is None or not (said.number or said.flat) or set(said.names.split()) - _BESIDE_A_NUMBER:
        return ()
    street = gazetteer.by_usrn[held.usrn].name
    found = gazetteer.find(f"{text.rstrip('.?! ')}, {street}")
    others = [c for c in found if c.address.usrn == held.usrn and c.address.uprn != uprn]
    return _value(others, (spoken[0].start, spoken[-1].end))


def read_street(text: str, gazetteer: Gazetteer, *, expected: bool) -> tuple[Value, ...]:
    """Every street that is named, as a USRN with up to three alternatives."""
    spoken = tokens(text)
    return tuple(_street(span, spoken) for span in gazetteer.names.spans(spoken, expected=expected))


def place_span(spoken: Sequence[Token], spans: Sequence[Sequence[StreetMatch]]) -> tuple[int, int]:
    """The words of an address: the house before the street and the street; the whole utterance if there is none."""
    if not spans:
        return spoken[0].start, spoken[-1].end
    start, end = spans[0][0].start, spans[0][0].end
    words = [token.text for token in spoken]
    for at in range(max(0, start - 6), start):
        if words[at] in FLAT_WORDS or house_number_at(words, at)[0]:
            return spoken[at].start, spoken[end - 1].end
    return spoken[start].start, spoken[end - 1].end


def _value(candidates: Sequence[Candidate], span: tuple[int, int]) -> tuple[Value, ...]:
    if not candidates:
        return ()
    values = [
        Value("address", c.address.uprn, c.address.line, round(min(MOST, c.probability), 4), span) for c in candidates
    ]
    first = values[0]
    return (Value("address", first.value, first.spoken, first.probability, span, tuple(values[1:])),)


def _street(matches: Sequence[StreetMatch], spoken: Sequence[Token]) -> Value:
    first = matches[0]
    span = (spoken[first.start].start, spoken[first.end - 1].end)
    values = [Value("street", m.street.usrn, m.street.name, round(min(MOST, m.probability), 4), span) for m in matches]
    return Value("street", values[0].value, values[0].spoken, values[0].probability, span, tuple(values[1:4]))
