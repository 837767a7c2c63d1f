"""Dates and times as they are written, found in text."""

from __future__ import annotations

import re
from datetime import date, time

from voices.wording.dates import MONTHS, WEEKDAYS, day, day_of_month
from voices.wording.numbers import cardinal, digits, year
from voices.wording.times import bare, clock, pair

_MONTH = "|".join(f"{name[:3]}(?:{name[3:]})?" if name != "September" else "Sept?(?:ember)?" for name in MONTHS)
_WEEKDAY = "|".join(f"{name[:3]}(?:{name[3:]})?" for name in WEEKDAYS)
_CLOCK = r"(?:[01]?\d|2[0-3])(?:[:.][0-5]\d)?\s?(?:[ap]m\b|[ap]\.m\.?)|(?:[01]?\d|2[0-4]):[0-5]\d(?!\d)"
_HALF = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s?([ap])?", re.IGNORECASE)

ISO_DATE = r"(?:\bon\s+)?\b\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2})?)?(?![\d-])"
SLASHED_DATE = r"(?:\bon\s+)?\b\d{1,2}/\d{1,2}/\d{4}\b"
WRITTEN_DATE = (
    rf"\b(?:(?:{_WEEKDAY}),?\s+)?(?:the\s+)?\d{{1,2}}(?:st|nd|rd|th)?(?:\s+of)?\s+(?:{_MONTH})\b(?:,?\s+\d{{4}}\b)?"
)
TAX_YEAR = r"\b(?:19|20)\d{2}/\d{2}\b"
CLOCK_RANGE = rf"(?<![\d:.])(?:(?:{_CLOCK})|\d{{1,2}})(?:\s*[-–]\s*|\s+(?:to|and|until|till)\s+)(?:{_CLOCK})"
CLOCK = rf"(?<![\d:.])(?:{_CLOCK})"
WEEKDAY_RANGE = rf"\b(?:{_WEEKDAY})\s*[-–]\s*(?:{_WEEKDAY})\b"


def iso_date(written: str, today: date | None) -> str:
    """2026-11-24 or 2026-11-24T17:00, with or without "on" before it."""
    numbers = [int(part) for part in re.findall(r"\d+", written)]
    said = _on(written, _day(numbers[0], numbers[1], numbers[2], today) or digits(written))
    if len(numbers) == 3:
        return said
    at = _time(numbers[3], numbers[4])
    return f"{said} at {clock(at) if at else digits(written.partition('T')[2])}"


def slashed_date(written: str, today: date | None) -> str:
    """24/11/2026, day first, with or without "on" before it."""
    number, month, of_year = (int(part) for part in re.findall(r"\d+", written))
    return _on(written, _day(of_year, month, number, today) or digits(written))


def written_date(written: str, today: date | None) -> str:
    """24 November, Tuesday 24th Nov 2026, the 1st of May."""
    name = re.search(rf"\b(?:{_MONTH})\b", written, re.IGNORECASE)
    weekday = re.match(rf"(?:{_WEEKDAY})\b", written, re.IGNORECASE)
    numbers = [int(part) for part in re.findall(r"\d+", written)]
    if name is None or not 1 <= numbers[0] <= 31:
        return re.sub(r"\d+", lambda match: cardinal(int(match.group())), written)
    month = next(index for index, full in enumerate(MONTHS, 1) if full[:3].lower() == name.group()[:3].lower())
    said = day_of_month(numbers[0], month)
    if weekday is not None:
        said = f"{_full(weekday.group())} {said}"
    if len(numbers) == 1 or _is_near(numbers, month, today):
        return said
    return f"{said} {year(numbers[1])}"


def tax_year(written: str) -> str:
    """2026/27."""
    first, _, second = written.partition("/")
    return f"{year(int(first))} to {'oh ' if second[0] == '0' else ''}{cardinal(int(second))}"


def weekday_range(written: str) -> str:
    """Mon-Fri."""
    first, second = re.findall(r"[A-Za-z]+", written)
    return f"{_full(first)} to {_full(second)}"


def clock_range(written: str) -> str:
    """9am-5pm, 9 to 5pm, 08:00–13:00. The first takes the second's half of the day unless that would be later."""
    match = re.fullmatch(r"(.+?)\s*(-|–|\bto\b|\band\b|\buntil\b|\btill\b)\s*(.+)", written, re.IGNORECASE)
    assert match is not None
    start, end = _read(match[1]), _read(match[3])
    if start is None or end is None or not (_is_certain(match[3]) or _is_certain(match[1])):
        return f"{_said(match[1])} {_joined(match[2])} {_said(match[3])}"
    if not _is_certain(match[1]) and end.hour >= 12 and (later := time((start.hour + 12) % 24, start.minute)) < end:
        start = later if start.hour < 12 else start
    return pair(start, end, _joined(match[2]))


def written_clock(written: str) -> str:
    """5pm, 10.30am, 17:30. An hour that may be morning or afternoon ("7:30") is said without the part of the day."""
    return _said(written)


def _on(written: str, said: str) -> str:
    """Nobody says "on tomorrow"."""
    near = said.startswith(("today", "tomorrow", "yesterday"))
    return said if near or written[0].isdecimal() else f"on {said}"


def _said(written: str) -> str:
    at = _read(written)
    if at is None:
        return re.sub(r"\d+", lambda match: f" {cardinal(int(match.group()))} ", written).strip()
    return clock(at) if _is_certain(written) else bare(at)


def _read(written: str) -> time | None:
    match = _HALF.match(written)
    if match is None:
        return None
    hour, minute, half = int(match[1]), int(match[2] or 0), (match[3] or "").lower()
    if half and not 1 <= hour <= 12:
        return _time(hour, minute)
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return _time(0 if hour == 24 else hour, minute)


def _is_certain(written: str) -> bool:
    match = _HALF.match(written)
    return match is not None and bool(match[3] or match[1][0] == "0" or int(match[1]) > 12)


def _joined(written: str) -> str:
    return "to" if written in "-–" else written.lower()


def _full(weekday: str) -> str:
    return next(name for name in WEEKDAYS if name[:3].lower() == weekday[:3].lower())


def _is_near(numbers: list[int], month: int, today: date | None) -> bool:
    if today is None:
        return False
    try:
        return abs(date(numbers[1], month, numbers[0]) - today).days <= 300
    except ValueError:
        return False


def _day(of_year: int, month: int, number: int, today: date | None) -> str:
    try:
        return day(date(of_year, month, number), today=today, with_year=today is None)
    except ValueError:
        return ""


def _time(hour: int, minute: int) -> time | None:
    try:
        return time(hour, minute)
    except ValueError:
        return None
