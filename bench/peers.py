"""Plain livekit-agents beside Townline: the same audio, models, reply and machine, one after the other.

`python -m bench.peers [--turns 16]` prints a table with ratios and writes `var/bench/peers.json`. The reply is fixed:
neither the dialogue nor the joining of halves after a wrong cut is part of it.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import numpy as np
from livekit.agents import ConversationItemAddedEvent
from livekit.agents.llm import ChatMessage

from agent import models
from bench.answers import Answer, answers
from bench.assemblies import REPLY, Assembly, FixedReply, PlainPiper, PlainWhisper, plain, townline
from bench.callers import Said, held_out, hiss, said
from bench.processes import used
from bench.response import p50_p95
from bench.table import Machine, keep, quantile, show
from bench.turns import voiced
from intents.entities.completeness import completeness
from telephony.direct import CALLER_RATE, CallerAudio, LineAudio
from telephony.recording import BLOCK_SECONDS, Channel
from voices.endpointing import Expectation
from voices.hearing import Hearing
from voices.local import LocalSpeech
from voices.ready import ReadySpeech
from voices.speaking import Speaking

_PIECE = CALLER_RATE // 50
_SETTLED, _PATIENCE = 0.6, 7.0


@dataclass(frozen=True, slots=True)
class Answered:
    """One utterance: milliseconds to the reply's first voiced sample, and how many turns were made of it."""

    text: str
    pauses: tuple[float, ...]
    gap: float | None
    cut: bool
    turns: int


@dataclass(frozen=True, slots=True)
class Measured:
    """One assembly."""

    name: str
    answered: tuple[Answered, ...]
    cpu_a_turn: float


class Telephone:
    """Both ends of one call without a dialogue, on one clock."""

    def __init__(self, rate: int) -> None:
        self._began = time.perf_counter()
        self.caller, self.line = Channel(CALLER_RATE), Channel(rate)
        self.ear = CallerAudio()
        self.mouth = LineAudio(rate, lambda pcm: self.line.put(self.now(), pcm), lambda: None)
        self._sending: asyncio.Queue[np.ndarray[tuple[int], np.dtype[np.int16]]] = asyncio.Queue()

    def now(self) -> float:
        """Seconds since it rang."""
        return time.perf_counter() - self._began

    async def say(self, spoken: Said) -> tuple[float, float]:
        """Say it in real time; returns when that began and ended."""
        begin = self.caller.seconds
        for start in range(0, len(spoken.pcm), _PIECE):
            self._sending.put_nowait(spoken.pcm[start : start + _PIECE])
        await self._sending.join()
        return begin, self.caller.seconds

    async def answered(self) -> None:
        """Until the line has spoken and is silent again, or does not speak at all."""
        began, settled, spoken = self.now(), 0.0, False
        while settled < _SETTLED and self.now() - began < _PATIENCE:
            await asyncio.sleep(0.05)
            if self.mouth.speaking:
                spoken, settled, began = True, 0.0, self.now()
            elif spoken:
                settled += 0.05

    async def run(self) -> None:
        """The caller's microphone, for as long as the call lasts."""
        noise, at, due = hiss(), 0, time.perf_counter()
        while True:
            speaking = not self._sending.empty()
            at = (at + _PIECE) % (len(noise) - _PIECE)
            piece = self._sending.get_nowait() if speaking else noise[at : at + _PIECE]
            piece = np.pad(piece, (0, _PIECE - len(piece)))
            due += _PIECE / CALLER_RATE
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            self.caller.put(self.now() - _PIECE / CALLER_RATE, piece)
            self.ear.push(piece)
            if speaking:
                self._sending.task_done()


async def measure(assembly: Assembly, spoken: Sequence[tuple[Answer, Said]], rate: int) -> Measured:
    """One call in which everything is said, one thing after the other."""
    telephone = Telephone(rate)
    session = assembly.session()
    session.input.audio, session.output.audio = telephone.ear, telephone.mouth
    taken: list[float] = []

    def added(event: ConversationItemAddedEvent) -> None:
        if isinstance(event.item, ChatMessage) and event.item.role == "user":
            taken.append(telephone.now())

    session.on("conversation_item_added", added)
    await session.start(FixedReply(), record=False)
    microphone = asyncio.create_task(telephone.run(), name="microphone")
    await asyncio.sleep(1.0)
    spans: list[tuple[float, float]] = []
    before = used().cpu
    for answer, one in spoken:
        assembly.expect(answer.entity)
        spans.append(await telephone.say(one))
        await telephone.answered()
    cpu = used().cpu - before
    microphone.cancel()
    with suppress(asyncio.CancelledError):
        await microphone
    telephone.ear.close()
    await session.aclose()
    return Measured(assembly.name, tuple(_answered(telephone, spans, spoken, taken)), cpu / len(spoken))


