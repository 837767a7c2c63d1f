"""Bank holidays by name: "the bank holiday Monday", "the August bank holiday", "Good Friday".

The dates are GOV.UK's for England and Wales, as they come with the package.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from govuk_bank_holidays.bank_holidays import BankHolidays

from intents.entities.calendar_dates import MONTHS

_NAMED = {
    ("good", "friday"): "Good Friday", ("easter", "monday"): "Easter Monday",
    ("early", "may", "bank", "holiday"): "Early May", ("spring", "bank", "holiday"): "Spring",
    ("summer", "bank", "holiday"): "Summer", ("late", "may", "bank", "holiday"): "Spring",
    ("may", "day", "bank", "holiday"): "Early May", ("whitsun", "bank", "holiday"): "Spring",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Holiday:
    """A bank holiday, named up to the token `end`; `other`: the one on the other side of today."""

    day: date
    end: int
    other: date | None = None


def holiday_at(words: Sequence[str], at: int, today: date, past: bool | None) -> Holiday | None:
    """The bank holiday that is named at word `at`."""
    start = at + 1 if words[at] in {"the", "last", "next", "this"} else at
    past = {"last": True, "next": False}.get(words[at], past)
    for name, title in _NAMED.items():
        if tuple(words[start : start + len(name)]) == name:
            days = [day for day, known in _holidays() if known.startswith(title)]
            return _nearest(days, start + len(name), today, past)
    month = MONTHS.get(words[start]) if start < len(words) else None
    first = start + 1 if month else start
    if tuple(words[first : first + 2]) != ("bank", "holiday"):
        return None
    monday = words[first + 2 : first + 3] == ["monday"]
    days = [day for day, _ in _holidays() if month in (None, day.month) and (not monday or day.weekday() == 0)]
    return _nearest(days, first + (3 if monday else 2), today, past)


def _nearest(days: Sequence[date], end: int, today: date, past: bool | None) -> Holiday | None:
    before = max((day for day in days if day <= today), default=None)
    after = min((day for day in days if day >= today), default=None)
    wanted, other = (before, after) if past else (after, before)
    return Holiday(wanted, end, other) if wanted else Holiday(other, end) if other else None


@cache
def _holidays() -> tuple[tuple[date, str], ...]:
    known = BankHolidays(use_cached_holidays=True).get_holidays(division=BankHolidays.ENGLAND_AND_WALES)
    return tuple((holiday["date"], holiday["title"]) for holiday in known)
