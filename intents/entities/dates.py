"""Dates in the ways that people in Britain say them. Values are ISO dates: `2026-11-24`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from intents.entities.calendar_dates import Day, day_at, exact, full_year, written
from intents.entities.relative_dates import relative_at
from intents.entities.tokens import Token, listed, tokens
from intents.understanding import Value

_PAST = frozenset(
    listed("was were since ago happened last missed didn't hasn't haven't came born did had been reported")
)
_FUTURE = frozenset(listed("will next want book would like can could until coming going need please from moving"))


@dataclass(frozen=True, slots=True)
class _Asked:
    today: date
    past: bool | None
    expected: bool


def read_date(text: str, today: date, *, expected: bool, past: bool | None = None) -> tuple[Value, ...]:
    """Every date of an utterance. `past`: which way a date without a year points; `None` takes it from the words."""
    in_figures = written(text[:400], today)
    if in_figures is not None:
        return (_value(in_figures[0], 0.96, in_figures[1]),)
    spoken = tokens(text)
    words = [token.text for token in spoken]
    past = _direction(words) if past is None else past
    found: list[Value] = []
    at = 0
    while at < len(words) and len(found) < 4:
        value, end = _date_at(words, at, _Asked(today, past, expected), spoken)
        if value is not None:
            found.append(value)
        at = max(end, at + 1)
    return tuple(found) if found or not expected else _in_digits(text, today)


def spoken_date(day: date, today: date | None = None) -> str:
    """`Tuesday 24 November`, with the year when it is not this one's neighbour."""
    name = f"{day:%A} {day.day} {day:%B}"
    return name if today is None or abs((day - today).days) < 300 else f"{name} {day.year}"


def _direction(words: Sequence[str]) -> bool | None:
    back, ahead = bool(_PAST & set(words)), bool(_FUTURE & set(words))
    return None if back == ahead else back


def _date_at(words: Sequence[str], at: int, asked: _Asked, spoken: Sequence[Token]) -> tuple[Value | None, int]:
    today, past = asked.today, asked.past
    relative = relative_at(words, at, today, past, expected=asked.expected)
    day = day_at(words, at, today, expected=asked.expected)
    if day is not None and (relative is None or day.end >= relative.end):
        placed = _placed(day, today, past)
        if placed is not None:
            span = (spoken[at].start, spoken[day.end - 1].end)
            return _value(placed[0], placed[1], span, placed[2], today), day.end
    if relative is None:
        return None, at
    span = (spoken[at].start, spoken[relative.end - 1].end)
    extended = _with_day_number(words, relative.end, relative.day, today, past)
    if extended is not None:
        return _value(extended[0], 0.97, (span[0], spoken[extended[1] - 1].end), None, today), extended[1]
    return _value(relative.day, relative.sure, span, relative.other, today), relative.end


def _with_day_number(
    words: Sequence[str], at: int, weekday: date, today: date, past: bool | None
) -> tuple[date, int] | None:
    """ "Tuesday the 24th (of November)": the number decides, the weekday confirms."""
    if at >= len(words) or not (words[at] == "the" or words[at][0].isdigit()):
        return None
    day = day_at(words, at, today, expected=True)
    placed = _placed(day, today, past) if day is not None else None
    if day is None or placed is None:
        return None
    fits = [d for d in (placed[0], placed[2]) if d is not None and d.weekday() == weekday.weekday()]
    return (fits[0] if fits else placed[0]), day.end


def _placed(day: Day, today: date, past: bool | None) -> tuple[date, float, date | None] | None:
    """The day in the year (and month) that is meant, how sure, and the other reading."""
    if day.month is not None and day.year is not None:
        found = exact(day.day, day.month, day.year)
        return (found, day.sure, None) if found else None
    options = _options(day, today)
    if not options:
        return None
    if past is None:
        near = min(options, key=lambda option: (abs((option - today).days), option < today))
        other = next((o for o in options if o != near and (o < today) != (near < today)), None)
        return near, day.sure * 0.9, other
    allowed = [o for o in options if (o <= today if past else o >= today)] or options
    near = min(allowed, key=lambda option: abs((option - today).days))
    return near, day.sure, None


def _options(day: Day, today: date) -> list[date]:
    if day.month is not None:
        years = (today.year - 1, today.year, today.year + 1)
        return [found for year in years if (found := exact(day.day, day.month, year))]
    months = ((today.year * 12 + today.month - 1 + shift) for shift in (-2, -1, 0, 1, 2))
    return [found for index in months if (found := exact(day.day, index % 12 + 1, index // 12))]


def _in_digits(text: str, today: date) -> tuple[Value, ...]:
    """Digits that recognition ran together: "2010 1976", "260 419 55" is the 26th of the 4th 1955."""
    digits = re.sub(r"\D", "", text[:60])
    cuts = {8: ((2, 4),), 7: ((1, 3), (2, 3)), 6: ((2, 4),)}.get(len(digits), ())
    if len(re.sub(r"[\d\W]", "", text[:60])) > 12:
        return ()
    days = [exact(int(digits[:a]), int(digits[a:b]), full_year(int(digits[b:]), today)) for a, b in cuts]
    found = [day for day in days if day is not None and 1890 < day.year < 2100]
    return (_value(found[0], 0.8, (0, len(text)), found[1] if len(found) > 1 else None, today),) if found else ()


def _value(
    day: date, sure: float, span: tuple[int, int], other: date | None = None, today: date | None = None
) -> Value:
    others: tuple[Value, ...] = ()
    if other is not None and other != day:
        others = (Value("date", other.isoformat(), spoken_date(other, today), round(0.9 * (1 - sure), 4), span),)
    return Value("date", day.isoformat(), spoken_date(day, today), round(sure, 4), span, others)
