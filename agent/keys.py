"""The keypad as an answer: what keys mean where a choice or a date is asked for, and how the line offers them."""

from __future__ import annotations

from datetime import date, timedelta

from agent.phrases import phrase
from agent.state import Option
from intents.service import BUILT_IN_ENTITIES, Slot
from intents.understanding import Value

_MOST_CHOICES = 9
_FAR = timedelta(days=366)


def single(entity: str | None) -> bool:
    """Whether one key is a whole answer to a question for this entity."""
    kind = (entity or "").partition(":")[0]
    return kind in ("", "yes_no", "choice") or kind not in BUILT_IN_ENTITIES


def value(keys: str, slot: Slot, today: date) -> tuple[Value, ...]:
    """What the keys say as an answer to a slot: the n-th of its values, or a date as day and month."""
    if _is_choice(slot) and keys.isdigit() and 1 <= int(keys) <= len(slot.values):
        chosen = slot.values[int(keys) - 1]
        return (Value(slot.entity or "", chosen, _spoken(chosen, slot), 1.0),)
    if slot.entity == "date" and (day := _day(keys, today)) is not None:
        return (Value("date", day.isoformat(), f"{day:%A} {day.day} {day:%B}", 1.0),)
    return ()


def offer(slot: Slot | None, options: tuple[Option, ...]) -> str | None:
    """How to answer by keys, in words, or `None` where keys cannot."""
    if options:
        return phrase("keys_choice", keys=_listed([(option.key, option.spoken) for option in options]))
    if slot is None:
        return None
    if _is_choice(slot):
        numbered = [(str(number), _spoken(each, slot)) for number, each in enumerate(slot.values, start=1)]
        return phrase("keys_choice", keys=_listed(numbered))
    return phrase(f"keys_{slot.entity}") if slot.entity in ("date", "number", "phone", "yes_no") else None


def _is_choice(slot: Slot) -> bool:
    built_in = slot.entity is None or slot.entity in BUILT_IN_ENTITIES
    return not built_in and 0 < len(slot.values) <= _MOST_CHOICES


def _spoken(chosen: str, slot: Slot) -> str:
    return slot.spoken.get(chosen, chosen.replace("_", " "))


def _listed(numbered: list[tuple[str, str]]) -> str:
    return ", ".join(f"{key} for {spoken}" for key, spoken in numbered)


def _day(keys: str, today: date) -> date | None:
    """`0305` as the third of May that is nearest to today; with a year, `03052027`, that very day."""
    if not keys.isdigit() or len(keys) not in (4, 8):
        return None
    years = [int(keys[4:])] if len(keys) == 8 else [today.year - 1, today.year, today.year + 1]
    found = []
    for year in years:
        try:
            found.append(date(year, int(keys[2:4]), int(keys[:2])))
        except ValueError:
            continue
    near = [day for day in found if abs(day - today) <= _FAR or len(keys) == 8]
    return min(near, key=lambda day: abs(day - today), default=None)
