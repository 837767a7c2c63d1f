"""Many short calls, and what is left behind after them: memory, processes, threads, open files, tasks, rooms."""

from __future__ import annotations

import asyncio
import random
import re
import time
import urllib.request
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from livekit import api

from agent.worker_figures import TASKS
from bench.figures.groups import Watched
from bench.line.response import p50_p95
from bench.telephone.caller import ring
from bench.telephone.exchange_line import ExchangeLine

AT_ONCE = 2
_FIRST = 6
"""Calls before the first look: what is loaded once is there by then."""
_ANSWER_SECONDS = 25.0
_SETTLE_SECONDS = 20.0
_STILL_SECONDS = 5.0


async def run(line: ExchangeLine, watched: Watched, calls: int) -> dict[str, object]:
    """`calls` short calls, `AT_ONCE` at a time; the figures before and after them."""
    await _ring_all(line, _FIRST)
    before = await _standing(line, watched)
    began = time.monotonic()
    waits = await _ring_all(line, calls)
    seconds = time.monotonic() - began
    after = await _standing(line, watched)
    answered = [wait for wait in waits if wait is not None]
    return {
        "short calls": calls,
        "minutes": round(seconds / 60, 1),
        "answered": len(answered),
        "answered after, p50/p95 ms": p50_p95([1000 * wait for wait in answered]),
        "before": before,
        "after": after,
    }


COLUMNS = ("", "before", "after")


def rows(figures: dict[str, Any]) -> list[list[object]]:
    """The table: the calls, then what every part held before them and after."""
    before, after = figures["before"], figures["after"]
    table: list[list[object]] = [[name, "", value] for name, value in figures.items() if not isinstance(value, dict)]
    for part, held in before.items():
        if isinstance(held, dict):
            table += [[f"{part}: {what}", value, after[part][what]] for what, value in held.items()]
        else:
            table.append([part, held, after[part]])
    return table


async def _ring_all(line: ExchangeLine, calls: int) -> list[float | None]:
    lines = asyncio.Semaphore(AT_ONCE)

    async def caller(number: int) -> float | None:
        async with lines:
            return await _ring(line, number)

    async with asyncio.TaskGroup() as at_once:
        made = [at_once.create_task(caller(number)) for number in range(calls)]
    return [call.result() for call in made]


async def _ring(line: ExchangeLine, number: int) -> float | None:
    """Ring, listen for a moment, press a key now and then, and put down. Seconds until the line spoke, or `None`."""
    chance = random.Random(number)
    began = time.monotonic()
    async with ring(line.livekit, number=f"+4477008{number:05d}") as phone:
        try:
            await phone.hears_speech(_ANSWER_SECONDS)
        except TimeoutError:
            return None
        answered = time.monotonic() - began
        await asyncio.sleep(chance.uniform(0.0, 1.5))
        if chance.random() < 0.3:
            await phone.press(chance.choice("123456789"))
            await asyncio.sleep(0.5)
        return answered


async def _standing(line: ExchangeLine, watched: Watched) -> dict[str, object]:
    """What everything holds once the last call is put away."""
    with suppress(TimeoutError):
        async with asyncio.timeout(_SETTLE_SECONDS):
            while await _rooms(line):  # noqa: ASYNC110 - the server puts rooms away in its own time
                await asyncio.sleep(0.5)
    await asyncio.sleep(_STILL_SECONDS)
    held: dict[str, object] = {name: asdict(watched.standing(name)) for name in watched.most}
    return {**held, "rooms": await _rooms(line), "tasks": await asyncio.to_thread(_tasks, line.metrics_ports[0])}


async def _rooms(line: ExchangeLine) -> int:
    async with line.livekit.api() as lkapi:
        return len((await lkapi.room.list_rooms(api.ListRoomsRequest())).rooms)


def _tasks(port: int) -> int:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
        found = re.search(rf"^{TASKS} (\S+)$", answer.read().decode(), re.MULTILINE)
    return int(float(found[1])) if found else -1
