"""Dates by the calendar: "the twenty fourth of November", "24/11/2026", "the 9th of the 11th eighty two"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from intents.entities.numbers import cardinal_at, ordinal_at
from intents.entities.tokens import listed

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan", "february feb febuary", "march mar", "april apr", "may", "june jun", "july jul",
            "august aug", "september sept sep", "october oct", "november nov", "december dec",
        ),
        start=1,
    )
    for name in listed(names)
}  # fmt: skip
_SLASHED = re.compile(r"\b(\d{1,2})\s?[/.\-]\s?(\d{1,2})\s?[/.\-]\s?(\d{4}|\d{2})\b|\b(\d{4})-(\d{2})-(\d{2})\b")
_SHORT_SLASHED = re.compile(r"\b(\d{1,2})/(\d{1,2})\b")
_OF = frozenset({"of", "the", "in", "for"})


@dataclass(frozen=True, slots=True)
class Day:
    """A day and month, the year if it was said, read from the tokens `[start, end)`."""

    day: int
    month: int | None
    year: int | None
    end: int
    sure: float = 0.97


def written(text: str, today: date) -> tuple[date, tuple[int, int]] | None:
    """A date in figures, British order, with its span in `text`."""
    match = _SLASHED.search(text)
    if match:
        groups = match.groups()
        day, month, year = (groups[0], groups[1], groups[2]) if groups[0] else (groups[5], groups[4], groups[3])
        found = exact(int(day), int(month), full_year(int(year), today) if len(year) < 4 else int(year))
        return (found, match.span()) if found else None
    short = _SHORT_SLASHED.search(text)
    if short:
        found = exact(int(short.group(1)), int(short.group(2)), today.year)
        return (found, short.span()) if found else None
    return None


def exact(day: int, month: int, year: int) -> date | None:
    """The date, or `None` if there is no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def full_year(year: int, today: date) -> int:
    """`82` → 1982, `26` → 2026: at most five years ahead."""
    if year >= 100:
        return year
    century = today.year // 100 * 100
    return century + year if century + year <= today.year + 5 else century - 100 + year


def day_at(words: Sequence[str], at: int, today: date, *, expected: bool) -> Day | None:
    """A day of the calendar that begins at word `at`."""
    start = at + 1 if words[at] == "the" else at
    if start >= len(words):
        return None
    if words[start] in MONTHS:
        return _month_first(words, start, today)
    ordinal = ordinal_at(words, start)
    day = ordinal or cardinal_at(words, start)
    if day is None or not 1 <= day.value <= 31 or day.value != int(day.value):
        return None
    month_at = day.end
    while month_at < len(words) and words[month_at] in _OF:
        month_at += 1
    if month_at < len(words) and words[month_at] in MONTHS:
        year, end = year_at(words, month_at + 1, today)
        return Day(int(day.value), MONTHS[words[month_at]], year, end)
    if expected or (ordinal is not None and month_at > day.end):
        numeric = _numeric_month(words, int(day.value), month_at, today)
        if numeric is not None:
            return numeric
    if ordinal is not None and expected:
        return Day(int(day.value), None, None, ordinal.end, 0.85)
    return None


def _month_first(words: Sequence[str], at: int, today: date) -> Day | None:
    start = at + 2 if words[at + 1 : at + 2] == ["the"] else at + 1
    day = ordinal_at(words, start) or cardinal_at(words, start)
    if day is None or not 1 <= day.value <= 31:
        return None
    year, end = year_at(words, day.end, today)
    return Day(int(day.value), MONTHS[words[at]], year, end)


def _numeric_month(words: Sequence[str], day: int, at: int, today: date) -> Day | None:
    """ "The ninth of the eleventh eighty two", "24 11 1982"."""
    month = ordinal_at(words, at) or cardinal_at(words, at)
    if month is None or not 1 <= month.value <= 12:
        return None
    year, end = year_at(words, month.end, today)
    if year is None and ordinal_at(words, at) is None:
        return None
    return Day(day, int(month.value), year, end, 0.92)


def year_at(words: Sequence[str], at: int, today: date) -> tuple[int | None, int]:
    """The year at word `at`, and where it ends: "nineteen eighty two", "two thousand and four", "82", "oh one"."""
    if words[at : at + 1] in (["oh"], ["o"], ["nought"]):
        ones = cardinal_at(words, at + 1)
        return (full_year(int(ones.value), today), ones.end) if ones and 0 < ones.value < 10 else (None, at)
    first = cardinal_at(words, at)
    if first is None or first.value != int(first.value):
        return None, at
    if 1850 <= first.value <= 2150:
        return int(first.value), first.end
    second_at = first.end + 1 if words[first.end : first.end + 1] in (["oh"], ["o"]) else first.end
    second = cardinal_at(words, second_at)
    century = first.value in {18, 19, 20}
    if century and second is not None and second.value < 100 and (second_at > first.end or second.value >= 10):
        return int(first.value * 100 + second.value), second.end
    if 0 <= first.value < 100 and (first.value >= 10 or words[at].startswith("0")):
        return full_year(int(first.value), today), first.end
    return None, at


def months_on(day: date, months: int) -> date:
    """So many months later (or earlier), on the last day of a shorter month."""
    index = day.year * 12 + day.month - 1 + months
    year, month = min(9998, max(1, index // 12)), index % 12 + 1
    return (
        next(found for dom in range(day.day, 27, -1) if (found := exact(dom, month, year)))
        if day.day > 28
        else date(year, month, day.day)
    )
