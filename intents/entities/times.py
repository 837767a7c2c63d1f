"""Times of day: "half seven", "quarter to nine", "about three in the afternoon". Values are `HH:MM`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from intents.entities.numbers import cardinal_at
from intents.entities.tokens import Token, tokens
from intents.understanding import Value

_FIGURES = re.compile(
    r"\b([01]?\d|2[0-3])[:.]([0-5]\d)\s?(a\.?\s?m\b|p\.?\s?m\b)?|\b(1[0-2]|[1-9])\s?(a\.?\s?m\b|p\.?\s?m\b)"
)
_NAMED = {"noon": "12:00", "midday": "12:00", "midnight": "00:00", "lunchtime": "12:30"}
_PARTS = {"morning": "09:00", "afternoon": "14:00", "evening": "18:00", "night": "21:00", "tonight": "20:00"}
_FRACTIONS = {"half": 30, "quarter": 15}
_HOUR_WORDS = frozenset({"o'clock", "oclock", "clock"})


@dataclass(frozen=True, slots=True)
class _Clock:
    hour: int
    minute: int
    end: int
    sure: float


def read_time(text: str, *, expected: bool) -> tuple[Value, ...]:
    """Every time of day; an hour without morning or afternoon is read as one when people are awake, with the other as
    an alternative."""
    match = _FIGURES.search(text[:400].lower())
    if match:
        return (_in_figures(match, text),)
    spoken = tokens(text)
    words = [token.text for token in spoken]
    found: list[Value] = []
    at = 0
    while at < len(words) and len(found) < 3:
        if words[at] in _NAMED:
            found.append(_value(_NAMED[words[at]], 0.95, spoken[at : at + 1]))
        clock = _clock_at(words, at, expected)
        if clock is not None:
            found.append(_placed(clock, words, spoken, at))
        at = clock.end if clock is not None else at + 1
    return tuple(found) or (_part_of_day(words, spoken) if expected else ())


def _in_figures(match: re.Match[str], text: str) -> Value:
    hour, minute = int(match.group(1) or match.group(4)), int(match.group(2) or 0)
    half = (match.group(3) or match.group(5) or _half_of(text.lower()))[:1]
    hour, sure = _in_half(hour, half)
    other = _other(hour, minute, sure)
    value = f"{hour:02d}:{minute:02d}"
    return Value("time", value, spoken_time(value), sure, match.span(), other)


def _half_of(text: str) -> str:
    if re.search(r"\bmorning\b", text):
        return "a"
    return "p" if re.search(r"\b(?:afternoon|evening|tonight|night)\b", text) else ""


def _in_half(hour: int, half: str) -> tuple[int, float]:
    """The hour of the day, and how sure; between seven and half past six is the waking reading."""
    if half == "a":
        return hour % 12, 0.96
    if half == "p":
        return hour % 12 + 12, 0.96
    if hour > 12 or hour == 0:
        return hour, 0.95
    return (hour if 7 <= hour <= 12 else hour + 12), 0.75


def _other(hour: int, minute: int, sure: float) -> tuple[Value, ...]:
    if sure > 0.9:
        return ()
    value = f"{(hour + 12) % 24:02d}:{minute:02d}"
    return (Value("time", value, spoken_time(value), round(0.9 * (1 - sure), 4)),)


def _clock_at(words: Sequence[str], at: int, expected: bool) -> _Clock | None:
    fraction = at + 1 if words[at] in {"a"} and at + 1 < len(words) else at
    if words[fraction] in _FRACTIONS:
        return _fraction(words, fraction)
    number = cardinal_at(words, at)
    if number is None or number.value != int(number.value):
        return None
    value, end = int(number.value), number.end
    after = words[end] if end < len(words) else ""
    if after in {"minutes", "minute"} and end + 1 < len(words):
        after, end = words[end + 1], end + 1
    if after in {"past", "to"} and 1 <= value <= 29:
        return _past_or_to(words, value, after, end + 1)
    if not 0 < value <= 12:
        return None
    if after in _HOUR_WORDS:
        return _Clock(value, 0, end + 1, 0.95)
    marked = _half_of(" ".join(words[end : end + 4])) or after in {"am", "pm"} or words[max(0, at - 1)] in {"at", "by"}
    minute = cardinal_at(words, end + 1 if after in {"oh", "o"} else end)
    if minute is not None and (10 <= minute.value < 60 or after in {"oh", "o"}) and (expected or marked):
        return _Clock(value, int(minute.value), minute.end, 0.9)
    return _Clock(value, 0, end, 0.85) if marked or expected else None


def _fraction(words: Sequence[str], at: int) -> _Clock | None:
    """ "Half seven" is 7:30 in Britain, never 6:30."""
    minute = _FRACTIONS[words[at]]
    side = words[at + 1] if at + 1 < len(words) and words[at + 1] in {"past", "to", "two", "passed"} else ""
    if minute == 15 and not side:
        return None
    hour = cardinal_at(words, at + (2 if side else 1))
    if hour is None or not 1 <= hour.value <= 12:
        return None
    if side in {"to", "two"}:
        return _Clock((int(hour.value) - 2) % 12 + 1, 60 - minute, hour.end, 0.95)
    return _Clock(int(hour.value), minute, hour.end, 0.95 if side else 0.93)


def _past_or_to(words: Sequence[str], minutes: int, side: str, at: int) -> _Clock | None:
    hour = cardinal_at(words, at)
    if hour is None or not 1 <= hour.value <= 12:
        return None
    if side == "past":
        return _Clock(int(hour.value), minutes, hour.end, 0.95)
    return _Clock((int(hour.value) - 2) % 12 + 1, 60 - minutes, hour.end, 0.95)


def _placed(clock: _Clock, words: Sequence[str], spoken: Sequence[Token], at: int) -> Value:
    nearby = " ".join(words[clock.end : clock.end + 4])
    marked = words[clock.end] if clock.end < len(words) and words[clock.end] in {"am", "pm"} else ""
    half = marked[:1] or _half_of(nearby) or _half_of(" ".join(words[:at]))
    hour, sure = _in_half(clock.hour, half)
    value = f"{hour:02d}:{clock.minute:02d}"
    span = (spoken[at].start, spoken[min(len(spoken), clock.end + (1 if marked else 0)) - 1].end)
    return Value("time", value, spoken_time(value), round(sure * clock.sure, 4), span, _other(hour, clock.minute, sure))


def _part_of_day(words: Sequence[str], spoken: Sequence[Token]) -> tuple[Value, ...]:
    for at, word in enumerate(words):
        if word.rstrip("s") in _PARTS:
            return (_value(_PARTS[word.rstrip("s")], 0.5, spoken[at : at + 1]),)
    return ()


def spoken_time(value: str) -> str:
    """`19:30` → `half past seven in the evening`."""
    hour, minute = int(value[:2]), int(value[3:])
    if value in {"12:00", "00:00"}:
        return "midday" if hour else "midnight"
    part = "in the morning" if hour < 12 else "in the afternoon" if hour < 18 else "in the evening"
    name = hour % 12 or 12
    past = {
        0: f"{name} o'clock",
        15: f"quarter past {name}",
        30: f"half past {name}",
        45: f"quarter to {name % 12 + 1}",
    }
    return f"{past.get(minute, f'{name} {minute:02d}')} {part}"


def _value(value: str, sure: float, part: Sequence[Token]) -> Value:
    return Value("time", value, spoken_time(value), sure, (part[0].start, part[-1].end))
