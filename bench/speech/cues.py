"""What a call would know at each pause of a recording, as the code judges it now: inputs of `voices.finishing`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial

from agent.commands.opening import open_release
from agent.settings import ROOT
from bench.line.opening import bench_settings
from bench.speech.listening import Listened, Point
from bench.speech.prosody import Prosody, prosody
from intents.catalogue import Catalogue
from intents.classifier import Classifier
from intents.entities.answered import answered
from intents.entities.completeness import completeness
from intents.gazetteer import Gazetteer
from intents.service import BUILT_IN_ENTITIES
from voices.activity import SAMPLE_RATE
from voices.endpointing import Expectation
from voices.finishing import Cues
from voices.utterance import BEFORE

_TODAY = dt.date(2026, 11, 27)
_DECIDES = 0.2
"""Seconds: a pause shorter than this ends before any turn is taken."""


@dataclass(frozen=True, slots=True)
class Pause:
    """A pause of a recording, with what was known at it; `goes_on`: seconds until the caller spoke again.

    `sound` is how it sounded, which calls do not go by.
    """

    of: Listened
    point: Point
    cues: Cues
    goes_on: float | None
    sound: Prosody


def pauses(one: Listened) -> Iterator[Pause]:
    """All pauses of a recording at which words were heard, its end among them."""
    pcm = one.pcm()
    for point in one.points:
        seconds = None if point.goes_on is None else (point.goes_on - point.last_voiced) / SAMPLE_RATE
        if point.kind == "unclear" or (seconds is not None and seconds < _DECIDES):
            continue
        spoken = pcm[max(0, point.started - BEFORE) : point.last_voiced]
        asked = one.answer.entity
        entity = asked and asked.partition(":")[0]
        cues = Cues(
            text=point.heard,
            completeness=completeness(point.heard, entity),
            answered=_answered(point.heard, entity=entity),
            entity=asked or "",
            confidence=point.confidence,
            seconds=(point.last_voiced - point.started) / SAMPLE_RATE,
        )
        yield Pause(one, point, cues, seconds, prosody(spoken))


def expectation(asked: str | None) -> Expectation:
    """How a call would listen to an answer to this; without hints for the recogniser. `None`: first words."""
    entity = asked and asked.partition(":")[0]
    return Expectation(
        completeness=partial(completeness, entity=entity),
        answered=partial(_answered, entity=entity),
        entity=asked or "",
    )


def _answered(text: str, entity: str | None) -> float | None:
    if entity is None:
        return _classifier().guess(text).clear
    gazetteer, choices = _ashcombe()
    return answered(text, entity, gazetteer=gazetteer, choices=choices, today=_TODAY)


@cache
def _classifier() -> Classifier:
    """Of the services as delivered; trained the first time, which takes a minute."""
    return open_release(bench_settings()).classifier


@cache
def _ashcombe() -> tuple[Gazetteer, dict[str, dict[str, tuple[str, ...]]]]:
    choices: dict[str, dict[str, tuple[str, ...]]] = {}
    for service in Catalogue.load(ROOT / "intents" / "services").services.values():
        for slot in service.slots.values():
            if slot.entity and slot.entity not in BUILT_IN_ENTITIES:
                said = {value: service.synonyms.get(value, ()) for value in slot.values}
                choices.setdefault(slot.entity, {}).update(said)
    return Gazetteer.load(ROOT / "intents" / "ashcombe"), choices
