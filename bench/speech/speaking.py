"""How long a reply takes to be heard: from its text to its first sound, through the LiveKit plugin.

`python -m bench.speech.speaking [--turns 20]` prints a table and writes `var/bench/speaking.json`. Ready replies are
fixed wording that was rendered before; half-ready ones begin with it; the others are synthesised from their first
word.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from agent import models
from voices.piper import Piper
from voices.ready import ReadySpeech
from voices.speaking import Speaking
from voices.speech import Hints, Pcm, Priority, Voice
from voices.transcript import Transcript

_FIXED = ("Thanks.", "Is that right?", "Is there anything else I can help with?", "Right, a missed bin.")
_REPLIES = {
    "ready": ("Thanks. Is that right?", "Is there anything else I can help with?", "Right, a missed bin."),
    "half-ready": (
        "Thanks. Your reference is AB-4729.",
        "Right, a missed bin. We will come back for it on Tuesday 24 November.",
        "Thanks. That is 14 Mill Lane, QA1 4TB. Is that right?",
    ),
    "synthesised, short": ("Your reference is AB-4729.", "It costs £45.", "That is 14 Mill Lane."),
    "synthesised, long": (
        "We will collect the mattress and the sofa on Tuesday 24 November, between 7am and 4pm.",
        "The tip on Station Road is open from 8am until 6pm every day, and you do not need to book.",
        "I have reported the street light outside 14 Mill Lane, and it will be looked at within five working days.",
    ),
}


class _Models:
    """The voice in this process with nothing else in the queue."""

    def __init__(self, piper: Piper) -> None:
        self._piper = piper

    @property
    def sample_rate(self) -> int:
        return self._piper.sample_rate

    async def transcribe(
        self, pcm: Pcm, *, hints: Hints = Hints(), priority: Priority = Priority.FINAL_TRANSCRIPT, call: str = ""
    ) -> Transcript:
        raise NotImplementedError("this bench only speaks")

    async def synthesise(self, text: str, *, voice: Voice = Voice(), **_: object) -> AsyncIterator[Pcm]:
        blocks = self._piper.synthesise(text, voice.length_scale)
        while (block := await asyncio.to_thread(next, blocks, None)) is not None:
            yield block


@dataclass(frozen=True, slots=True)
class Spoken:
    """One reply: milliseconds to the first audible sample, to its end; seconds of sound; milliseconds of starving."""

    first_ms: float
    whole_ms: float
    seconds: float
    starved_ms: float


async def speak(speaking: Speaking, text: str) -> Spoken:
    """Speak `text` once and measure it. A listener who plays frames as they come starves when the next is late."""
    began = time.perf_counter()
    first, played_until, starved, seconds = 0.0, 0.0, 0.0, 0.0
    async with speaking.stream() as stream:
        stream.push_text(text)
        stream.end_input()
        async for event in stream:
            now = time.perf_counter() - began
            audible = np.flatnonzero(np.abs(np.frombuffer(event.frame.data, dtype=np.int16).astype(int)) > 200)
            if not first and len(audible):
                first = now + seconds + audible[0] / speaking.sample_rate
            starved += max(0.0, now - played_until) if played_until else 0.0
            played_until = max(played_until, now) + event.frame.duration
            seconds += event.frame.duration
    return Spoken(first * 1000, (time.perf_counter() - began) * 1000, seconds, starved * 1000)


async def measure(turns: int) -> dict[str, list[Spoken]]:
    """Every kind of reply, `turns` times in all its wordings."""
    speech = _Models(Piper(models.path("piper-joe")))
    with tempfile.TemporaryDirectory() as folder:
        ready = ReadySpeech(Path(folder), speech)
        await ready.prepare(_FIXED)
        speaking = Speaking(speech, ready=ready)
        return {
            kind: [await speak(speaking, wordings[turn % len(wordings)]) for turn in range(turns)]
            for kind, wordings in _REPLIES.items()
        }


def report(measured: dict[str, list[Spoken]], target: Path) -> None:
    """Print the table and write the figures as JSON."""
    print(f"{'reply':<20}{'first sound p50':>16}{'p95':>8}{'all made p50':>14}{'sound':>9}{'starved':>9}   (ms, s, ms)")
    for kind, replies in measured.items():
        first = np.percentile([reply.first_ms for reply in replies], [50, 95])
        whole = np.median([reply.whole_ms for reply in replies])
        seconds = np.mean([reply.seconds for reply in replies])
        starved = max(reply.starved_ms for reply in replies)
        print(f"{kind:<20}{first[0]:>16.0f}{first[1]:>8.0f}{whole:>14.0f}{seconds:>9.2f}{starved:>9.0f}")
    target.parent.mkdir(parents=True, exist_ok=True)
    figures = {
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
        "replies": {kind: [asdict(reply) for reply in replies] for kind, replies in measured.items()},
    }
    target.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    print(f"written to {target}; load when done: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--turns", type=int, default=20)
    arguments.add_argument("--out", type=Path, default=Path("var/bench/speaking.json"))
    chosen = arguments.parse_args()
    report(asyncio.run(measure(chosen.turns)), chosen.out)
