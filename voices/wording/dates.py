"""Dates."""

from __future__ import annotations

from datetime import date, timedelta

from voices.wording.numbers import ordinal, year

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_NEAR = timedelta(days=300)


def day(value: date, *, today: date | None = None, with_year: bool = False) -> str:
    """2026-11-24 → "Tuesday the twenty-fourth of November"; "today" and "tomorrow" come first when `today` is given.

    The year is said when `with_year`, or when `today` is given and the date is not within ten months of it.
    """
    said = f"{WEEKDAYS[value.weekday()]} {day_of_month(value.day, value.month)}"
    if with_year or (today is not None and abs(value - today) > _NEAR):
        said = f"{said} {year(value.year)}"
    if today is None:
        return said
    near = {today: "today", today + timedelta(days=1): "tomorrow", today - timedelta(days=1): "yesterday"}
    return f"{near[value]}, {said}" if value in near else said


def day_of_month(number: int, month: int) -> str:
    """(24, 11) → "the twenty-fourth of November"."""
    return f"the {ordinal(number)} of {MONTHS[month - 1]}"
