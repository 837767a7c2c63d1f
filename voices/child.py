"""The speech server as a child process that is started, watched, restarted and ended here."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from wyoming.event import Event

from voices.client import SpeechClient
from voices.errors import ServerStartError, VoicesError
from voices.pool import Pool
from voices.server_settings import ServerSettings, from_json, to_json

log = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 0.2, 30.0
"""Seconds between a child's end and the next try; doubled while it does not come up."""
_BACKLOG = 128
_START_SECONDS = 180.0
_PING_SECONDS = 5.0
_SILENT_SECONDS = 30.0
"""A child that does not answer a ping for so long hangs, and is started anew."""
_ROOT = Path(__file__).resolve().parent.parent


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
        self._process: Process | None = None
        self._watcher: asyncio.Task[None] | None = None

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
        return self._process.pid if self._process is not None else None

    async def __aenter__(self) -> Self:
        self._socket.bind(str(self._path))
        self._socket.listen(_BACKLOG)
        try:
            self._process = await self._started()
        except BaseException:
            await self._close()
            raise
        self._watcher = asyncio.create_task(self._watch(), name="speech server")
        return self

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._watcher is not None:
            self._watcher.cancel()
            await asyncio.gather(self._watcher, return_exceptions=True)
        await self._close()

    async def _close(self) -> None:
        if self._process is not None:
            await _ended(self._process)
        self._socket.close()
        self._folder.cleanup()

    async def _started(self) -> Process:
        process = await self._spawned()
        assert process.stdout is not None
        try:
            async with asyncio.timeout(_START_SECONDS):
                told = (await process.stdout.readline()).decode(errors="replace").strip()
        except BaseException as exc:
            await _ended(process)
            if isinstance(exc, TimeoutError):
                raise ServerStartError(f"the speech server was not ready after {_START_SECONDS:.0f} s") from exc
            raise
        ready, _, settings = told.partition(" ")
        if ready != "ready":
            await _ended(process)
            raise ServerStartError(told or "the speech server ended while it was starting")
        self._settings = from_json(settings)
        return process

    async def _spawned(self) -> Process:
        number = self._socket.fileno()
        command = [sys.executable, "-m", "voices.server_child", str(number), to_json(self._settings)]
        output = None
        if self._log_file is not None:
            self._log_file.parent.mkdir(parents=True, exist_ok=True)
            output = os.open(self._log_file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o640)
        try:
            return await asyncio.create_subprocess_exec(
                *command, stdin=PIPE, stdout=PIPE, stderr=output, pass_fds=(number,), cwd=_ROOT
            )
        finally:
            if output is not None:
                os.close(output)

    async def _watch(self) -> None:
        """Start the child again whenever it ends or hangs. Until then callers wait."""
        pause = FIRST_PAUSE
        while self._process is not None:
            code = await self._over(self._process)
            log.warning("speech server ended code=%s restart_in=%.1fs", code, pause)
            await asyncio.sleep(pause)
            try:
                self._process = await self._started()
                pause = FIRST_PAUSE
            except (VoicesError, OSError) as exc:
                log.warning("speech server did not start error=%s", type(exc).__name__)
                pause = min(2 * pause, LONGEST_PAUSE)

    async def _over(self, process: Process) -> int:
        """Until the process has ended, or does not answer any more and was ended."""
        ended = asyncio.create_task(process.wait())
        try:
            while not ended.done():
                await asyncio.wait({ended}, timeout=_PING_SECONDS)
                if not ended.done() and not await self._answers_before(ended):
                    log.warning("speech server does not answer")
                    process.kill()
                    await ended
            return ended.result()
        finally:
            ended.cancel()

    async def _answers_before(self, ended: asyncio.Task[int]) -> bool:
        """Whether the child answers. One that has ended is not waited for: its socket lives on and says nothing."""
        answers = asyncio.create_task(self._answers(), name="ping")
        try:
            await asyncio.wait({ended, answers}, return_when=asyncio.FIRST_COMPLETED)
            return answers.result() if answers.done() else True
        finally:
            answers.cancel()
            await asyncio.gather(answers, return_exceptions=True)

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


async def _ended(process: Process) -> None:
    if process.returncode is None:
        with suppress(ProcessLookupError):
            process.kill()
    await process.wait()
