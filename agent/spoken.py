"""Values as they are written in a sentence; `voices.wording` turns the writing into what is said."""

from __future__ import annotations

import datetime as dt
import re
from datetime import date

from agent.phrases import joined
from agent.state import CallState
from intents.service import Service

_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def say_value(value: str) -> str:
    """`2026-11-24` → `Tuesday 24 November`; several dates become a list; `fly_tip` → `fly tip`."""
    days = _ISO_DATE.findall(value)
    if len(days) > 1:
        return joined(tuple(_day(d) for d in days))
    return _ISO_DATE.sub(lambda m: _day(m.group()), value).replace("_", " ")


def fields(state: CallState, service: Service) -> dict[str, str]:
    """Everything that a service's wordings may hold: slots as spoken, and facts."""
    facts = {name: say_value(value) for name, value in state.facts.items() if not name.startswith("skipped_")}
    slots = {name: value.spoken for name, value in state.slots.items()}
    return {**facts, **slots}


def _day(iso: str) -> str:
    try:
        day = date.fromisoformat(iso)
    except ValueError:
        return iso
    return f"{day:%A} {day.day} {day:%B}"


def window_in_words(now: dt.datetime, start: dt.datetime, end: dt.datetime) -> str:
    """`today between 14:00 and 16:00`, `on Tuesday 24 November between 08:30 and 10:30`."""
    days = (start.date() - now.date()).days
    day = {0: "today", 1: "tomorrow"}.get(days, f"on {start:%A} {start.day} {start:%B}")
    return f"{day} between {start:%H:%M} and {end:%H:%M}"
