"""What the recogniser is told to expect, and when an answer to the open question sounds finished."""

from __future__ import annotations

from datetime import date
from functools import partial

from agent.decision import Listening
from agent.release import LoadedRelease
from agent.state import CallState, Phase
from intents.entities.answered import answered
from intents.entities.completeness import completeness
from intents.entities.reading import Choices
from intents.service import Slot
from voices.hearing import Expectation
from voices.speech import Hints

_SAID: dict[str | None, tuple[str, ...]] = {
    "yes_no": ("Yes", "Yes please", "No", "No thank you", "That's right"),
    "number": ("1", "2", "3", "4", "5", "6", "10"),
    "date": ("today", "yesterday", "last week", "two weeks ago", "Monday", "the 1st of December"),
    None: ("missed bin", "recycling", "pothole", "council tax", "street light", "fly-tipping", "repair"),
}
_CHECKS = frozenset({Phase.READ_BACK, Phase.CONFIRM_SLOT, Phase.CONFIRM_INTENT})
"""What was heard is said back: "no" is seldom all that is answered."""
_PLACES = frozenset({"address", "location", "street"})
_MOST_WORDS = 40
_MOST_STREETS = 70
"""With more streets than this the recogniser is not told their names: its prompt holds about 200 words."""


def expectation(state: CallState, listening: Listening, release: LoadedRelease, today: date) -> Expectation:
    """How to listen to the answer that is coming."""
    entity = listening.entity
    if entity is None and state.phase is Phase.SLOT:
        entity = "text"
    if state.phase is Phase.ANYTHING_ELSE:
        entity = "yes_no"
    return Expectation(
        hints=Hints(hotwords=hotwords(state, listening, release)),
        completeness=partial(completeness, entity=entity),
        answered=partial(_understood, release=release)
        if entity is None
        else partial(
            answered,
            entity=entity,
            gazetteer=release.gazetteer,
            choices=_said_choices(state, release),
            today=today,
            postcode=state.facts.get("partial_postcode"),
        ),
        entity="yes_no:read_back" if entity == "yes_no" and state.phase in _CHECKS else entity or "",
        patience=state.patience,
    )


def _understood(text: str, release: LoadedRelease) -> float:
    """The probability that it is clear what a caller wants by their first words."""
    return release.classifier.guess(text).clear


def _said_choices(state: CallState, release: LoadedRelease) -> Choices:
    """What may be chosen in answer to the open question, with the ways it is said."""
    if state.options:
        return {"choice": {option.value: (option.spoken,) for option in state.options}}
    service = release.services.get(state.service or "")
    slot = service.slots.get(state.asked or "") if service else None
    if service is None or slot is None or not slot.entity or not slot.values:
        return {}
    return {slot.entity: {value: service.synonyms.get(value, ()) for value in slot.values}}


def hotwords(state: CallState, listening: Listening, release: LoadedRelease) -> tuple[str, ...]:
    """Words that the answer is likely to hold, at most what the recogniser's prompt takes."""
    if state.options:
        return tuple(option.spoken for option in state.options)
    service = release.services.get(state.service or "")
    slot = service.slots.get(state.asked or "") if service else None
    if listening.entity in _PLACES:
        streets = release.gazetteer.streets
        return tuple(s.name for s in streets) if len(streets) <= _MOST_STREETS else ()
    if service is not None and slot is not None and slot.values:
        return _choices(slot, service.synonyms)
    if state.phase is Phase.ANYTHING_ELSE:
        return ("No thank you, that's all", "Yes")
    return listening.hotwords or _SAID.get(listening.entity, ())


def _choices(slot: Slot, synonyms: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The choices first, then the other ways of saying them in turn, so that none is left out."""
    said = [(value.replace("_", " "), *synonyms.get(value, ())) for value in slot.values]
    longest = max((len(ways) for ways in said), default=0)
    in_turn = [ways[n] for n in range(longest) for ways in said if n < len(ways)]
    words: list[str] = []
    for way in dict.fromkeys((*slot.hints, *in_turn)):
        if sum(len(w.split()) for w in words) + len(way.split()) > _MOST_WORDS:
            break
        words.append(way)
    return tuple(words)
