"""Fetching a person: the queue in which the caller waits."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from dataclasses import dataclass

from agent.errors import HandoffTakenError, StoreUnavailableError
from agent.handoff_pack import HandoffPack
from agent.records import Callback, Handoff, Store
from telephony.hours import Hours

__all__ = ["Accepted", "HandoffPack", "HandoffQueue", "NobodyCame"]

log = logging.getLogger(__name__)

_POLL_SECONDS = 0.5
"""How soon a change made by another process is seen; changes of this one are seen at once."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """An adviser has the caller."""

    adviser: str


@dataclass(frozen=True, slots=True)
class NobodyCame:
    """Nobody came in time, or nobody is at work (`closed`): a call back is booked, whatever happens next."""

    callback: Callback
    closed: bool


class HandoffQueue:
    """Callers who wait for a person. It lives in the store, so it survives restarts and spans processes."""

    def __init__(self, store: Store, hours: Hours, people: str, *, poll_seconds: float = _POLL_SECONDS) -> None:
        self._store = store
        self._hours = hours
        self._people = people
        self._poll_seconds = poll_seconds
        self._changed = asyncio.Event()

    async def offer(self, handoff_id: int, pack: HandoffPack) -> Handoff:
        """Show a handoff, which `commit_turn` recorded, to the advisers with its pack."""
        handoff = await self._store.pack_handoff(handoff_id, pack.model_dump(mode="json"))
        self._tell()
        return handoff

    async def wait(self, handoff_id: int, seconds: float) -> Accepted | NobodyCame:
        """Wait for an adviser; at most `seconds`, and not at all while the people are not at work.

        A database that is away for a moment is waited out. Raises `StoreUnavailableError` at the end if it stays away.
        """
        closed = not self._hours.is_open(self._people, self._store.now())
        until = asyncio.get_running_loop().time() + (0 if closed else seconds)
        while True:
            changed = self._changed
            accepted = await self._accepted(handoff_id)
            if accepted is not None:
                return accepted
            left = until - asyncio.get_running_loop().time()
            if left <= 0:
                return await self._nobody(handoff_id, closed)
            await _either(changed, min(left, self._poll_seconds))

    async def accept(self, handoff_id: int, adviser: str) -> Handoff:
        """Take a caller. Raises `HandoffTakenError` when another adviser was quicker or the caller is gone."""
        handoff = await self._store.accept_handoff(handoff_id, adviser)
        self._tell()
        return handoff

    async def leave(self, handoff_id: int) -> NobodyCame | Accepted:
        """The caller hung up while waiting: book the call back, unless an adviser has them already."""
        return await self._accepted(handoff_id) or await self._nobody(handoff_id, closed=False)

    async def finish(self, handoff_id: int) -> None:
        """Adviser and caller are done."""
        await self._store.finish_handoff(handoff_id)
        self._tell()

    async def waiting(self) -> tuple[Handoff, ...]:
        """Who waits: the urgent first, then the longest waiting."""
        return await self._store.handoffs("waiting")

    async def changes(self) -> AsyncGenerator[tuple[Handoff, ...], None]:
        """Who waits now, and again whenever that changes. A database that is away is silence, not an end."""
        before: tuple[Handoff, ...] | None = None
        while True:
            changed = self._changed
            try:
                now = await self.waiting()
            except StoreUnavailableError as error:
                log.warning("queue: %s", error)
            else:
                if now != before:
                    yield now
                before = now
            await _either(changed, self._poll_seconds)

    async def _accepted(self, handoff_id: int) -> Accepted | None:
        try:
            handoff = await self._store.handoff(handoff_id)
        except StoreUnavailableError as error:
            log.warning("handoff %d: %s", handoff_id, error)
            return None
        return Accepted(handoff.adviser or "") if handoff.status in ("accepted", "finished") else None

    async def _nobody(self, handoff_id: int, closed: bool) -> Accepted | NobodyCame:
        try:
            callback = await self._store.book_instead(handoff_id, self._hours.next_window(self._store.now()))
        except HandoffTakenError:
            return Accepted((await self._store.handoff(handoff_id)).adviser or "")
        self._tell()
        return NobodyCame(callback, closed)

    def _tell(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()


async def _either(changed: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await changed.wait()
    except TimeoutError:
        return
