"""Plain livekit-agents, pipecat and the Wyoming chain beside Townline: the same audio, models, reply and machine.

`python -m bench.peers.comparison [--turns 16] [--only pipecat]` prints a table with ratios and writes
`var/bench/peers.json`. The reply is fixed: neither the dialogue nor the joining of halves after a wrong cut is part of
it.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from agent import models
from bench.callers.answers import Answer, answers
from bench.callers.voices import Said, held_out, said
from bench.figures.processes import used
from bench.figures.table import Machine, keep, quantile, show
from bench.line.expecting import expectation
from bench.line.response import p50_p95
from bench.peers.assemblies import REPLY, Assembly, PlainPiper, PlainWhisper, others, plain, townline
from bench.peers.handset import Answered, Handset, answered
from voices.hearing import Hearing
from voices.local import LocalSpeech
from voices.ready import ReadySpeech
from voices.speaking import Speaking


@dataclass(frozen=True, slots=True)
class Measured:
    """One assembly."""

    name: str
    answered: tuple[Answered, ...]
    cpu_a_turn: float


async def measure(assembly: Assembly, spoken: Sequence[tuple[Answer, Said]]) -> Measured:
    """One call in which everything is said, one thing after the other."""
    handset = Handset()
    async with assembly.answers(handset) as processes:

        def cpu() -> float:
            return used().cpu + sum(used(process).cpu for process in processes)

        microphone = asyncio.create_task(handset.run(), name="microphone")
        await asyncio.sleep(1.0)
        spans: list[tuple[float, float]] = []
        before = cpu()
        for answer, one in spoken:
            assembly.expect(answer.entity)
            spans.append(await handset.say(one))
            await handset.answered()
        cost = cpu() - before
        microphone.cancel()
        with suppress(asyncio.CancelledError):
            await microphone
    return Measured(assembly.name, tuple(answered(handset, spans, spoken)), cost / len(spoken))


async def run(turns: int, only: str) -> list[Measured]:
    """All assemblies whose names begin with `only`, one after the other."""
    whisper, piper = models.path("whisper-tiny-en"), models.path("piper-joe")
    spoken = await asyncio.to_thread(_spoken, turns)
    await asyncio.to_thread(expectation(None).answered, "hello")  # what it reads is read before anything is timed
    found = []
    assemblies = [*plain(PlainWhisper(whisper), PlainPiper(piper)), *others(whisper, piper)]
    async with LocalSpeech(whisper, piper, workers=2, threads=1) as speech:
        with tempfile.TemporaryDirectory() as folder:
            ready = ReadySpeech(Path(folder), speech)
            await ready.prepare([REPLY])
            for name, wording in (("Townline", ready), ("Townline, nothing rendered before", None)):
                hearing = Hearing(speech)
                hearing.prewarm()
                assemblies.append(townline(name, hearing, Speaking(speech, ready=wording), partial(_expect, hearing)))
            for assembly in assemblies:
                if not assembly.name.startswith(only):
                    continue
                found.append(await measure(assembly, spoken))
                print(f"{assembly.name}: done", flush=True)
    return found


def _expect(hearing: Hearing, entity: str | None) -> None:
    hearing.expect(expectation(entity))


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
    parser.add_argument("--only", default="", help="assemblies whose names begin so")
    arguments = parser.parse_args()
    machine = Machine()
    found = asyncio.run(run(arguments.turns, arguments.only))
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
