"""What a call would know at each pause of a recording, as the code judges it now: inputs of `voices.finishing`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bench.line.expecting import held
from bench.speech.listening import Listened, Point
from bench.speech.prosody import Prosody, prosody
from intents.entities.completeness import completeness
from voices.activity import SAMPLE_RATE
from voices.finishing import Cues
from voices.utterance import BEFORE

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
            answered=held(point.heard, entity=entity),
            entity=asked or "",
            confidence=point.confidence,
            seconds=(point.last_voiced - point.started) / SAMPLE_RATE,
        )
        yield Pause(one, point, cues, seconds, prosody(spoken))
