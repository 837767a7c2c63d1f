"""Telephone numbers, said in groups: "oh seven seven double oh, nine hundred, one two three"."""

from __future__ import annotations

import re

import phonenumbers

from intents.entities.digits import runs
from intents.entities.tokens import LONGEST, fold, tokens
from intents.understanding import Value

_PLUS = re.compile(r"\bplus\s+(?=4|four|fore)|\+\s*(?=4)")
_DRAMA = re.compile(r"(?:01632960|02079460|07700900|08081570|0[1-9]\d{2,3}4960)\d+")
"""Ranges that Ofcom keeps for drama; they are no subscriber's, but a test caller gives them."""


def read_phone(text: str, *, expected: bool) -> tuple[Value, ...]:
    """Every telephone number of an utterance as `0` and digits, or `+` and digits for another country."""
    found: list[Value] = []
    spoken = tokens(fold(text[:LONGEST]).replace(".", " ").replace(",", " ").replace("-", " "))
    for run in runs(spoken):
        if not 6 <= len(run.digits) <= 15:
            continue
        number, sure = _judge(run.digits)
        if not expected and (sure < 0.9 or not number.startswith(("0", "+"))):
            continue
        span = (spoken[run.start].start, spoken[run.end - 1].end)
        found.append(Value("phone", number, grouped(number), sure if expected else 0.9 * sure, span))
    return tuple(sorted(found, key=lambda value: -value.probability))


def _judge(digits: str) -> tuple[str, float]:
    """The number in national form, and how likely it was heard whole and right."""
    national = re.sub(r"^(?:0044|044|44)0?(?=\d{9,10}$)", "0", digits)
    if _DRAMA.fullmatch(national) and len(national) == 11:
        return national, 0.96
    try:
        parsed = phonenumbers.parse(national, "GB")
    except phonenumbers.NumberParseException:
        return national, 0.1
    if phonenumbers.is_valid_number(parsed):
        return national, 0.96 if national.startswith("0") else 0.6
    if national.startswith("0") and len(national) in {10, 11} and phonenumbers.is_possible_number(parsed):
        return national, 0.7
    return national, 0.4 if phonenumbers.is_possible_number(parsed) else 0.2


def grouped(number: str) -> str:
    """Spaces where a person pauses: `01632 960 123`, `07700 900 123`, `020 7946 0123`."""
    if number.startswith("02") and len(number) == 11:
        return f"{number[:3]} {number[3:7]} {number[7:]}"
    if number.startswith(("03", "08")) and len(number) == 11:
        return f"{number[:4]} {number[4:7]} {number[7:]}"
    if number.startswith("0") and len(number) in {10, 11}:
        return f"{number[:5]} {number[5:8]} {number[8:]}"
    return number
