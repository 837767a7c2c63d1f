"""What the recogniser knows at every pause of a recording, heard without waiting in real time, and kept."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Literal

import numpy as np
from livekit.local_inference import EOT
from numpy.typing import NDArray

from agent import models
from bench.callers.answers import Answer
from bench.callers.voices import PAUSE, Said, said
from bench.figures.table import FOLDER
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
_MELODY_AFTER = (0.12, 0.2, 0.3)
_AROUND = (1.0, 2.0)
_SLACK = 3 * _BLOCK


@dataclass(frozen=True, slots=True)
class Point:
    """A moment at which nobody spoke: what was heard by then, and what words and sound say about the end.

    `started`, `last_voiced` and `goes_on` are samples; `goes_on` is `None` when the caller was done. `melodies` are the
    end-of-turn model's answers after 0.12, 0.2 and 0.3 s of silence.
    """

    started: int
    last_voiced: int
    goes_on: int | None
    heard: str
    kind: Literal["heard", "unclear"]
    confidence: float
    melodies: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Listened:
    """One recording with all its points, in order.

    `pauses` are those that were put in, in seconds; `ended` is the sample after the caller's last sound.
    """

    answer: Answer
    ended: int
    points: tuple[Point, ...]

    @property
    def text(self) -> str:
        """What was said."""
        return self.answer.text.replace(f" {PAUSE}", "")

    def pcm(self) -> Pcm:
        """The recording."""
        return recorded(self.answer).pcm


def listened(chosen: Sequence[Answer], progress: Callable[[int], None], workers: int = 1) -> list[Listened]:
    """All recordings heard, from `var/bench/heard` where they were heard before."""
    (FOLDER / "heard").mkdir(parents=True, exist_ok=True)
    missing = [answer for answer in chosen if not _file(answer).exists()]
    # Processes of their own from the first: a model does not survive being forked.
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        for number, _ in enumerate(pool.map(_listen, missing), start=1):
            progress(number)
    return [_read(answer) for answer in chosen]


def recorded(answer: Answer) -> Said:
    """The recording of an answer, with a second of the line before it and two after it."""
    return said(answer.text, answer.voice, answer.pauses, noise=answer.noise, around=_AROUND)


def _file(answer: Answer) -> Path:
    return FOLDER / "heard" / f"{hashlib.sha256(repr(answer).encode()).hexdigest()[:20]}.json"


def _read(answer: Answer) -> Listened:
    kept = json.loads(_file(answer).read_text("utf-8"))
    points = tuple(Point(**{**point, "melodies": tuple(point["melodies"])}) for point in kept["points"])
    return Listened(answer, kept["ended"], points)


@cache
def _ears() -> tuple[Recogniser, EOT]:
    return Recogniser(models.path("whisper-tiny-en")), EOT()


def _listen(answer: Answer) -> None:
    if _file(answer).exists():
        return
    # Where the caller speaks is seen on the recording without its noise.
    sounding = np.flatnonzero(voiced_blocks(recorded(replace(answer, noise=None)).pcm, SAMPLE_RATE))
    pcm = recorded(answer).pcm
    told = asyncio.run(_told(pcm))
    points = tuple(_point(words, pcm, sounding) for words in told)
    heard = {"ended": (int(sounding[-1]) + 1) * _BLOCK, "points": [asdict(point) for point in points]}
    _file(answer).write_text(json.dumps(heard), "utf-8")


async def _told(pcm: Pcm) -> list[Words]:
    """`TurnTaking` as it runs in a call, but never allowed to take the turn: each pause is told."""
    recogniser, _ = _ears()
    told: list[Words] = []

    async def hear(audio: Pcm, priority: Priority) -> Transcript:
        return recogniser.transcribe(audio, Hints())

    def tell(happening: Happening) -> None:
        if isinstance(happening, Words) and happening.stage == "preflight":
            told.append(happening)

    expectation = Expectation(completeness=lambda text: 0.0, patience=_FOR_EVER)
    turns = TurnTaking(Activity(detector()), hear, lambda: expectation, tell)
    for start in range(0, len(pcm), _PIECE):
        turns.push(pcm[start : start + _PIECE])
        # Hearing takes no time here, so that it is over before the next audio comes.
        for _ in range(4):
            await asyncio.sleep(0)
    await turns.aclose()
    return told


def _point(words: Words, pcm: Pcm, sounding: NDArray[np.int64]) -> Point:
    transcript, last = words.transcript, words.last_voiced
    after = sounding[sounding * _BLOCK > last + _SLACK]
    _, melody = _ears()
    ends = (last + int(seconds * SAMPLE_RATE) for seconds in _MELODY_AFTER)
    return Point(
        words.started,
        last,
        int(after[0]) * _BLOCK if len(after) else None,
        "" if isinstance(transcript, Nothing) else transcript.text,
        "heard" if isinstance(transcript, Heard) else "unclear",
        0.0 if isinstance(transcript, Nothing) else transcript.confidence,
        tuple(round(float(melody.predict(pcm[max(0, end - _MELODY) : end].copy())), 4) for end in ends),
    )
