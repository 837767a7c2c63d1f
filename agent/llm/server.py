"""The embedded language model: a child process on loopback that is started, watched, restarted and ended here."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import socket
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path
from types import TracebackType

import aiohttp

from agent.errors import LlmServerError
from agent.settings import ROOT

log = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds between a child's end and the next try; doubled each time."""

PATIENT_THREADS = {"OMP_WAIT_POLICY": "passive"}
"""The model's threads wait for each other many times a word. Waiting busily takes the processor from the very thread
that is waited for as soon as hearing and speaking use it as well, and an answer takes minutes."""


class LlmServer:
    """Serves one GGUF file at `url` for as long as the context is open.

    The listening socket belongs to this process, so that `url` stays the same over restarts and nobody else can
    take the port. Raises `LlmServerError` when the model cannot be loaded at the start.
    """

    def __init__(self, gguf: Path, *, threads: int, context: int, log_file: Path, start_seconds: float = 120.0) -> None:
        self._gguf = gguf
        self._options = ("--threads", str(threads), "--context", str(context))
        self._log_file = log_file
        self._start_seconds = start_seconds
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._process: Process | None = None
        self._watcher: asyncio.Task[None] | None = None
        self.key = secrets.token_urlsafe(24)

    @property
    def url(self) -> str:
        """The base URL of its OpenAI API."""
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}/v1"

    async def __aenter__(self) -> LlmServer:
        self._socket.bind(("127.0.0.1", 0))
        self._socket.listen(64)
        try:
            self._process = await self._start()
            await self._ready(self._process)
        except BaseException:
            await self._close()
            raise
        self._watcher = asyncio.create_task(self._watch(), name="llm-server")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._watcher is not None:
            self._watcher.cancel()
            await asyncio.gather(self._watcher, return_exceptions=True)
        await self._close()

    async def _close(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()
        self._socket.close()

    async def _start(self) -> Process:
        self._log_file.parent.mkdir(parents=True, exist_ok=True)
        number = self._socket.fileno()
        command = [sys.executable, "-m", "agent.llm.child", "--model", str(self._gguf), "--socket", str(number)]
        with self._log_file.open("ab") as output:
            return await asyncio.create_subprocess_exec(
                *command,
                *self._options,
                stdin=PIPE,
                stdout=output,
                stderr=output,
                pass_fds=(number,),
                cwd=ROOT,
                env={**os.environ, **PATIENT_THREADS, "TOWNLINE_CHILD_KEY": self.key},
            )

    async def _ready(self, process: Process) -> None:
        """Until the child answers. Connections wait in the socket's queue while the model is being loaded."""
        answering = asyncio.create_task(self._answers())
        ended = asyncio.create_task(process.wait())
        try:
            await asyncio.wait({answering, ended}, timeout=self._start_seconds, return_when=asyncio.FIRST_COMPLETED)
            if not answering.done() or answering.exception() is not None:
                raise LlmServerError(f"{self._gguf.name} could not be served: see {self._log_file}")
        finally:
            answering.cancel()
            ended.cancel()
            await asyncio.gather(answering, ended, return_exceptions=True)

    async def _answers(self) -> None:
        headers = {"Authorization": f"Bearer {self.key}"}
        timeout = aiohttp.ClientTimeout(total=self._start_seconds)
        async with (
            aiohttp.ClientSession(headers=headers, timeout=timeout) as session,
            session.get(f"{self.url}/models") as response,
        ):
            response.raise_for_status()

    async def _watch(self) -> None:
        """Start the child again whenever it ends. Until then the tasks are late, and calls go on without them."""
        pause = FIRST_PAUSE
        while self._process is not None:
            code = await self._process.wait()
            log.warning("llm server ended code=%s restart_in=%.0fs", code, pause)
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
            try:
                self._process = await self._start()
                await self._ready(self._process)
                pause = FIRST_PAUSE
            except (LlmServerError, OSError) as error:
                log.warning("llm server did not start error=%s", type(error).__name__)
