"""What the recogniser knows at every pause of a recording, heard without waiting in real time, and kept."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import Literal

import numpy as np
from livekit.local_inference import EOT

from agent import models
from bench.answers import Answer
from bench.callers import hiss, said
from bench.table import FOLDER
from intents.entities.completeness import completeness
from telephony.recording import voiced_blocks
from voices.activity import SAMPLE_RATE, Activity, detector
from voices.endpointing import Expectation
from voices.speech import Hints, Pcm, Priority
from voices.transcript import Heard, Nothing, Transcript
from voices.turn_taking import Happening, TurnTaking, Words
from voices.whisper import Recogniser

_PIECE = SAMPLE_RATE // 50
_BLOCK = SAMPLE_RATE // 100
_FOR_EVER = 1000.0
_MELODY = 19_200


@dataclass(frozen=True, slots=True)
class Point:
    """A moment at which nobody spoke: what was heard by then, and what words and sound say about the end.

    `last_voiced` and `goes_on` are samples; `goes_on` is `None` when the caller was done.
    """

    last_voiced: int
    goes_on: int | None
    heard: str
    kind: Literal["heard", "unclear"]
    completeness: float
    melody: float


@dataclass(frozen=True, slots=True)
class Listened:
    """One recording with all its points, in order. `pauses` are those that were put in, in seconds."""

    entity: str | None
    text: str
    voice: str
    pauses: tuple[float, ...]
    points: tuple[Point, ...]


def listened(chosen: Sequence[Answer], progress: Callable[[int], None], workers: int = 1) -> list[Listened]:
    """All recordings heard, from `var/bench` where they were heard before."""
    key = hashlib.sha256(repr(list(chosen)).encode()).hexdigest()[:12]
    file = FOLDER / f"endpoints-heard-{key}.json"
    kept = _read(file)
    if kept is None:
        kept = []
        with ProcessPoolExecutor(workers) as pool:
            for number, one in enumerate(pool.map(_listen, chosen, chunksize=4), start=1):
                kept.append(one)
                progress(number)
        FOLDER.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps([asdict(one) for one in kept]), "utf-8")
    return [_judged(one) for one in kept]


def _judged(one: Listened) -> Listened:
    """With completeness as the words are judged today."""
    judge = partial(completeness, entity=one.entity)
    return replace(one, points=tuple(replace(point, completeness=judge(point.heard)) for point in one.points))


def _read(file: Path) -> list[Listened] | None:
    try:
        kept = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return [
        Listened(**{**one, "pauses": tuple(one["pauses"]), "points": tuple(Point(**p) for p in one["points"])})
        for one in kept
    ]


@cache
def _ears() -> tuple[Recogniser, EOT]:
    return Recogniser(models.path("whisper-tiny-en")), EOT()


def _listen(answer: Answer) -> Listened:
    spoken = said(answer.text, answer.voice, answer.pauses)
    noise = hiss()
    pcm = np.concatenate([noise[:SAMPLE_RATE], spoken.pcm, noise[SAMPLE_RATE : 3 * SAMPLE_RATE]])
    points = asyncio.run(_points(pcm, answer))
    return Listened(answer.entity, spoken.text, answer.voice.name, answer.pauses, points)


async def _points(pcm: Pcm, answer: Answer) -> tuple[Point, ...]:
    """`TurnTaking` as it runs in a call, but never allowed to take the turn: each pause is told."""
    recogniser, melody = _ears()
    told: list[Words] = []
    sounds: list[float] = []

    async def hear(audio: Pcm, priority: Priority) -> Transcript:
        sounds.append(float(melody.predict(np.ascontiguousarray(audio[-_MELODY:]))))
        return recogniser.transcribe(audio, Hints())

    def tell(happening: Happening) -> None:
        if isinstance(happening, Words) and happening.stage == "preflight":
            told.append(happening)

    expectation = Expectation(completeness=lambda text: 0.0, patience=_FOR_EVER)
    turns = TurnTaking(Activity(detector()), hear, lambda: expectation, tell)
    points: list[Point] = []
    for start in range(0, len(pcm), _PIECE):
        turns.push(pcm[start : start + _PIECE])
        # Hearing takes no time here, so that it is over before the next audio comes.
        for _ in range(4):
            await asyncio.sleep(0)
        if told:
            points.append(_point(told.pop(), sounds[-1], pcm, answer))
    await turns.aclose()
    return tuple(points)


def _point(words: Words, melody: float, pcm: Pcm, answer: Answer) -> Point:
    after = np.flatnonzero(voiced_blocks(pcm[words.last_voiced :], SAMPLE_RATE))
    after = after[after > 2]
    text = "" if isinstance(words.transcript, Nothing) else words.transcript.text
    return Point(
        words.last_voiced,
        words.last_voiced + int(after[0]) * _BLOCK if len(after) else None,
        text,
        "heard" if isinstance(words.transcript, Heard) else "unclear",
        completeness(text, answer.entity),
        melody,
    )
