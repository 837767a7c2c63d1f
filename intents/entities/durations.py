"""How long something has lasted, as the day on which it began: "about a month", "a couple of weeks", "years"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from intents.entities.calendar_dates import months_on
from intents.entities.numbers import cardinal_at
from intents.entities.tokens import listed

_DAYS = {"day": 1, "days": 1, "night": 1, "nights": 1, "week": 7, "weeks": 7, "fortnight": 14}
_MONTHS = {"month": 1, "months": 1, "year": 12, "years": 12}
_FEW = {
    ("a", "few"): 3,
    ("few",): 3,
    ("a", "couple", "of"): 2,
    ("a", "couple"): 2,
    ("couple", "of"): 2,
    ("several",): 4,
}
_UNCOUNTED = {"days": (3, 0), "weeks": (21, 0), "months": (0, 3), "years": (0, 24), "ages": (0, 6)}
"""Days and months of what nobody counted."""
_BEFORE_A_POINT = frozenset(
    listed("ago back time away today tomorrow yesterday on last next from past since after before")
)


@dataclass(frozen=True, slots=True)
class Duration:
    """When something that lasts began, and the word after it."""

    began: date
    end: int
    sure: float


def duration_at(words: Sequence[str], at: int, today: date) -> Duration | None:
    """The length of time that begins at word `at`; not one that leads to a day ("a week ago", "a week on Friday")."""
    count, unit_at = _count(words, at)
    unit = words[unit_at] if unit_at < len(words) else ""
    after = words[unit_at + 1] if unit_at + 1 < len(words) else ""
    if after in _BEFORE_A_POINT:
        return None
    if count is None:
        days, months = _UNCOUNTED.get(unit, (0, 0))
        return _began(today, days, months, unit_at + 1, 0.45) if days or months else None
    if unit not in _DAYS | _MONTHS or count > 1_000:
        return None
    return _began(today, count * _DAYS.get(unit, 0), count * _MONTHS.get(unit, 0), unit_at + 1, 0.82)


def _count(words: Sequence[str], at: int) -> tuple[int | None, int]:
    """How many, and where the unit stands."""
    for length in (3, 2, 1):
        if tuple(words[at : at + length]) in _FEW:
            return _FEW[tuple(words[at : at + length])], at + length
    number = cardinal_at(words, at)
    if number is not None and number.value == int(number.value) and number.value > 0:
        return int(number.value), number.end
    return (1, at + 1) if words[at] in {"a", "an", "one"} else (None, at)


def _began(today: date, days: int, months: int, end: int, sure: float) -> Duration:
    return Duration(months_on(today - timedelta(days=days), -months), end, sure)
