"""The line that the benches ring: real services, real models in a speech server, records of its own."""

from __future__ import annotations

import datetime as dt
import os
import time
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from agent import models
from agent.line import Line
from agent.opening import open_line
from agent.phrases import fixed_wording
from agent.settings import ROOT, Settings, config_path, load
from agent.speech import server_settings
from bench.figures.processes import Used, used
from bench.figures.speech_server import SpeechFigures, figures
from voices.child import SpeechServer
from voices.client import SpeechClient
from voices.measuring import measured_plan
from voices.ready import ReadySpeech
from voices.serving.sockets import tcp_socket

_MORNING = dt.datetime(2026, 11, 27, 10, 0, tzinfo=dt.UTC)
"""A Friday on which people are there: what the line says does not depend on when it is measured."""
_DATA = ROOT / "var" / "bench" / "line"


@dataclass(frozen=True, slots=True)
class BenchLine:
    """The line, and its speech server."""

    line: Line
    server: SpeechServer
    capacity: int
    """Calls that the speech server lets in."""
    metrics_port: int

    def used(self) -> tuple[Used, Used]:
        """What this process and the speech server have used."""
        return used(), used(self.server.pid)

    async def heard_and_said(self) -> SpeechFigures:
        """What the speech server has done."""
        return await figures(self.metrics_port)


@asynccontextmanager
async def bench_line(services: Collection[str], *, calls: int, capacity: int | None = None) -> AsyncIterator[BenchLine]:
    """A line for `calls` at once with the wording of `services` rendered before it is rung.

    `capacity` lets the speech server take more or fewer calls than measuring found.
    """
    settings = bench_settings(calls)
    speech_settings = server_settings(settings)
    plan = measured_plan(speech_settings)
    plan = replace(plan, calls=capacity or plan.calls)
    with tcp_socket("127.0.0.1", 0) as free:
        port: int = free.getsockname()[1]
    server = SpeechServer(replace(speech_settings, plan=plan, metrics_port=port), log_file=_DATA / "voices.log")
    async with server, SpeechClient(server.uri) as speech:
        began = time.monotonic()
        clock = lambda: _MORNING + dt.timedelta(seconds=time.monotonic() - began)  # noqa: E731
        async with open_line(settings, clock=clock, speech=speech, tend=False) as line:
            release = await line.publisher.active()
            used_here = {name: service for name, service in release.services.items() if name in services}
            ready = ReadySpeech(
                settings.data_dir / "wording", speech, model=models.entry(settings.voices.voice).fingerprint
            )
            await ready.prepare(fixed_wording(used_here, settings.council.name))
            yield BenchLine(line, server, plan.calls, port)


def bench_settings(calls: int = 1) -> Settings:
    """The configuration with a data folder whose records are new and whose rendered wording stays."""
    settings = load(config_path(), Settings)
    agent = settings.agent.model_copy(update={"data_dir": _DATA})
    telephony = settings.telephony.model_copy(update={"most_calls": calls, "person_wait_seconds": 2.0})
    changed = settings.model_copy(update={"agent": agent, "telephony": telephony})
    changed.located(config_path().parent)
    _DATA.mkdir(parents=True, exist_ok=True)
    for old in _DATA.glob("*.db*"):
        old.unlink()
    os.environ.pop("TOWNLINE_DATABASE_URL", None)
    return changed
