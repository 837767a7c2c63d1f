"""The speech server: one process that holds the speech models for every call on the machine, and speaks Wyoming."""

from __future__ import annotations

import asyncio
import itertools
import logging
import socket
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from voices.errors import BusyError
from voices.local import LocalSpeech
from voices.measuring import measured_plan
from voices.server_settings import Plan, ServerSettings
from voices.serving.admission import Admission
from voices.serving.connection import Connection, House
from voices.serving.description import description
from voices.serving.incoming import AudioBudget
from voices.serving.metrics import Metrics
from voices.speech import Priority
from voices.wire import EXTRA, Limits
from voices.work import Piece

log = logging.getLogger(__name__)

_LONGEST_LINE = 64 * 1024
_IDLE_SECONDS = 5.0
"""A client that has been idle for less keeps its connection when somebody else wants it."""
_URGENT = (Priority.FINAL_TRANSCRIPT, Priority.FIRST_SENTENCE)


class Server:
    """Made by `serving`."""

    def __init__(
        self, settings: ServerSettings, plan: Plan, speech: LocalSpeech, admission: Admission, metrics: Metrics
    ) -> None:
        self.plan = plan
        self.admission = admission
        self._settings = settings
        self._speech = speech
        self._began = time.monotonic()
        self._numbers = itertools.count(1)
        self._connections: dict[Connection, asyncio.Task[None]] = {}
        self._house = House(
            speech,
            self.admission,
            metrics,
            self._describe,
            self.status,
            settings.voice_name,
            settings.language,
            Limits(),
            AudioBudget(),
        )
        metrics.gauge("waiting", "Pieces of work that wait for their turn", lambda: speech.depth)
        metrics.gauge("connections", "Clients that are connected", lambda: len(self._connections))
        metrics.gauge("calls", "Calls that go on", lambda: self.admission.calls(_now()))
        metrics.gauge("calls_left", "Calls that can still be served well", lambda: self.admission.left(_now()))

    async def listen(self, sockets: list[socket.socket]) -> None:
        """Serve whoever connects, until this is cancelled; then every connection is closed with a reason."""
        servers = [
            await asyncio.start_server(self._connected, sock=listening, limit=_LONGEST_LINE) for listening in sockets
        ]
        try:
            await asyncio.Event().wait()
        finally:
            for server in servers:
                server.close()
            for task in tuple(self._connections.values()):
                task.cancel()
            await asyncio.gather(*tuple(self._connections.values()), return_exceptions=True)

    def status(self) -> dict[str, Any]:
        """How the server is doing."""
        now = _now()
        return {
            "sample_rate": self._speech.sample_rate,
            "waiting": self._speech.depth,
            "calls": self.admission.calls(now),
            "capacity": self.admission.capacity,
            "left": self.admission.left(now),
            "workers": self.plan.workers,
            "threads": self.plan.threads,
            "up_seconds": round(time.monotonic() - self._began),
        }

    def _describe(self) -> dict[str, Any]:
        about = description(
            whisper=self._settings.whisper_name,
            voice=self._settings.voice_name,
            hears=_languages(multilingual=self._speech.multilingual),
            speaks=self._speech.language,
        )
        return {**about, EXTRA: self.status()}

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = Connection(self._house, f"connection {next(self._numbers)}", reader, writer)
        full = len(self._connections) >= self._settings.most_connections and not self._made_room()
        serve = connection.send_away(BusyError("too many clients are connected")) if full else connection.run()
        task = asyncio.create_task(serve, name=connection.name)
        self._connections[connection] = task
        task.add_done_callback(lambda _: self._connections.pop(connection))

    def _made_room(self) -> bool:
        """Whoever has been idle for longest can connect again."""
        idle = [one for one in self._connections if one.idle and _now() - one.idle_since > _IDLE_SECONDS]
        if not idle:
            return False
        self._connections[min(idle, key=lambda one: one.idle_since)].cancel()
        return True


@asynccontextmanager
async def serving(settings: ServerSettings) -> AsyncIterator[Server]:
    """A server with its models loaded. Raises `ModelMissingError`, `ModelBrokenError`, `ServerStartError`."""
    async with AsyncExitStack() as stack:
        metrics = Metrics()
        if settings.metrics_port is not None:
            close = metrics.serve(settings.metrics_port)
            stack.push_async_callback(asyncio.to_thread, close)
        plan = settings.plan
        if plan is None:
            plan = await asyncio.to_thread(measured_plan, settings)
        admission = Admission(plan.calls)

        def watch(piece: Piece) -> None:
            metrics.piece(piece)
            if piece.priority in _URGENT and piece.outcome in ("done", "late"):
                admission.waited(piece.waited, _now())

        speech = LocalSpeech(
            settings.whisper,
            settings.voice,
            workers=plan.workers,
            threads=plan.threads,
            most_waiting=settings.most_waiting,
            watch=watch,
        )
        yield Server(settings, plan, await stack.enter_async_context(speech), admission, metrics)


def _languages(*, multilingual: bool) -> list[str]:
    if not multilingual:
        return ["en"]
    from faster_whisper.tokenizer import _LANGUAGE_CODES

    return list(_LANGUAGE_CODES)


def _now() -> float:
    return time.monotonic()
