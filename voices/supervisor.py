"""A child process that serves on a socket of its parent: started, watched, started again, and ended with its parent."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from asyncio.subprocess import PIPE, Process
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

log = logging.getLogger(__name__)

_PING_SECONDS = 3.0
"""How often a child is asked whether it answers."""
_ROOT = Path(__file__).resolve().parent.parent


async def started(
    command: Sequence[str],
    listening: socket.socket,
    ready: Callable[[Process], Awaitable[None]],
    *,
    log_file: Path | None = None,
    tells: bool = False,
    environment: Mapping[str, str] | None = None,
) -> Process:
    """A child for which `ready` has returned. Where `ready` raises, the child is ended first.

    The child is given `listening` under the same number, and a standard input that closes when this process ends,
    however it does: the child has to end then. `log_file`: what it writes; without it, it writes where this process
    does. `tells`: its standard output is for `ready` to read. Raises what `ready` raises, and `OSError`.
    """
    output = None
    if log_file is not None:
        log_file.parent.mkdir(parents=True, exist_ok=True)
        output = os.open(log_file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o640)
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=PIPE,
            stdout=PIPE if tells else output,
            stderr=output,
            pass_fds=(listening.fileno(),),
            cwd=_ROOT,
            env={**os.environ, **(environment or {})},
        )
    finally:
        if output is not None:
            os.close(output)
    try:
        await ready(process)
    except BaseException:
        await _end(process)
        raise
    return process


class Supervisor:
    """Keeps one child running for as long as the context is open. Opening it raises what `start` raises.

    `start` returns a child that is ready, or raises `failure`. A child that ends, or of which `answers` says that it
    does not answer any more, is started again: after the first of `pauses` (seconds), then twice as long while it does
    not come up, and never longer than the second.
    """

    def __init__(
        self,
        name: str,
        start: Callable[[], Awaitable[Process]],
        *,
        failure: type[Exception],
        pauses: tuple[float, float],
        answers: Callable[[], Coroutine[Any, Any, bool]] | None = None,
    ) -> None:
        self._name = name
        self._start = start
        self._failure = failure
        self._first_pause, self._longest_pause = pauses
        self._answers = answers
        self._process: Process | None = None
        self._watcher: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """The child's process id."""
        return self._process.pid if self._process is not None else None

    async def __aenter__(self) -> Self:
        self._process = await self._start()
        self._watcher = asyncio.create_task(self._watch(self._process), name=self._name)
        return self

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._watcher is not None:
            self._watcher.cancel()
            await asyncio.gather(self._watcher, return_exceptions=True)
        if self._process is not None:
            await _end(self._process)

    async def _watch(self, process: Process) -> None:
        while True:
            code = await self._over(process)
            log.warning("%s ended code=%s restart_in=%.1fs", self._name, code, self._first_pause)
            self._process = process = await self._started_again()

    async def _started_again(self) -> Process:
        pause = self._first_pause
        while True:
            await asyncio.sleep(pause)
            try:
                return await self._start()
            except (self._failure, OSError) as exc:
                pause = min(2 * pause, self._longest_pause)
                log.warning("%s did not start error=%s restart_in=%.1fs", self._name, type(exc).__name__, pause)

    async def _over(self, process: Process) -> int:
        """Until the process has ended, or does not answer any more and was ended."""
        ended = asyncio.create_task(process.wait())
        try:
            while not ended.done():
                await asyncio.wait({ended}, timeout=_PING_SECONDS)
                if not ended.done() and not await self._answers_before(ended):
                    log.warning("%s does not answer", self._name)
                    process.kill()
                    await ended
            return ended.result()
        finally:
            ended.cancel()

    async def _answers_before(self, ended: asyncio.Task[int]) -> bool:
        """Whether the child answers. One that has ended is not waited for: its socket lives on and says nothing."""
        if self._answers is None:
            return True
        answers = asyncio.create_task(self._answers(), name="ping")
        try:
            await asyncio.wait({ended, answers}, return_when=asyncio.FIRST_COMPLETED)
            return answers.result() if answers.done() else True
        finally:
            answers.cancel()
            await asyncio.gather(answers, return_exceptions=True)


async def _end(process: Process) -> None:
    if process.returncode is None:
        with suppress(ProcessLookupError):
            process.kill()
    await process.wait()
