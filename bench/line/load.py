"""Several callers at once, each with time to think: gaps, silences in the line's own speech, cost, refusals.

`python -m bench.line.load [--calls 1,2,4,8,12,16] [--seconds 80]` prints a table and writes `var/bench/load.json`.
Every caller who is done rings again with something else until the time of the level is up; turns of calls cut off then
count.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from agent.errors import LineBusyError
from bench.callers.dialogues import DIALOGUES
from bench.callers.voices import VOICES
from bench.figures.table import FOLDER, Machine, keep, quantile, show
from bench.line.calling import CallRecord, Utterances, ring
from bench.line.cost import Cost, Figures
from bench.line.opening import BenchLine, bench_line
from bench.line.response import measured, p50_p95, thinking
from bench.line.turns import Turn

_MOST_GAP_MS = 800.0
_CALLS_EACH = 3
"""So many calls at most does one caller make at a level."""


@dataclass(frozen=True, slots=True)
class Level:
    """So many callers at once, and what became of them."""

    calls: int
    admitted: int
    refused: int
    one_more: bool
    """Whether one caller more than the line may take was refused."""
    turns: tuple[Turn, ...]
    silences: int
    """Silences in the middle of the line's own speech."""
    seconds: float
    cost: Figures


def rendered(levels: Sequence[int]) -> dict[tuple[int, int], Utterances]:
    """What the callers of these levels say, by dialogue and voice, made before the first call."""
    wanted = {
        (_place(number, turn, calls), number % len(VOICES))
        for calls in levels
        for number in range(calls)
        for turn in range(_CALLS_EACH)
    }
    return {
        (place, voice): Utterances(DIALOGUES[place], VOICES[voice], seed=place * 10 + voice, pausing=0.4)
        for place, voice in sorted(wanted)
    }


def _place(number: int, turn: int, calls: int) -> int:
    """Which dialogue a caller has in which of its calls."""
    return (number + turn * calls) % len(DIALOGUES)


async def level(opened: BenchLine, calls: int, seconds: float, made: dict[tuple[int, int], Utterances]) -> Level:
    """`calls` callers for `seconds`; they do not all ring in the same moment."""
    refused: list[int] = []
    records: list[CallRecord] = []
    until = time.monotonic() + seconds

    async def caller(number: int) -> None:
        await asyncio.sleep(0.7 * number)
        for turn in range(_CALLS_EACH):
            if time.monotonic() > until - 5:
                return
            place = _place(number, turn, calls)
            utterances, think = made[place, number % len(VOICES)], thinking(number + turn * calls)
            try:
                records.append(await ring(opened.line, DIALOGUES[place], utterances, think, until - time.monotonic()))
            except LineBusyError:
                refused.append(number)
                return

    cost = Cost(opened)
    began = time.monotonic()
    await cost.begin()
    callers = [asyncio.create_task(caller(number)) for number in range(calls)]
    await asyncio.sleep(min(seconds / 2, 0.7 * calls + 3))
    one_more = await _refused(opened)
    await asyncio.gather(*callers)
    await cost.end(records)
    found = [turn for record in records for turn in await measured(opened, record)]
    return Level(
        calls,
        calls - len(refused),
        len(refused),
        one_more,
        tuple(found),
        sum(record.silences for record in records),
        time.monotonic() - began,
        cost.figures(len(found), calls),
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
    made = await asyncio.to_thread(rendered, levels)
    found: list[Level] = []
    admitted = 0
    for calls in levels:
        services = [dialogue.service for dialogue in DIALOGUES]
        async with bench_line(services, calls=calls, capacity=capacity) as opened:
            admitted = opened.capacity
            found.append(await level(opened, calls, seconds, made))
        print(f"{calls} at once: {len(found[-1].turns)} turns", flush=True)
    return found, admitted


def gaps(one: Level) -> list[float]:
    """Milliseconds of every turn that was answered whole."""
    return [turn.gap for turn in one.turns if turn.gap is not None and not turn.cut]


def row(one: Level) -> list[object]:
    """One line of the table."""
    late = [turn.over - turn.silence for turn in one.turns if turn.over is not None and turn.silence is not None]
    cuts = [turn for turn in one.turns if turn.cut]
    cost = one.cost
    waits = (cost["transcript_wait_p95_ms"], cost["first_sentence_wait_p95_ms"])
    return [
        one.calls,
        len(one.turns),
        p50_p95(gaps(one)),
        p50_p95(late),
        "/".join("–" if wait is None else f"{wait:.0f}" for wait in waits),
        one.silences,
        f"{len(cuts)} ({sum(bool(turn.mended) for turn in cuts)})",
        sum(turn.gap is None for turn in one.turns),
        cost["cpu_a_turn"],
        (cost["cpu_a_turn"] or 0.0) * len(one.turns) / one.seconds,
        f"{cost['memory_line_mb']:.0f}+{cost['memory_speech_server_mb']:.0f}",
        f"{one.refused}; {'yes' if one.one_more else 'no'}",
    ]


def breaks_at(levels: Sequence[Level]) -> int | None:
    """The first level at which callers wait too long, or the line falls silent in its own speech."""
    return next((one.calls for one in levels if one.silences or (quantile(gaps(one), 0.95) or 0) > _MOST_GAP_MS), None)


def _kept(but: Sequence[int]) -> list[Level]:
    """The levels of earlier runs, except these."""
    file = FOLDER / "load.json"
    kept = json.loads(file.read_text("utf-8"))["levels"] if file.exists() else []
    return [
        Level(**{**one, "turns": tuple(Turn(**{**turn, "pauses": tuple(turn["pauses"])}) for turn in one["turns"])})
        for one in kept
        if one["calls"] not in but
    ]


def main() -> None:
    """Measure, print, and write the JSON file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", default="1,2,4,8", help="levels, as in 1,2,4,8")
    parser.add_argument("--seconds", type=float, default=80.0, help="a level")
    parser.add_argument("--add", action="store_true", help="to the levels that were measured before")
    parser.add_argument("--capacity", type=int, help="let the speech server take so many instead of what it measured")
    arguments = parser.parse_args()
    machine = Machine()
    levels = [int(calls) for calls in arguments.calls.split(",")]
    found, capacity = asyncio.run(run(levels, min(90.0, arguments.seconds), arguments.capacity))
    columns = (
        "calls",
        "turns",
        "gap ms",
        "late ms",
        "queue p95 ms",
        "gaps",
        "cut (mended)",
        "none",
        "CPU/turn",
        "cores",
    )
    title = f"Callers at once, p50/p95; queue: transcript/first sentence; the speech server lets in {capacity}"
    show(title, (*columns, "MB", "refused; one more"), [row(one) for one in found])
    if arguments.add:
        found = sorted([*_kept(levels), *found], key=lambda one: one.calls)
    limit = breaks_at(found)
    print(f"p95 above {_MOST_GAP_MS:.0f} ms or a gap in its own speech: {f'from {limit} calls' if limit else 'never'}")
    keep("load", machine, {"capacity": capacity, "breaks_at": limit, "levels": [asdict(one) for one in found]})


if __name__ == "__main__":
    main()
