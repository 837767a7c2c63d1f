"""Blocking work done in threads of its own, most urgent first, fair between calls, with a bound on what may wait."""

from __future__ import annotations

import asyncio
import itertools
import math
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from voices.errors import BusyError, LateError
from voices.speech import Priority

_Result = TypeVar("_Result")
Outcome = Literal["done", "failed", "refused", "replaced", "late", "dropped"]

_SCARCE_SECONDS = 0.75
"""With less speech than this still to be heard, a later sentence is as urgent as a first one."""
_LAST_SECONDS = 0.3
"""With less than this, it goes before everything: a gap inside the line's speech is worse than a late answer."""
_BEFORE_ALL = -1
_REMEMBERED_CALLS = 1024


@dataclass(frozen=True, slots=True)
class Piece:
    """What became of one piece of work, in seconds of waiting and working."""

    kind: str
    priority: Priority
    outcome: Outcome
    waited: float = 0.0
    worked: float = 0.0


@dataclass(eq=False)
class _Job:
    kind: str
    priority: Priority
    number: int
    call: str
    due: float
    asked: float
    work: Callable[[], Any]
    done: asyncio.Future[Any]
    outcome: Outcome = field(default="dropped")


class WorkQueue:
    """Runs `workers` pieces of blocking work at a time. To be made and used in one event loop.

    Among equally urgent work the call that was served longest ago comes first. Work whose caller was cancelled before
    its turn is never begun. Of one call's partial transcripts only the newest waits: the older one is refused.
    """

    def __init__(
        self,
        name: str,
        *,
        workers: int = 1,
        most: int = 64,
        most_a_call: int = 8,
        watch: Callable[[Piece], None] = lambda piece: None,
    ) -> None:
        """`most`: how many pieces may wait before `run` refuses. `watch` is told of every piece when it is over."""
        self._loop = asyncio.get_running_loop()
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix=name)
        self._most, self._most_a_call = most, most_a_call
        self._watch = watch
        self._waiting: list[_Job] = []
        self._served: OrderedDict[str, int] = OrderedDict()
        self._numbers = itertools.count(1)
        self._arrived = asyncio.Semaphore(0)
        self._workers = [asyncio.create_task(self._serve(), name=f"{name} {n}") for n in range(workers)]

    @property
    def depth(self) -> int:
        """How many pieces wait for their turn."""
        return sum(not job.done.done() for job in self._waiting)

    async def run(
        self,
        work: Callable[[], _Result],
        *,
        priority: Priority,
        call: str = "",
        kind: str = "",
        patience: float | None = None,
        due: float = math.inf,
        begun: bool = False,
    ) -> _Result:
        """The result of `work()`. Raises `BusyError` when too much waits, and whatever `work` raises.

        After `patience` seconds without its turn it is given up with `LateError`. `due`: when (in the loop's time) a
        later sentence is needed. `begun`: it goes on with something that was let in before, and is never refused.
        Whoever waits for a partial transcript that a newer one of the same `call` replaces gets `BusyError`.
        """
        if priority is Priority.PARTIAL_TRANSCRIPT and call:
            self._drop_partials(call)
        if not begun:
            self._let_in(kind, priority, call)
        done: asyncio.Future[_Result] = self._loop.create_future()
        job = _Job(kind, priority, next(self._numbers), call, due, self._loop.time(), work, done)
        self._waiting.append(job)
        self._arrived.release()
        late = self._loop.call_later(patience, self._give_up, job) if patience is not None else None
        try:
            return await done
        finally:
            done.cancel()
            self._forget(job)
            if late is not None:
                late.cancel()

    async def aclose(self) -> None:
        """Stop; what waits is refused, what runs is let to its end."""
        for worker in self._workers:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)
        for job in self._waiting:
            _settle(job, BusyError("the speech models are being closed"), "refused")
        await self._loop.run_in_executor(None, self._threads.shutdown)

    def _let_in(self, kind: str, priority: Priority, call: str) -> None:
        mine = sum(job.call == call and not job.done.done() for job in self._waiting) if call else 0
        if mine < self._most_a_call and (self.depth < self._most or self._room_made(priority)):
            return
        self._watch(Piece(kind, priority, "refused"))
        raise BusyError("too much waits for the speech models")

    def _room_made(self, priority: Priority) -> bool:
        """A partial transcript gives way to anything else."""
        partials = [job for job in self._waiting if job.priority is Priority.PARTIAL_TRANSCRIPT and not job.done.done()]
        if not partials or priority is Priority.PARTIAL_TRANSCRIPT:
            return False
        _settle(partials[0], BusyError("too much waits for the speech models"), "refused")
        return True

    def _drop_partials(self, call: str) -> None:
        for job in self._waiting:
            if job.call == call and job.priority is Priority.PARTIAL_TRANSCRIPT:
                _settle(job, BusyError("a newer partial transcript replaced this one"), "replaced")

    def _give_up(self, job: _Job) -> None:
        if job in self._waiting:
            _settle(job, LateError("the speech models had no time for this"), "late")

    def _forget(self, job: _Job) -> None:
        """Work that never had its turn."""
        if job in self._waiting:
            self._waiting.remove(job)
            self._watch(Piece(job.kind, job.priority, job.outcome, self._loop.time() - job.asked))

    async def _serve(self) -> None:
        while True:
            await self._arrived.acquire()
            wanted = [job for job in self._waiting if not job.done.done()]
            if wanted:
                job = min(wanted, key=self._turn)
                self._waiting.remove(job)
                self._remember(job)
                await self._do(job)

    def _turn(self, job: _Job) -> tuple[int, float, int, int]:
        """What runs out soonest goes first; only then is it fair to whoever was served longest ago.

        A reply that plays was served a moment ago, when its last block was made: fairness alone would put it last.
        """
        priority, runs_out = int(job.priority), 0.0
        in_hand = job.due - self._loop.time() if job.priority is Priority.LATER_SENTENCE else math.inf
        if in_hand < _LAST_SECONDS:
            priority, runs_out = _BEFORE_ALL, job.due
        elif in_hand < _SCARCE_SECONDS:
            priority = int(Priority.FIRST_SENTENCE)
        return priority, runs_out, self._served.get(job.call, 0) if job.call else 0, job.number

    def _remember(self, job: _Job) -> None:
        if job.call:
            self._served[job.call] = next(self._numbers)
            self._served.move_to_end(job.call)
        if len(self._served) > _REMEMBERED_CALLS:
            self._served.popitem(last=False)

    async def _do(self, job: _Job) -> None:
        began = self._loop.time()
        running = self._loop.run_in_executor(self._threads, job.work)
        try:
            await asyncio.wait({running})
        except asyncio.CancelledError:
            _settle(job, BusyError("the speech models are being closed"), "refused")
            raise
        failure = running.exception()
        if failure is not None:
            _settle(job, failure, "failed")
        elif not job.done.done():
            job.done.set_result(running.result())
            job.outcome = "done"
        self._watch(Piece(job.kind, job.priority, job.outcome, began - job.asked, self._loop.time() - began))


def _settle(job: _Job, failure: BaseException, outcome: Outcome) -> None:
    if not job.done.done():
        job.outcome = outcome
        job.done.set_exception(failure)
