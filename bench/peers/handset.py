"""Both ends of one call without a dialogue, on one clock: whoever answers gets the caller's audio and plays its own."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from bench.callers.answers import Answer
from bench.callers.voices import Said, hiss
from bench.line.turns import voiced
from telephony.direct import CALLER_RATE
from telephony.recording import BLOCK_SECONDS, Channel, Pcm

PIECE = CALLER_RATE // 50
_SETTLED, _PATIENCE = 0.6, 7.0
_STILL_SPEAKING = 0.08


@dataclass(frozen=True, slots=True)
class Answered:
    """One utterance: milliseconds to the reply's first voiced sample, and how many turns were made of it."""

    text: str
    pauses: tuple[float, ...]
    gap: float | None
    cut: bool
    turns: int


class Handset:
    """`hear` is given each 20 ms of the caller (int16 mono, 16 kHz); `play` takes what the other end says."""

    def __init__(self) -> None:
        self._began = time.perf_counter()
        self.caller, self.line = Channel(CALLER_RATE), Channel(CALLER_RATE)
        self.hear: Callable[[Pcm], None] = lambda pcm: None
        self.taken: list[float] = []
        """When the other end took the turn."""
        self._sending: asyncio.Queue[Pcm] = asyncio.Queue()

    def now(self) -> float:
        """Seconds since it rang."""
        return time.perf_counter() - self._began

    def play(self, pcm: Pcm) -> None:
        """The other end says this now (int16 mono at the rate of `line`)."""
        self.line.put(self.now(), pcm)

    def took_turn(self) -> None:
        """The other end holds that the caller is done."""
        self.taken.append(self.now())

    @property
    def line_speaks(self) -> bool:
        """Whether the other end is being heard."""
        if not self.line.pieces:
            return False
        at, pcm = self.line.pieces[-1]
        return self.now() < at + len(pcm) / self.line.sample_rate + _STILL_SPEAKING

    async def say(self, spoken: Said) -> tuple[float, float]:
        """Say it in real time; returns when that began and ended."""
        begin = self.caller.seconds
        for start in range(0, len(spoken.pcm), PIECE):
            self._sending.put_nowait(spoken.pcm[start : start + PIECE])
        await self._sending.join()
        return begin, self.caller.seconds

    async def answered(self) -> None:
        """Until the line has spoken and is silent again, or does not speak at all."""
        began, settled, spoken = self.now(), 0.0, False
        while settled < _SETTLED and self.now() - began < _PATIENCE:
            await asyncio.sleep(0.05)
            if self.line_speaks:
                spoken, settled, began = True, 0.0, self.now()
            elif spoken:
                settled += 0.05

    async def run(self) -> None:
        """The caller's microphone, for as long as the call lasts."""
        noise, at, due = hiss(), 0, time.perf_counter()
        while True:
            speaking = not self._sending.empty()
            at = (at + PIECE) % (len(noise) - PIECE)
            piece = self._sending.get_nowait() if speaking else noise[at : at + PIECE]
            piece = np.pad(piece, (0, PIECE - len(piece)))
            due += PIECE / CALLER_RATE
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            self.caller.put(self.now() - PIECE / CALLER_RATE, piece)
            self.hear(piece)
            if speaking:
                self._sending.task_done()


def answered(
    handset: Handset, spans: Sequence[tuple[float, float]], spoken: Sequence[tuple[Answer, Said]]
) -> list[Answered]:
    """What became of each utterance; `spans`: the seconds at which they lie."""
    caller, line = voiced(handset.caller), voiced(handset.line)
    found = []
    for number, ((begin, end), (_, one)) in enumerate(zip(spans, spoken, strict=True)):
        until = spans[number + 1][0] if number + 1 < len(spans) else np.inf
        last = float(caller[(caller >= begin) & (caller < end)][-1]) + BLOCK_SECONDS
        replies = line[(line >= last) & (line < until)]
        times = [at for at in handset.taken if begin < at < until]
        talked_over = bool(np.any((line > begin + 0.1) & (line < last)))
        found.append(
            Answered(
                one.text,
                tuple(round(seconds, 2) for _, seconds in one.pauses),
                round((float(replies[0]) - last) * 1000, 1) if len(replies) else None,
                talked_over or any(at < last for at in times),
                len(times),
            )
        )
    return found
