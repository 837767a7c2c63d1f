"""Fetching a person while the caller waits: offered to the desk, taken by an adviser, or turned into a call back."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from agent.call import Call
from agent.events import HandoffEvent, Listener
from agent.handoff import Accepted, HandoffQueue, make_pack
from agent.inputs import NobodyCame, Returned
from agent.records import Store
from agent.state import Phase

log = logging.getLogger(__name__)


class Fetching:
    """Watches one call for the wish for a person, and sees it through."""

    def __init__(
        self,
        call: Call,
        store: Store,
        queue: HandoffQueue,
        *,
        wait_seconds: float,
        tell: Listener,
        title: Callable[[str], str],
    ) -> None:
        self._call = call
        self._store = store
        self._queue = queue
        self._wait_seconds = wait_seconds
        self._tell = tell
        self._title = title
        self._waiting: asyncio.Task[None] | None = None

    def wanted(self, handoff_id: int, reference: str) -> None:
        """A handoff was kept: offer it to the desk and wait."""
        if self._waiting is None or self._waiting.done():
            self._waiting = asyncio.create_task(self._wait(handoff_id, reference), name="fetch a person")

    async def adviser_left(self) -> None:
        """The adviser put the phone down and the caller is still there."""
        self._call.say(await self._call.conversation.do(Returned()))

    async def aclose(self) -> None:
        """The call is over; a wait that is still going on ends in a call back."""
        if self._waiting is not None:
            self._waiting.cancel()
            await asyncio.gather(self._waiting, return_exceptions=True)

    async def _wait(self, handoff_id: int, reference: str) -> None:
        state = self._call.conversation.state
        turns = await self._store.turns(state.call_id)
        self._tell(HandoffEvent(status="waiting", reference=reference))
        await self._queue.offer(handoff_id, make_pack(state, turns, self._title))
        outcome = await self._queue.wait(handoff_id, self._wait_seconds)
        if isinstance(outcome, Accepted):
            return
        self._tell(HandoffEvent(status="nobody", reference=reference))
        if self._call.conversation.state.phase is Phase.PERSON:
            self._call.say(await self._call.conversation.do(NobodyCame()))