def _answered(
    telephone: Telephone,
    spans: Sequence[tuple[float, float]],
    spoken: Sequence[tuple[Answer, Said]],
    taken: Sequence[float],
) -> list[Answered]:
    caller, line = voiced(telephone.caller), voiced(telephone.line)
    found = []
    for number, ((begin, end), (_, one)) in enumerate(zip(spans, spoken, strict=True)):
        until = spans[number + 1][0] if number + 1 < len(spans) else np.inf
        last = float(caller[(caller >= begin) & (caller < end)][-1]) + BLOCK_SECONDS
        replies = line[(line >= last) & (line < until)]
        times = [at for at in taken if begin < at < until]
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


async def run(turns: int) -> list[Measured]:
    """All assemblies, one after the other."""
    whisper, piper = models.path("whisper-tiny-en"), models.path("piper-joe")
    spoken = await asyncio.to_thread(_spoken, turns)
    found = []
    assemblies = plain(PlainWhisper(whisper), PlainPiper(piper))
    async with LocalSpeech(whisper, piper, workers=2, threads=1) as speech:
        with tempfile.TemporaryDirectory() as folder:
            ready = ReadySpeech(Path(folder), speech)
            await ready.prepare([REPLY])
            for name, wording in (("Townline", ready), ("Townline, nothing rendered before", None)):
                hearing = Hearing(speech)
                hearing.prewarm()
                assemblies.append(townline(name, hearing, Speaking(speech, ready=wording), partial(_expect, hearing)))
            for assembly in assemblies:
                found.append(await measure(assembly, spoken, speech.sample_rate))
                print(f"{assembly.name}: done", flush=True)
    return found


def _expect(hearing: Hearing, entity: str | None) -> None:
    hearing.expect(Expectation(completeness=partial(completeness, entity=entity)))


def _spoken(turns: int) -> list[tuple[Answer, Said]]:
    """Texts that no wait was chosen on, every other one with pauses, spread over all kinds of answers."""
    chosen = [answer for answer in answers(seed=2) if held_out(answer.text)]
    paused = [answer for answer in chosen if answer.pauses]
    whole = [answer for answer in chosen if not answer.pauses]
    picked: list[Answer] = []
    for kind, count in ((paused, turns // 2), (whole, turns - turns // 2)):
        picked += [kind[at * len(kind) // count] for at in range(count)] if count else []
    return [(answer, said(answer.text, answer.voice, answer.pauses)) for answer in picked]


def row(one: Measured, best: float | None) -> list[object]:
    """One line of the table; gaps of turns that were answered whole, and how many times the first assembly's."""
    gaps = [answered.gap for answered in one.answered if answered.gap is not None and not answered.cut]
    paused = [answered for answered in one.answered if answered.pauses]
    p50 = quantile(gaps, 0.5)
    ratio = None if p50 is None or not best else p50 / best
    cuts = f"{sum(answered.cut for answered in paused)} of {len(paused)}"
    early = sum(answered.cut for answered in one.answered if not answered.pauses)
    silent = sum(answered.gap is None for answered in one.answered)
    return [one.name, len(one.answered), p50_p95(gaps), ratio, cuts, early, silent, one.cpu_a_turn]


def main() -> None:
    """Measure, print, and write the JSON file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=16)
    machine = Machine()
    found = asyncio.run(run(parser.parse_args().turns))
    ours = [a.gap for one in found if one.name == "Townline" for a in one.answered if a.gap is not None and not a.cut]
    columns = (
        "assembly",
        "turns",
        "gap ms",
        "× Townline",
        "cut, with pauses",
        "cut, without",
        "no answer",
        "CPU s a turn",
    )
    show("The same audio, models and reply; p50/p95", columns, [row(one, quantile(ours, 0.5)) for one in found])
    keep("peers", machine, {"assemblies": [asdict(one) for one in found]})


if __name__ == "__main__":
    main()
