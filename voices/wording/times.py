"""Times of day."""

from __future__ import annotations

from datetime import time

from voices.wording.numbers import cardinal

_PARTS = ((12, "in the morning"), (18, "in the afternoon"), (21, "in the evening"), (24, "at night"))
_QUARTERS = {15: "quarter past", 30: "half past", 45: "quarter to"}


def clock(value: time) -> str:
    """17:00 → "five in the afternoon", 19:30 → "half past seven in the evening", 12:00 → "midday"."""
    return _special(value) or f"{bare(value)} {_part(value)}"


def window(start: time, end: time) -> str:
    """08:00, 13:00 → "between eight in the morning and one in the afternoon"; the part of the day once if shared."""
    return f"between {pair(start, end, 'and')}"


def span(start: time, end: time) -> str:
    """Opening hours: 09:00, 17:00 → "from nine in the morning to five in the afternoon"."""
    return f"from {pair(start, end, 'to')}"


def pair(start: time, end: time, joined: str) -> str:
    """Two times around `joined`."""
    if _special(start) or _special(end) or _part(start) != _part(end):
        return f"{clock(start)} {joined} {clock(end)}"
    return f"{bare(start)} {joined} {clock(end)}"


def _special(value: time) -> str:
    if value.minute:
        return ""
    return {0: "midnight", 12: "midday"}.get(value.hour, "")


def bare(value: time) -> str:
    """19:30 → "half past seven", without the part of the day."""
    hour = value.hour % 12 or 12
    if value.minute in _QUARTERS:
        hour = hour % 12 + 1 if value.minute == 45 else hour
        return f"{_QUARTERS[value.minute]} {cardinal(hour)}"
    if value.minute == 0:
        return cardinal(hour)
    return f"{cardinal(hour)} {'oh ' if value.minute < 10 else ''}{cardinal(value.minute)}"


def _part(value: time) -> str:
    return next(said for until, said in _PARTS if value.hour < until)
