"""The embedded language model: a child process on loopback that is started, watched, restarted and ended here."""

from __future__ import annotations

import asyncio
import secrets
import socket
import sys
from asyncio.subprocess import Process
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

import aiohttp

from agent.errors import LlmServerError
from voices.supervisor import Supervisor, started

PAUSES = 1.0, 60.0
_BACKLOG = 64
_SILENT_SECONDS = 20.0
"""A child whose web server answers nothing for so long stands still, and is started again. Calls never wait for it."""

PATIENT_THREADS = {"OMP_WAIT_POLICY": "passive"}
"""The model's threads wait for each other many times a word. Waiting busily takes the processor from the very thread
that is waited for as soon as hearing and speaking use it as well, and an answer takes minutes."""


class LlmServer:
    """Serves one GGUF file at `url` for as long as the context is open.

    The listening socket belongs to this process, so that `url` stays the same over restarts and nobody else can
    take the port. A child that died, or that has answered nothing for `silent_seconds`, is started again; until then
    the tasks are late, and calls go on without them. Raises `LlmServerError` when the model cannot be loaded at the
    start.
    """

    def __init__(
        self,
        gguf: Path,
        *,
        threads: int,
        context: int,
        log_file: Path,
        start_seconds: float = 120.0,
        silent_seconds: float = _SILENT_SECONDS,
    ) -> None:
        self._gguf = gguf
        self._options = ("--threads", str(threads), "--context", str(context))
        self._log_file = log_file
        self._start_seconds = start_seconds
        self._silent_seconds = silent_seconds
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._open = AsyncExitStack()
        self._child = Supervisor(
            "llm server", self._started, failure=LlmServerError, pauses=PAUSES, answers=self._stands_by
        )
        self.key = secrets.token_urlsafe(24)

    @property
    def url(self) -> str:
        """The base URL of its OpenAI API."""
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}/v1"

    @property
    def pid(self) -> int | None:
        """The child's process id."""
        return self._child.pid

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as opening:
            opening.enter_context(self._socket)
            self._socket.bind(("127.0.0.1", 0))
            self._socket.listen(_BACKLOG)
            await opening.enter_async_context(self._child)
            self._open = opening.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._open.aclose()

    async def _started(self) -> Process:
        number = str(self._socket.fileno())
        command = [sys.executable, "-m", "agent.llm.child", "--model", str(self._gguf), "--socket", number]
        return await started(
            [*command, *self._options],
            self._socket,
            self._ready,
            log_file=self._log_file,
            environment={**PATIENT_THREADS, "TOWNLINE_CHILD_KEY": self.key},
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

    async def _stands_by(self) -> bool:
        """Whether the child's web server answers. The model is not asked: it takes one question at a time."""
        timeout = aiohttp.ClientTimeout(total=self._silent_seconds)
        address = self.url.removesuffix("/v1")
        try:
            async with aiohttp.ClientSession(timeout=timeout) as session, session.head(address):
                return True
        except TimeoutError:
            return False
        except aiohttp.ClientError:
            return True

    async def _answers(self) -> None:
        headers = {"Authorization": f"Bearer {self.key}"}
        timeout = aiohttp.ClientTimeout(total=self._start_seconds)
        async with (
            aiohttp.ClientSession(headers=headers, timeout=timeout) as session,
            session.get(f"{self.url}/models") as response,
        ):
            response.raise_for_status()
