"""What a worker shows of itself: how full it is, for Prometheus and for whoever adds workers by load."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable

from prometheus_client import REGISTRY, Gauge

from agent.errors import StoreUnavailableError
from agent.records import Store

ENDS = "townline_calls_ended_last_hour"
"""Of the whole installation: every worker shows the same."""
CALLS = "townline_worker_calls"
LOAD = "townline_worker_load"
TASKS = "townline_worker_tasks"

_HOUR = dt.timedelta(hours=1)
_ENDS_SECONDS = 15.0


def show(calls: Callable[[], int], load: Callable[[], float]) -> list[Gauge]:
    """Publish the figures of this process, which is read whenever somebody asks. Runs in the event loop."""
    loop = asyncio.get_running_loop()
    readings: dict[str, tuple[str, Callable[[], float]]] = {
        CALLS: ("Calls that go on", calls),
        LOAD: ("How full it is, 0 to 1: the fullest of call slots and the speech server's places", load),
        TASKS: ("Tasks in the worker's own event loop; they must not grow with the calls", lambda: _tasks(loop)),
    }
    gauges = []
    for name, (what, reading) in readings.items():
        gauge = Gauge(name, what, registry=REGISTRY)
        gauge.set_function(reading)
        gauges.append(gauge)
    return gauges


async def count_ends(store: Store) -> None:
    """Show, four times a minute for ever, how the calls of the last hour ended."""
    gauge = Gauge(ENDS, "Calls of the whole installation that ended within the hour", ["outcome"], registry=REGISTRY)
    try:
        while True:
            await _show_ends(gauge, store)
            await asyncio.sleep(_ENDS_SECONDS)
    finally:
        REGISTRY.unregister(gauge)


async def _show_ends(gauge: Gauge, store: Store) -> None:
    try:
        ends = await store.ends(store.now() - _HOUR)
    except StoreUnavailableError:
        return
    gauge.clear()
    for outcome, count in ends.items():
        gauge.labels(outcome).set(count)


def hide(gauges: list[Gauge]) -> None:
    """Take them away again, so that another worker may run in the same process."""
    for gauge in gauges:
        REGISTRY.unregister(gauge)


def _tasks(loop: asyncio.AbstractEventLoop) -> int:
    # Asked from another thread, in which the set may change while it is looked at.
    try:
        return len(asyncio.all_tasks(loop))
    except RuntimeError:
        return -1
