"""Blocking work done in threads of its own, most urgent first, with a bound on how much may wait."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar

from voices.errors import BusyError
from voices.speech import Priority

_Result = TypeVar("_Result")


@dataclass(order=True)
class _Job:
    priority: Priority
    number: int
    call: str = field(compare=False)
    work: Callable[[], Any] = field(compare=False)
    done: asyncio.Future[Any] = field(compare=False)


class WorkQueue:
    """Runs `workers` pieces of blocking work at a time. To be made and used in one event loop.

    Work whose caller was cancelled before its turn is never begun. Of one call's partial transcripts only the newest
    waits: the older one is refused.
    """

    def __init__(self, name: str, *, workers: int = 1, most: int = 64) -> None:
        """`most`: how many pieces may wait before `run` refuses."""
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix=name)
        self._most = most
        self._waiting: list[_Job] = []
        self._numbers = itertools.count()
        self._wake = asyncio.Condition()
        self._workers = [asyncio.create_task(self._serve(), name=f"{name} {n}") for n in range(workers)]

    @property
    def depth(self) -> int:
        """How many pieces wait for their turn."""
        return sum(not job.done.done() for job in self._waiting)

    async def run(self, work: Callable[[], _Result], *, priority: Priority, call: str = "") -> _Result:
        """The result of `work()`. Raises `BusyError` when too much waits, and whatever `work` raises.

        Whoever waits for a partial transcript that a newer one of the same `call` replaces gets `BusyError`.
        """
        if priority is Priority.PARTIAL_TRANSCRIPT and call:
            self._drop_partials(call)
        if self.depth >= self._most:
            raise BusyError("too much waits for the speech models")
        done: asyncio.Future[_Result] = asyncio.get_running_loop().create_future()
        async with self._wake:
            heapq.heappush(self._waiting, _Job(priority, next(self._numbers), call, work, done))
            self._wake.notify()
        try:
            return await done
        finally:
            done.cancel()

    async def aclose(self) -> None:
        """Stop; what waits is refused, what runs is let to its end."""
        for worker in self._workers:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)
        for job in self._waiting:
            _settle(job.done, BusyError("the speech models are being closed"))
        await asyncio.get_running_loop().run_in_executor(None, self._threads.shutdown)

    def _drop_partials(self, call: str) -> None:
        for job in self._waiting:
            if job.call == call and job.priority is Priority.PARTIAL_TRANSCRIPT:
                _settle(job.done, BusyError("a newer partial transcript replaced this one"))

    async def _serve(self) -> None:
        while True:
            async with self._wake:
                await self._wake.wait_for(lambda: bool(self._waiting))
                job = heapq.heappop(self._waiting)
            if not job.done.done():
                await self._do(job)

    async def _do(self, job: _Job) -> None:
        running = asyncio.get_running_loop().run_in_executor(self._threads, job.work)
        try:
            await asyncio.wait({running})
        except asyncio.CancelledError:
            _settle(job.done, BusyError("the speech models are being closed"))
            raise
        failure = running.exception()
        if failure is not None:
            _settle(job.done, failure)
        elif not job.done.done():
            job.done.set_result(running.result())


def _settle(done: asyncio.Future[Any], failure: BaseException) -> None:
    if not done.done():
        done.set_exception(failure)
