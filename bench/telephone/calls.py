"""Callers on the telephone, through the real livekit-server, with real workers: what they wait for, what is lost, and
what a call costs; then many short calls, after which nothing may be left behind.

`python -m bench.telephone.calls [--concurrent 4] [--minutes 5] [--soak 500]` prints tables and writes
`var/bench/calls.json`.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from agent.records import Store
from bench.callers.dialogues import DIALOGUES, Dialogue
from bench.callers.voices import VOICES
from bench.figures.groups import Watched
from bench.figures.table import Machine, keep, show
from bench.line.calling import Utterances
from bench.line.response import p50_p95, thinking
from bench.telephone import soak
from bench.telephone.caller import Loss, ring
from bench.telephone.exchange_line import ExchangeLine, exchange_line
from bench.telephone.installation import records
from bench.telephone.resident import COMPLETED, End, Resident

_MOST_MINUTES, _MOST_AT_ONCE, _MOST_SOAKED = 15.0, 50, 1000
_SHORTEST_CALL_SECONDS = 15.0
_GAP = re.compile(r"call \S+: gap of (\d+) ms")
_SILENCES = re.compile(r"call \S+: over, (\d+) silences in the line's own speech")


@dataclass(frozen=True, slots=True)
class Rung:
    """One call: how it ended, what the caller waited for, and what the network lost."""

    service: str
    end: End
    turns: int
    gaps: tuple[int, ...]
    seconds: float
    loss: Loss | None


class Callers:
    """So many callers; each rings again when a call is over, until the time is up."""

    def __init__(self, line: ExchangeLine, store: Store, made: dict[tuple[int, int], Utterances]) -> None:
        self._line = line
        self._store = store
        self._made = made
        self.rung: list[Rung] = []

    async def run(self, count: int, seconds: float) -> None:
        """All of them, for so long. They do not all ring in the same moment."""
        until = time.monotonic() + seconds
        async with asyncio.TaskGroup() as at_once:
            for number in range(count):
                at_once.create_task(self._caller(number, count, until))

    async def _caller(self, number: int, count: int, until: float) -> None:
        await asyncio.sleep(0.7 * number)
        turn = number
        while time.monotonic() < until - _SHORTEST_CALL_SECONDS:
            place = turn % len(DIALOGUES)
            spoken = self._made[place, number % len(VOICES)]
            self.rung.append(await self._call(DIALOGUES[place], spoken, turn, until))
            turn += count

    async def _call(self, dialogue: Dialogue, spoken: Utterances, seed: int, until: float) -> Rung:
        began = time.monotonic()
        async with ring(self._line.livekit, number=f"+4477009{seed:05d}") as phone:
            resident = Resident(phone, self._store, dialogue, spoken, thinking(seed))
            counting = asyncio.create_task(phone.count_losses(), name="count losses")
            try:
                end = await resident.run(until - began)
            finally:
                counting.cancel()
                await asyncio.gather(counting, return_exceptions=True)
            return Rung(dialogue.service, end, resident.turns, tuple(phone.gaps), time.monotonic() - began, phone.loss)


async def concurrent(line: ExchangeLine, watched: Watched, count: int, minutes: float) -> list[Rung]:
    """What became of the calls of `count` callers within so many minutes."""
    made = await asyncio.to_thread(rendered, count)
    async with records(line.config) as store:
        callers = Callers(line, store, made)
        looking = asyncio.create_task(watched.run(), name="look at the processes")
        try:
            await callers.run(count, minutes * 60)
        finally:
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)
    return callers.rung


def rendered(count: int) -> dict[tuple[int, int], Utterances]:
    """What every caller says, made before the first call."""
    voices = list(enumerate(VOICES[: max(1, count)]))
    return {
        (place, number): Utterances(dialogue, voice, seed=place * 10 + number, pausing=0.4)
        for place, dialogue in enumerate(DIALOGUES)
        for number, voice in voices
    }


def summary(rung: list[Rung], watched: Watched, line: ExchangeLine, idle: Mapping[str, float]) -> dict[str, object]:
    """The figures of the table."""
    gaps = [gap for one in rung for gap in one.gaps]
    seconds = sum(one.seconds for one in rung)
    losses = [one.loss for one in rung if one.loss is not None]
    received = sum(loss.received for loss in losses)
    decided = [one for one in rung if one.end != "time up"]
    cpu = {name: watched.cpu(name) for name in watched.most}
    own = [float(found) for worker in line.workers for found in _GAP.findall(worker.said)]
    silences = [int(found) for worker in line.workers for found in _SILENCES.findall(worker.said)]
    return {
        "calls": len(rung),
        "completed, of those not cut off by the clock": f"{sum(o.end in COMPLETED for o in rung)} of {len(decided)}",
        "ends": dict(Counter(one.end for one in rung)),
        "turns": sum(one.turns for one in rung),
        "gap at the caller's ear, p50/p95 ms": p50_p95([float(gap) for gap in gaps]),
        "of which the line itself, p50/p95 ms": p50_p95(own),
        "packets lost of the line's audio": f"{sum(loss.lost for loss in losses)} of {received}",
        "audio made up by the receiver, %": round(
            100 * sum(loss.concealed for loss in losses) / max(1, len(losses)), 2
        ),
        "silences in the line's own speech": sum(silences),
        "minutes of calls": round(seconds / 60, 1),
        "processor of a call, cores": round(sum(cpu.values()) / max(1.0, seconds), 2),
        "of which": {name: round(value / max(1.0, seconds), 2) for name, value in cpu.items()},
        "memory at the fullest, MB": {name: round(value) for name, value in watched.most.items()},
        "memory before the first call, MB": idle,
    }


def measure(count: int, minutes: float, soaked: int) -> dict[str, object]:
    """Both parts, on one installation."""
    figures: dict[str, object] = {}
    with exchange_line([dialogue.service for dialogue in DIALOGUES], calls=max(count, soak.AT_ONCE)) as line:
        groups = {
            "worker": line.workers[0].process.pid,
            "livekit": line.livekit.process.pid,
            "watch": line.watch.process.pid,
        }
        if minutes > 0:
            watched = Watched(groups)
            watched.look()
            idle = {name: round(value) for name, value in watched.most.items()}
            rung = asyncio.run(concurrent(line, watched, count, minutes))
            figures["concurrent"] = summary(rung, watched, line, idle)
            figures["rung"] = [asdict(one) for one in rung]
        if soaked > 0:
            figures["soak"] = asyncio.run(soak.run(line, Watched(groups), soaked))
    return figures


def main() -> None:
    """Measure, print, and write the JSON file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--concurrent", type=int, default=4, help="callers at once")
    parser.add_argument("--minutes", type=float, default=5.0, help="how long they ring; 0 leaves this part out")
    parser.add_argument("--soak", type=int, default=500, help="short calls; 0 leaves this part out")
    given = parser.parse_args()
    count, minutes = min(_MOST_AT_ONCE, given.concurrent), min(_MOST_MINUTES, given.minutes)
    machine = Machine()
    figures = measure(count, minutes, min(_MOST_SOAKED, given.soak))
    if isinstance(part := figures.get("concurrent"), dict):
        title = f"{count} callers at once for {minutes:g} minutes"
        show(title, ("", "figure"), [(what, str(value)) for what, value in part.items()])
    if isinstance(part := figures.get("soak"), dict):
        show("Short calls", soak.COLUMNS, soak.rows(part))
    keep("calls", machine, figures)


if __name__ == "__main__":
    main()
