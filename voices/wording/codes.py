"""Postcodes, references and registration marks, letter by letter in groups."""

from __future__ import annotations

import re

from voices.wording.numbers import cardinal, digits, spelled

_POSTCODE = re.compile(r"([A-Za-z]{1,2}\d[A-Za-z\d]?)\s*(\d[A-Za-z]{2})")
_LONGEST_GROUP = 4
_LONGEST_LETTERS = 4


def postcode(written: str) -> str:
    """ "QA1 4TB" → "Q A one, four T B". Anything else is spelled."""
    match = _POSTCODE.fullmatch(written.strip())
    if match is None:
        return spelled(written)
    return f"{spelled(match[1])}, {spelled(match[2])}"


def reference(written: str) -> str:
    """ "AB-4729" → "A B, four seven two nine"; long runs of digits in groups of three or four."""
    parts = re.findall(r"[A-Za-z]+|\d+", written)
    return ", ".join(_part(part) for part in parts)


def road(written: str) -> str:
    """ "A27" → "A twenty-seven", "B2139" → "B two one three nine"."""
    number = written[1:]
    return f"{written[0].upper()} {cardinal(int(number)) if len(number) < 3 else digits(number)}"


def grouped(run: str) -> list[str]:
    """A run of digits or letters in groups of at most four, none of them a single one: 5 → 3 2, 6 → 3 3, 7 → 3 4."""
    if len(run) <= _LONGEST_GROUP:
        return [run]
    return [run[:3], *grouped(run[3:])] if len(run) != _LONGEST_GROUP + 4 else [run[:4], run[4:]]


def _part(part: str) -> str:
    if part.isalpha() and len(part) > _LONGEST_LETTERS:
        return part.lower()
    return ", ".join(spelled(group) for group in grouped(part))
