"""What a worker shows of itself: how full it is, for Prometheus and for whoever adds workers by load."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from prometheus_client import REGISTRY, Gauge

CALLS = "townline_worker_calls"
LOAD = "townline_worker_load"
TASKS = "townline_worker_tasks"


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
