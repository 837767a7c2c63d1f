"""Telephone numbers."""

from __future__ import annotations

import re

from voices.wording.codes import grouped
from voices.wording.numbers import digits, paired

SERVICE_NUMBERS = frozenset({"999", "112", "101", "111", "105", "116", "119", "18000", "18001"})
"""Numbers everybody knows digit by digit: nobody says "treble nine"."""


def phone(written: str) -> str:
    """ "01632 960123" → "oh one six three two, nine six oh, one two three", with double and treble."""
    groups = _groups(written)
    if len(groups) == 1 and groups[0] in SERVICE_NUMBERS:
        return digits(groups[0])
    return ", ".join(_group(group) for group in groups)


def _group(run: str) -> str:
    return digits(run) if run in SERVICE_NUMBERS else paired(run)


def _groups(written: str) -> list[str]:
    national = re.sub(r"^\s*(\+|00)\s*44\s*(\(0\))?\s*0?", "0", written)
    written_groups = re.findall(r"\d+", national)
    number = "".join(written_groups)
    if len(written_groups) > 1 and all(len(group) <= 6 for group in written_groups):
        return [part for group in written_groups for part in _halved(group)]
    if len(number) == 11 and number[0] == "0":
        return _parts(number, _shape(number))
    if len(number) == 10 and number.startswith("08"):
        return _parts(number, (4, 3, 3))
    return grouped(number) if number not in SERVICE_NUMBERS else [number]


def _halved(group: str) -> list[str]:
    return [group[:3], group[3:]] if len(group) == 6 else [group]


def _shape(number: str) -> tuple[int, ...]:
    if number.startswith("02"):
        return (3, 4, 4)
    if number.startswith(("03", "08", "09")):
        return (4, 3, 4)
    return (5, 3, 3)


def _parts(number: str, shape: tuple[int, ...]) -> list[str]:
    starts = [sum(shape[:index]) for index in range(len(shape))]
    return [number[start : start + length] for start, length in zip(starts, shape, strict=True)]
