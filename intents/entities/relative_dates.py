"""Dates counted from today: "a week last Tuesday", "the day after tomorrow", "Tuesday week", "three days ago"."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from intents.entities.bank_holidays import holiday_at
from intents.entities.calendar_dates import months_on
from intents.entities.durations import duration_at
from intents.entities.numbers import cardinal_at
from intents.places import WEEKDAYS

_DAYS = {name: number for number, name in enumerate(WEEKDAYS)} | {
    "mon": 0, "tues": 1, "tue": 1, "weds": 2, "wed": 2, "thurs": 3, "thur": 3, "fri": 4, "sat": 5, "sun": 6,
    "mondays": 0, "tuesdays": 1, "wednesdays": 2, "thursdays": 3, "fridays": 4, "saturdays": 5, "sundays": 6,
    "wensday": 2, "chews": 1, "choose": 1, "chewsday": 1,
}  # fmt: skip
_UNITS = {"day": 1, "days": 1, "night": 1, "nights": 1, "week": 7, "weeks": 7, "fortnight": 14, "fortnights": 14}
_NAMED = {
    ("christmas", "eve"): (24, 12), ("christmas", "day"): (25, 12), ("boxing", "day"): (26, 12),
    ("new", "year's", "eve"): (31, 12), ("new", "years", "eve"): (31, 12), ("new", "year's", "day"): (1, 1),
    ("new", "years", "day"): (1, 1), ("bonfire", "night"): (5, 11), ("halloween",): (31, 10), ("christmas",): (25, 12),
    ("st", "george's", "day"): (23, 4), ("valentine's", "day"): (14, 2),
}  # fmt: skip
_FIXED: dict[tuple[str, ...], int] = {
    ("the", "day", "after", "tomorrow"): 2, ("day", "after", "tomorrow"): 2,
    ("the", "day", "before", "yesterday"): -2, ("day", "before", "yesterday"): -2,
    ("the", "night", "before", "last"): -2, ("last", "night"): -1, ("yesterday",): -1, ("today",): 0, ("tonight",): 0,
    ("this", "morning"): 0, ("this", "afternoon"): 0, ("this", "evening"): 0, ("just", "now"): 0, ("earlier",): 0,
    ("tomorrow",): 1, ("tomorrow's",): 1, ("right", "now"): 0, ("now",): 0, ("straight", "away"): 0,
    ("last", "week"): -7, ("next", "week"): 7, ("the", "other", "day"): -3, ("a", "couple", "days", "ago"): -2,
    ("the", "week", "before", "last"): -14, ("a", "while", "ago"): -14,
}  # fmt: skip
_VAGUE = {-3: 0.3, -7: 0.55, 7: 0.55, -14: 0.4}
_JUST_NOW = frozenset({("now",), ("right", "now"), ("just", "now"), ("earlier",), ("straight", "away")})


@dataclass(frozen=True, slots=True)
class Relative:
    """A day counted from today, with the second reading where people differ."""

    day: date
    end: int
    sure: float
    other: date | None = None


def relative_at(words: Sequence[str], at: int, today: date, past: bool | None, *, expected: bool) -> Relative | None:
    """The longest relative date that begins at word `at`. `past`: which way a bare weekday points, if known."""
    rules: tuple[Callable[[], Relative | None], ...] = (
        lambda: _week_of(words, at, today),
        lambda: _counted(words, at, today),
        lambda: _for_so_long(words, at, today, past, expected),
        lambda: _fixed(words, at, today, expected),
        lambda: _weekday(words, at, today, past),
        lambda: _named(words, at, today, past),
        lambda: _holiday(words, at, today, past),
    )
    return max(filter(None, (rule() for rule in rules)), key=lambda found: found.end, default=None)


def _fixed(words: Sequence[str], at: int, today: date, expected: bool) -> Relative | None:
    for length in (4, 3, 2, 1):
        phrase = tuple(words[at : at + length])
        if phrase in _FIXED and (expected or phrase not in _JUST_NOW):
            days = _FIXED[phrase]
            sure = _VAGUE.get(days, 0.97) if phrase not in _JUST_NOW else 0.8
            return Relative(today + timedelta(days=days), at + len(phrase), sure)
    return None


def _counted(words: Sequence[str], at: int, today: date) -> Relative | None:
    """ "Three days ago", "in a fortnight", "a week ago", "a couple of weeks back"."""
    start = at + 1 if words[at] in {"in", "within"} else at
    number = cardinal_at(words, start)
    count, unit_at = (number.value, number.end) if number else (1.0, start + 1)
    if number is None and (start >= len(words) or words[start] not in {"a", "an", "one"}):
        return None
    unit = words[unit_at] if unit_at < len(words) else ""
    after = words[unit_at + 1] if unit_at + 1 < len(words) else ""
    if count > 1_000 or count != int(count):
        return None
    back = after in {"ago", "back", "since"}
    ahead = start > at or after in {"time", "away", "today", "tomorrow", "yesterday"} or unit.endswith("'")
    if not back and not ahead:
        return None
    end = unit_at + (2 if back or after in {"time", "away"} else 1)
    if back and words[end : end + 1] == ["today"]:
        end += 1
    if unit in _UNITS:
        return Relative(today + timedelta(days=int(count) * _UNITS[unit] * (-1 if back else 1)), end, 0.93)
    if unit in {"month", "months", "year", "years"}:
        months = int(count) * (12 if unit.startswith("year") else 1) * (-1 if back else 1)
        return Relative(months_on(today, months), end, 0.75)
    return None


def _for_so_long(words: Sequence[str], at: int, today: date, past: bool | None, expected: bool) -> Relative | None:
    """ "About a month": how long it has been, in answer to when it began."""
    found = duration_at(words, at, today) if expected and past is not False else None
    return Relative(found.began, found.end, found.sure) if found else None


def _week_of(words: Sequence[str], at: int, today: date) -> Relative | None:
    """ "A week last Tuesday", "a week on Friday", "a fortnight tomorrow", "Tuesday week"."""
    if words[at] in {"a", "one", "two"} and words[at + 1 : at + 2] and words[at + 1] in _UNITS:
        days = _UNITS[words[at + 1]] * (2 if words[at] == "two" else 1)
        rest = words[at + 2] if at + 2 < len(words) else ""
        if days < 7:
            return None
        if rest in {"today", "tomorrow", "yesterday"}:
            base = {"today": 0, "tomorrow": 1, "yesterday": -1}[rest]
            return Relative(today + timedelta(days=base + (days if base >= 0 else -days)), at + 3, 0.93)
        if rest in {"last", "past"} and _day(words, at + 3) is not None:
            return Relative(_before(today, _DAYS[words[at + 3]]) - timedelta(days=days), at + 4, 0.95)
        skip = at + 3 if rest in {"on", "from", "this", "next"} else at + 2
        if _day(words, skip) is not None:
            return Relative(_after(today, _DAYS[words[skip]]) + timedelta(days=days), skip + 1, 0.92)
    if _day(words, at) is not None and words[at + 1 : at + 2] == ["week"]:
        return Relative(_after(today, _DAYS[words[at]]) + timedelta(days=7), at + 2, 0.92)
    return None


def _weekday(words: Sequence[str], at: int, today: date, past: bool | None) -> Relative | None:
    lead = words[at] if words[at] in {"last", "next", "this", "on", "the", "coming", "every"} else ""
    place = at + 1 if lead else at
    if lead == "this" and words[place : place + 1] in (["coming"], ["past"]):
        lead, place = ("last" if words[place] == "past" else "this"), place + 1
    number = _day(words, place)
    if number is None:
        return None
    tail = tuple(words[place + 1 : place + 3])
    before, after = _before(today, number), _after(today, number)
    if tail == ("before", "last"):
        return Relative(before - timedelta(days=7), place + 3, 0.93)
    if tail == ("after", "next"):
        return Relative(after + timedelta(days=7), place + 3, 0.9)
    if tail in (("just", "gone"), ("just", "past")) or tail[:1] == ("gone",):
        return Relative(before, place + (2 if tail[:1] == ("gone",) else 3), 0.96)
    if tail[:1] == ("last",):
        return Relative(before, place + 2, 0.92)
    if tail[:1] == ("next",):
        return _next(today, number, place + 2)
    return _led(lead, today, number, place + 1, past)


def _led(lead: str, today: date, number: int, end: int, past: bool | None) -> Relative:
    before, after = _before(today, number), _after(today, number)
    if lead == "last":
        this_week = before >= today - timedelta(days=today.weekday())
        return Relative(before, end, 0.8 if this_week else 0.95, before - timedelta(days=7))
    if lead == "next":
        return _next(today, number, end)
    if number == today.weekday() and lead != "this":
        return Relative(
            today if past is None else before if past else after, end, 0.6, after if past is False else today
        )
    if past is None:
        return Relative(after, end, 0.65 if lead != "this" else 0.85, before)
    return Relative(before, end, 0.92, after) if past and lead != "this" else Relative(after, end, 0.92, before)


def _next(today: date, number: int, end: int) -> Relative:
    """ "Next Friday" said on a Wednesday is mostly the Friday of next week, but not to everybody."""
    coming = _after(today, number)
    of_next_week = today + timedelta(days=7 - today.weekday() + number)
    if coming == of_next_week:
        return Relative(coming, end, 0.92, coming + timedelta(days=7))
    return Relative(of_next_week, end, 0.7, coming)


def _named(words: Sequence[str], at: int, today: date, past: bool | None) -> Relative | None:
    for length in (3, 2, 1):
        day_month = _NAMED.get(tuple(words[at : at + length]))
        if day_month is not None and len(words[at : at + length]) == length:
            this = date(today.year, day_month[1], day_month[0])
            ahead = this if this >= today else date(today.year + 1, day_month[1], day_month[0])
            back = this if this <= today else date(today.year - 1, day_month[1], day_month[0])
            return Relative(back if past else ahead, at + length, 0.85, ahead if past else back)
    return None


def _holiday(words: Sequence[str], at: int, today: date, past: bool | None) -> Relative | None:
    found = holiday_at(words, at, today, past)
    return Relative(found.day, found.end, 0.9, found.other) if found else None


def _day(words: Sequence[str], at: int) -> int | None:
    return _DAYS.get(words[at]) if at < len(words) else None


def _before(today: date, number: int) -> date:
    return today - timedelta(days=(today.weekday() - number - 1) % 7 + 1)


def _after(today: date, number: int) -> date:
    return today + timedelta(days=(number - today.weekday() - 1) % 7 + 1)
