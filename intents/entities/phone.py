"""Telephone numbers, said in groups: "oh seven seven double oh, nine hundred, one two three"."""

from __future__ import annotations

import re
from collections.abc import Sequence

import phonenumbers

from intents.entities.digit_channel import digits_said
from intents.entities.digits import Run, runs
from intents.entities.numbering import candidates, valid
from intents.entities.tokens import LONGEST, Token, fold, tokens
from intents.understanding import Value

_BRITAIN = re.compile(
    r"(?:(?:\+|\bplus\b)\s*|\b00\s*|\b(?:double|oh|zero) (?:oh|zero) )(?:4\s*4|four four|double four|fore four)\b"
    r"[\s,]*(?:\(?0\)?(?=\s*[1-9])|(?:oh|zero)\b(?! (?:oh|zero)))?|^(?:\D{0,20}\s)?44\s?(?=[1237](?:\s*\d){9}\W*$)"
)
"""The country's own code, for which a zero stands at home."""
_ABROAD = re.compile(r"\+\s*(?!44)\d|\bplus\s+(?!4|four)\w")
_LEAST, _FEWEST, _MOST = 3, 6, 15
"""Digits of what may be a part of a number, a number that lost some, and a number at all."""
_WHOLE = 0.04
"""A number less likely than this is not named: what was said of it is, as far as it goes."""
_PART, _BESIDE, _FOREIGN = 0.2, 0.6, 0.6


def read_phone(text: str, *, expected: bool, others: Sequence[str] = (), before: str = "") -> tuple[Value, ...]:
    """A telephone number as `0` and digits, or `+` and digits for another country.

    `others`: the recogniser's other readings of what was said; `before`: what was heard of the number earlier, which
    it may go on from or say again. A part of a number has a probability below that of anything that is acted on.
    """
    spoken = tokens(_plain(text))
    found = [run for run in runs(spoken) if (_LEAST if expected else _FEWEST) <= len(run.digits) <= _MOST]
    if expected and not _ABROAD.search(fold(text)):
        return _asked(text, others, before, spoken, found)
    told = [value for run in found for value in _told(run, spoken, text, expected)]
    return tuple(sorted(told, key=lambda value: -value.probability))


def _asked(
    text: str, others: Sequence[str], before: str, spoken: Sequence[Token], found: Sequence[Run]
) -> tuple[Value, ...]:
    """The answer to the question for a number."""
    readings = [_plain(one) for one in (text, *others)]
    ways = [readings]
    if before:
        earlier = _plain(before)
        ways += [[f"{earlier} {one}" for one in readings], [*readings, earlier]]
    weighed = [candidates(way) for way in ways if digits_said(way[0]) >= _FEWEST]
    best = max(weighed, key=lambda likely: likely[0].probability if likely else 0.0, default=())
    span = (spoken[0].start, spoken[-1].end) if spoken else (0, 0)
    if best and best[0].probability >= _WHOLE:
        first, *rest = (Value("phone", c.number, grouped(c.number), round(c.probability, 4), span) for c in best)
        return (Value("phone", first.value, first.spoken, first.probability, span, tuple(rest[:3])),)
    whole = [run.digits for run in found if valid(run.digits)]
    digits = whole[0] if whole else max((run.digits for run in found), key=len, default="")
    return (Value("phone", digits, grouped(digits), _BESIDE if whole else _PART, span),) if digits else ()


def _told(run: Run, spoken: Sequence[Token], text: str, expected: bool) -> tuple[Value, ...]:
    """A number that nobody asked for, which must be plain, or one of another country."""
    span = (spoken[run.start].start, spoken[run.end - 1].end)
    if "+" in text or "plus" in text:
        abroad = _abroad(run.digits)
        return (Value("phone", abroad, abroad, _FOREIGN if expected else 0.5, span),) if abroad else ()
    likely = candidates([text[span[0] : span[1]]]) if len(run.digits) >= 10 and run.digits[0] == "0" else ()
    if not likely or likely[0].probability < 0.8 or likely[0].number != run.digits:
        return ()
    return (Value("phone", run.digits, grouped(run.digits), round(0.95 * likely[0].probability, 4), span),)


def _abroad(digits: str) -> str:
    """A valid number of another country, else nothing."""
    try:
        parsed = phonenumbers.parse(f"+{digits}")
    except phonenumbers.NumberParseException:
        return ""
    return f"+{digits}" if phonenumbers.is_valid_number(parsed) else ""


def _plain(text: str) -> str:
    """The same length while nothing of another country's way of writing is in it."""
    plain = re.sub(r"[.,\-/()]", " ", fold(text[:LONGEST]))
    return _BRITAIN.sub(lambda match: " 0 ".ljust(len(match.group())), plain)


def grouped(number: str) -> str:
    """Spaces where a person pauses: `01632 960 123`, `07700 900 123`, `020 7946 0123`."""
    if number.startswith("02") and len(number) == 11:
        return f"{number[:3]} {number[3:7]} {number[7:]}"
    if number.startswith(("03", "08")) and len(number) == 11:
        return f"{number[:4]} {number[4:7]} {number[7:]}"
    if number.startswith("0") and len(number) in {10, 11}:
        return f"{number[:5]} {number[5:8]} {number[8:]}"
    return number
