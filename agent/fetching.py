"""Fetching a person while the caller waits: offered to the desk, taken by an adviser, or turned into a call back."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence

from agent.call import Call
from agent.errors import StoreUnavailableError
from agent.events import HandoffEvent, Listener
from agent.handoff import Accepted, HandoffPack, HandoffQueue
from agent.inputs import NobodyCame, Returned
from agent.llm.answers import Line, NoAnswer
from agent.llm.settings import Task
from agent.llm.tasks import LanguageModel
from agent.records import Store, Turn
from agent.state import HandoffDraft, Phase, Recorded
from intents.service import Service

log = logging.getLogger(__name__)

_JOIN_SECONDS = 20.0
"""How long an adviser who has taken a caller may need to be heard: a browser that cannot get into the call never is."""


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
        services: Mapping[str, Service],
        language: LanguageModel | None = None,
        join_seconds: float = _JOIN_SECONDS,
    ) -> None:
        """`language` writes the adviser's summary, where it can; without it the line's own plain one stands."""
        self._language = language
        self._summing_up: asyncio.Task[None] | None = None
        self._call = call
        self._store = store
        self._queue = queue
        self._wait_seconds = wait_seconds
        self._tell = tell
        self._services = services
        self._waiting: asyncio.Task[None] | None = None
        self._handoff: int | None = None
        self._join_seconds = join_seconds
        self._here = asyncio.Event()

    def wanted(self, draft: HandoffDraft, recorded: Recorded) -> None:
        """A handoff was kept: offer it to the desk and wait."""
        if self._waiting is None or self._waiting.done():
            self._handoff = recorded.id
            self._waiting = asyncio.create_task(self._wait(draft, recorded), name="fetch a person")

    def adviser_came(self) -> None:
        """The adviser is in the call."""
        self._here.set()

    async def adviser_left(self) -> None:
        """The adviser put the phone down and the caller is still there."""
        self._here.clear()
        if self._handoff is not None:
            await self._queue.finish(self._handoff)
            self._handoff = None
        self._call.say(await self._call.conversation.do(Returned()))

    async def aclose(self, *, goes_on: bool = False) -> None:
        """The call is over. A caller who was still waiting gets a call back; an adviser's handoff is finished.

        Where the call goes on in another process, so does the waiting.
        """
        tasks = [task for task in (self._waiting, self._summing_up) if task is not None]
        self._waiting = self._summing_up = None
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._handoff is not None and not goes_on:
            await self._queue.leave(self._handoff)

    async def _wait(self, draft: HandoffDraft, recorded: Recorded) -> None:
        self._tell(HandoffEvent(status="waiting", reference=recorded.reference))
        try:
            await self._offer(draft, recorded)
        except StoreUnavailableError as error:
            # The handoff itself is kept, and an adviser sees it; only what to know beforehand is missing.
            log.error("call %s: handoff without its pack: %s", self._call.conversation.state.call_id, error)
        if await self._taken(recorded) and await self._joined():
            return
        self._handoff = None
        self._tell(HandoffEvent(status="nobody", reference=recorded.reference))
        if self._call.conversation.state.phase is Phase.PERSON:
            self._call.say(await self._call.conversation.do(NobodyCame()))

    async def _offer(self, draft: HandoffDraft, recorded: Recorded) -> None:
        state = self._call.conversation.state
        turns = await self._store.turns(state.call_id)
        service = self._services.get(state.service or "")
        wants = service.about.title if service else None
        pack = HandoffPack.build(state, turns, draft, wants=wants, since=self._store.now())
        await self._queue.offer(recorded.id, pack)
        if self._language is not None and Task.SUMMARISE in self._language.tasks:
            work = self._sum_up(self._language, recorded, pack, turns)
            self._summing_up = asyncio.create_task(work, name="sum up for the adviser")

    async def _sum_up(
        self, language: LanguageModel, recorded: Recorded, pack: HandoffPack, turns: Sequence[Turn]
    ) -> None:
        """The adviser has the plain summary already; a better one takes its place when it comes in time."""
        summary = await language.summarise(_lines(turns))
        if isinstance(summary, NoAnswer):
            return
        try:
            await self._queue.offer(recorded.id, pack.model_copy(update={"summary": summary.text}))
        except StoreUnavailableError as error:
            log.warning("call %s: summary not kept: %s", pack.call_id, error)

    async def _taken(self, recorded: Recorded) -> bool:
        """Whether an adviser came. While the store is away nobody can, and a call back is offered but not booked."""
        try:
            return isinstance(await self._queue.wait(recorded.id, self._wait_seconds), Accepted)
        except StoreUnavailableError as error:
            log.error("call %s: nobody can be fetched: %s", self._call.conversation.state.call_id, error)
            return False

    async def _joined(self) -> bool:
        """Whether the adviser who took the caller can be heard."""
        try:
            async with asyncio.timeout(self._join_seconds):
                await self._here.wait()
        except TimeoutError:
            log.error("call %s: taken, but nobody joined it", self._call.conversation.state.call_id)
            return False
        return True


def _lines(turns: Sequence[Turn]) -> list[Line]:
    """What was said, in order. Words that are past their retention are not there."""
    both = [(Line("caller", turn.heard or ""), Line("line", turn.as_said)) for turn in turns]
    return [line for turn in both for line in turn if line.text]
