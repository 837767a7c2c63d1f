"""Calls in which something is killed or frozen at a random moment: what the caller heard within five seconds, what was
lost, and what was done twice.

`python -m bench.telephone.faults [--calls 200] [--seed 0] [--parts "worker,LiveKit"] [--lines 2] [--join]` prints a
table and writes `var/bench/faults.json`; with `--join` the calls of earlier runs there are counted as well. A call
takes most of a minute and little of the processor: several lines are rung side by side, each a whole installation in
which one call at a time has its fault. Ctrl-C ends it after the calls that are going on, and counts those.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import signal
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

from livekit import rtc

from agent import models
from agent.llm.evaluation import Evaluation, Result, identity, machine, save
from agent.llm.settings import Task
from agent.records import Store
from agent.settings import Settings, load
from bench.callers.dialogues import DIALOGUES
from bench.callers.voices import VOICES
from bench.figures.table import FOLDER as RESULTS
from bench.figures.table import Machine, keep, quantile, show
from bench.line.calling import Utterances
from bench.telephone.aftermath import lost, settled, twice
from bench.telephone.breaking import PARTS, WAYS, ActionServer, Line, Part, Workers
from bench.telephone.broken_call import Faulted, call_with_fault
from bench.telephone.exchange import NotStartedError, free_port, livekit_server
from bench.telephone.exchange_line import FOLDER, emptied, rendered_wording
from bench.telephone.installation import configured, records, townline
from bench.telephone.resident import COMPLETED

_MOST_CALLS, _MOST_LINES = 400, 8
_FIVE_SECONDS = 5.0
_SPOKEN = tuple(d for d in DIALOGUES if d.service in ("missed_bin", "pothole", "next_collection", "new_bin"))


class Opened(NamedTuple):
    """A whole line that is rung."""

    config: Path
    line: Line


@contextmanager
def opened(parts: Sequence[Part], folder: Path) -> Iterator[Opened]:
    """The whole line, with two workers, a Rasa action server, and the language model where that is to be broken."""
    emptied(folder)
    with ExitStack() as stack:
        livekit = stack.enter_context(livekit_server(folder / "livekit"))
        actions = ActionServer(free_port(), folder)
        stack.callback(actions.kill)
        sections: dict[str, dict[str, object]] = {"agent": {"action_server": actions.url}}
        if "language model" in parts:
            sections["llm"] = {"mode": "embedded", "threads": 1}
        config = configured(folder, livekit, sections=sections, most_calls=2, person_wait_seconds=3.0)
        settings = load(config, Settings)
        if "language model" in parts:
            _as_if_it_passed(settings)
        rendered_wording(config, [dialogue.service for dialogue in _SPOKEN])
        actions.start()
        workers = Workers(config)
        stack.callback(workers.close)
        with ThreadPoolExecutor(2) as starting:
            list(starting.map(workers.start, range(2)))
        stack.enter_context(townline(["watch"], config, "watching"))
        yield Opened(config, Line(livekit, workers, actions, settings.data_dir / "townline.db"))


def _as_if_it_passed(settings: Settings) -> None:
    """Turn every task on, whether the model passes it or not: what counts here is that it goes away."""
    model = identity(settings.llm, models.path(settings.llm.model) / "model.gguf", settings.data_dir)
    passed = Result(passed=100, of=100, p50=0.1, p95=0.1, deadline=1.0)
    made = Evaluation(
        model=model,
        machine=machine(),
        threads=settings.llm.threads,
        made="for the bench",
        results=dict.fromkeys(Task, passed),
    )
    save(made, settings.data_dir)


async def rung(lines: Sequence[Opened], parts: Sequence[Part], calls: int, seed: int) -> list[dict[str, Any]]:
    """So many calls, each with the next fault, one at a time on each line; and what stands on record in the end."""
    made = {
        place: await asyncio.to_thread(Utterances, dialogue, VOICES[0], seed=place, pausing=0.0)
        for place, dialogue in enumerate(_SPOKEN)
    }
    numbers = iter(range(seed, seed + calls))
    async with AsyncExitStack() as stack:
        due = stack.enter_context(_until_told_to_stop(numbers))
        # One after the other: Alembic brings one database at a time up to date.
        stores = [await stack.enter_async_context(records(one.config)) for one in lines]
        async with asyncio.TaskGroup() as side_by_side:
            ringing = [
                side_by_side.create_task(_rung_on(one.line, store, parts, due, made))
                for one, store in zip(lines, stores, strict=True)
            ]
    return [call for task in ringing for call in task.result()]


@contextmanager
def _until_told_to_stop(numbers: Iterator[int]) -> Iterator[Iterator[int]]:
    """The same numbers, and no more of them after SIGINT or SIGTERM."""
    loop, told = asyncio.get_running_loop(), asyncio.Event()
    signals = (signal.SIGINT, signal.SIGTERM)
    for one in signals:
        loop.add_signal_handler(one, told.set)
    try:
        yield itertools.takewhile(lambda _: not told.is_set(), numbers)
    finally:
        for one in signals:
            loop.remove_signal_handler(one)


async def _rung_on(
    line: Line, store: Store, parts: Sequence[Part], numbers: Iterator[int], made: Mapping[int, Utterances]
) -> list[dict[str, Any]]:
    found: list[Faulted] = []
    faults = [(part, way) for way in WAYS for part in parts]
    for number in numbers:
        part, way = faults[number % len(faults)]
        place = number % len(_SPOKEN)
        try:
            one = await call_with_fault(line, store, _SPOKEN[place], made[place], part=part, way=way, seed=number)
        except (NotStartedError, rtc.ConnectError, OSError) as error:
            print(f"{number}: this line rings no more, {part} {way} could not be mended: {error}", flush=True)
            break
        found.append(one)
        print(f"{number}: {part} {way} after {one.at:.1f} s: waited {one.wait} s, {one.end}", flush=True)
    quiet = await settled(store)
    jobs = line.actions.jobs()
    return [
        {
            **asdict(one),
            "lost": await lost(store, one),
            "twice": await twice(store, one, jobs),
            "settled": quiet,
        }
        for one in found
    ]


def rows(calls: Sequence[dict[str, Any]]) -> list[list[object]]:
    """The table, a row for each part and way, and one for all."""
    struck = [call for call in calls if call["struck"]]
    groups = Counter((call["part"], call["way"]) for call in struck)
    chosen = [(f"{part} {way}", [c for c in struck if (c["part"], c["way"]) == (part, way)]) for part, way in groups]
    return [_row(name, group) for name, group in [*sorted(chosen, key=lambda pair: pair[0]), ("all", struck)]]


def _row(name: str, calls: Sequence[dict[str, Any]]) -> list[object]:
    waits = [call["wait"] for call in calls if call["wait"] is not None]
    return [
        name,
        len(calls),
        f"{sum(wait <= _FIVE_SECONDS for wait in waits)} of {len(calls)}",
        quantile(waits, 0.5),
        max(waits, default=None),
        sum(call["fault_named"] for call in calls),
        sum(call["end"] in COMPLETED for call in calls),
        ", ".join(f"{count} {end}" for end, count in Counter(c["end"] for c in calls).items() if end not in COMPLETED),
        sum(len(call["lost"]) for call in calls),
        sum(len(call["twice"]) for call in calls),
    ]


COLUMNS = ("broken", "calls", "heard ≤ 5 s", "wait p50", "longest", "told of it", "completed", "else", "lost", "twice")


def _earlier(join: bool) -> list[dict[str, Any]]:
    path = RESULTS / "faults.json"
    return list(json.loads(path.read_text())["calls"]) if join and path.is_file() else []


def main() -> None:
    """Measure, print, and write the JSON file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0, help="the number of the first call: which fault, and when")
    parser.add_argument("--parts", default=",".join(PARTS), help="what may break")
    parser.add_argument("--lines", type=int, default=2, help="installations that are rung side by side")
    parser.add_argument("--join", action="store_true", help="count the calls of earlier runs as well")
    given = parser.parse_args()
    parts = [part for part in PARTS if part in given.parts.split(",")]
    machine_now = Machine()
    with ExitStack() as stack:
        folders = [FOLDER / f"line-{number + 1}" for number in range(min(_MOST_LINES, given.lines))]
        lines = [stack.enter_context(opened(parts, folder)) for folder in folders]
        calls = asyncio.run(rung(lines, parts, min(_MOST_CALLS, given.calls), given.seed))
    calls = [*_earlier(given.join), *calls]
    show("Faults in the middle of calls; seconds", COLUMNS, rows(calls))
    for call in calls:
        for what in (*call["lost"], *call["twice"]):
            print(f"{call['part']} {call['way']}: {what}")
    keep("faults", machine_now, {"calls": calls})


if __name__ == "__main__":
    main()
