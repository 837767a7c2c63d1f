"""The speech server as a child process that is started, watched, restarted and ended here."""

from __future__ import annotations

import asyncio
import socket
import sys
import tempfile
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from wyoming.event import Event

from voices.client import SpeechClient
from voices.errors import ServerStartError, VoicesError
from voices.pool import Pool
from voices.server_settings import ServerSettings, from_json, to_json
from voices.supervisor import Supervisor, started

PAUSES = 0.2, 30.0
_BACKLOG = 128
_START_SECONDS = 180.0
_SILENT_SECONDS = 8.0
"""A child that does not answer a ping for so long hangs, and is started anew: callers wait, and know that they do."""


class SpeechServer:
    """Serves at `uri` for as long as the context is open.

    The listening socket belongs to this process: callers who connect while the child is started again wait in line
    instead of being turned away. Raises `ServerStartError` when the child cannot start at first.
    """

    def __init__(self, settings: ServerSettings, *, log_file: Path | None = None) -> None:
        """`log_file`: what the child writes; without it, it writes where this process does."""
        self._settings = settings
        self._log_file = log_file
        self._folder = tempfile.TemporaryDirectory(prefix="townline-")
        self._path = Path(self._folder.name) / "voices"
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._open = AsyncExitStack()
        self._child = Supervisor(
            "speech server", self._started, failure=VoicesError, pauses=PAUSES, answers=self._answers
        )

    @classmethod
    @asynccontextmanager
    async def running(cls, settings: ServerSettings, *, log_file: Path | None = None) -> AsyncIterator[SpeechClient]:
        """A client of a server of one's own. Raises `ServerStartError`."""
        async with cls(settings, log_file=log_file) as server, SpeechClient(server.uri) as client:
            yield client

    @property
    def uri(self) -> str:
        """Where clients find it."""
        return f"unix://{self._path}"

    @property
    def pid(self) -> int | None:
        """The child's process id."""
        return self._child.pid

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as opening:
            opening.callback(self._folder.cleanup)
            opening.enter_context(self._socket)
            self._socket.bind(str(self._path))
            self._socket.listen(_BACKLOG)
            await opening.enter_async_context(self._child)
            self._open = opening.pop_all()
        return self

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._open.aclose()

    async def _started(self) -> Process:
        number = self._socket.fileno()
        command = [sys.executable, "-m", "voices.server_child", str(number), to_json(self._settings)]
        return await started(command, self._socket, self._ready, log_file=self._log_file, tells=True)

    async def _ready(self, process: Process) -> None:
        """Until the child tells the plan it runs by, which the next one is then started with, or why it cannot."""
        assert process.stdout is not None
        try:
            async with asyncio.timeout(_START_SECONDS):
                told = (await process.stdout.readline()).decode(errors="replace").strip()
        except TimeoutError as exc:
            raise ServerStartError(f"the speech server was not ready after {_START_SECONDS:.0f} s") from exc
        ready, _, settings = told.partition(" ")
        if ready != "ready":
            raise ServerStartError(told or "the speech server ended while it was starting")
        self._settings = from_json(settings)

    async def _answers(self) -> bool:
        try:
            async with asyncio.timeout(_SILENT_SECONDS), Pool(self.uri).link() as link:
                await link.send(Event("ping", {"text": ""}))
                await link.read("pong")
                link.close()
        except TimeoutError:
            return False
        except VoicesError:
            return True
        return True
