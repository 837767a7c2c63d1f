"""Several callers at once, each with time to think: gaps, silences in the line's own speech, cost, refusals.

`python -m bench.load [--calls 1,2,4,8] [--seconds 80]` prints a table and writes `var/bench/load.json`. Every caller
who is done rings again with something else until the time of the level is up; turns of calls cut off then count.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from agent.errors import LineBusyError
from bench.callers import VOICES
from bench.calling import CallRecord, Utterances, ring
from bench.dialogues import DIALOGUES
from bench.opening import BenchLine, bench_line
from bench.response import Cost, measured, p50_p95, thinking
from bench.table import Machine, keep, show
from bench.turns import Turn


@dataclass(frozen=True, slots=True)
class Level:
    """So many callers at once, and what became of them."""

    calls: int
    admitted: int
    refused: int
    one_more: bool
    """Whether one caller more than the line may take was refused."""
    turns: tuple[Turn, ...]
    starved: int
    """Silences in the middle of the line's own speech."""
    seconds: float
    cost: dict[str, float]


def rendered() -> dict[tuple[int, int], Utterances]:
    """What every caller says in every voice, made before the first call."""
    return {
        (place, number): Utterances(dialogue, voice, seed=place * 10 + number, pausing=0.4)
        for place, dialogue in enumerate(DIALOGUES)
        for number, voice in enumerate(VOICES)
    }


async def level(opened: BenchLine, calls: int, seconds: float, made: dict[tuple[int, int], Utterances]) -> Level:
    """`calls` callers for `seconds`; they do not all ring in the same moment."""
    refused: list[int] = []
    records: list[CallRecord] = []
    until = time.monotonic() + seconds

    async def caller(number: int) -> None:
        await asyncio.sleep(0.7 * number)
        turn = number
        while time.monotonic() < until - 5:
            place = turn % len(DIALOGUES)
            try:
                utterances = made[place, number % len(VOICES)]
                records.append(
                    await ring(opened.line, DIALOGUES[place], utterances, thinking(turn), until - time.monotonic())
                )
            except LineBusyError:
                refused.append(number)
                return
            turn += calls

    cost = Cost(opened)
    began = time.monotonic()
    cost.begin()
    callers = [asyncio.create_task(caller(number)) for number in range(calls)]
    await asyncio.sleep(min(seconds / 2, 0.7 * calls + 3))
    one_more = await _refused(opened)
    await asyncio.gather(*callers)
    cost.end(*records)
    found = [turn for record in records for turn in await measured(opened, record)]
    return Level(
        calls,
        calls - len(refused),
        len(refused),
        one_more,
        tuple(found),
        sum(record.starved for record in records),
        time.monotonic() - began,
        cost.a_turn(len(found)),
    )


async def _refused(opened: BenchLine) -> bool:
    try:
        call = await opened.line.start(channel="bench", on_event=lambda event: None)
    except LineBusyError:
        return True
    await call.hang_up()
    await call.over.wait()
    return False


async def run(levels: Sequence[int], seconds: float, capacity: int | None) -> tuple[list[Level], int]:
    """All levels, each on a line of its own with room for just so many; and what the speech server lets in."""
    made = await asyncio.to_thread(rendered)
    found: list[Level] = []
    admitted = 0
    for calls in levels:
        services = [dialogue.service for dialogue in DIALOGUES]
        async with bench_line(services, calls=calls, capacity=capacity) as opened:
            admitted = opened.capacity
            found.append(await level(opened, calls, seconds, made))
        print(f"{calls} at once: {len(found[-1].turns)} turns", flush=True)
    return found, admitted


def row(one: Level) -> list[object]:
    """One line of the table."""
    whole = [turn for turn in one.turns if not turn.cut]
    gaps = [turn.gap for turn in whole if turn.gap is not None]
    late = [turn.over - turn.silence for turn in whole if turn.over is not None and turn.silence is not None]
    cuts = [turn for turn in one.turns if turn.cut]
    cores = one.cost["cpu_a_turn"] * len(one.turns) / one.seconds
    return [
        one.calls,
        len(one.turns),
        p50_p95(gaps),
        p50_p95(late),
        one.starved,
        f"{len(cuts)} ({sum(bool(turn.mended) for turn in cuts)})",
        sum(turn.gap is None for turn in one.turns),
        one.cost["cpu_a_turn"],
        cores,
        f"{one.cost['memory_line_mb']:.0f}+{one.cost['memory_speech_server_mb']:.0f}",
        f"{one.refused}; {'yes' if one.one_more else 'no'}",
    ]


def main() -> None:
    """Measure, print, and write the JSON file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", default="1,2,4,8", help="levels, as in 1,2,4,8")
    parser.add_argument("--seconds", type=float, default=80.0, help="a level")
    parser.add_argument("--capacity", type=int, help="let the speech server take so many instead of what it measured")
    arguments = parser.parse_args()
    machine = Machine()
    levels = [int(calls) for calls in arguments.calls.split(",")]
    found, capacity = asyncio.run(run(levels, min(90.0, arguments.seconds), arguments.capacity))
    columns = ("calls", "turns", "gap ms", "late ms", "gaps", "cut (mended)", "none", "CPU/turn", "cores")
    title = f"Callers at once, p50/p95; the speech server lets in {capacity}"
    show(title, (*columns, "MB", "refused"), [row(one) for one in found])
    keep("load", machine, {"capacity": capacity, "levels": [asdict(one) for one in found]})


if __name__ == "__main__":
    main()
