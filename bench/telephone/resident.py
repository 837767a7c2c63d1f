"""A resident on the telephone: answers what the line asks, which is read off the records that the workers keep."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, Literal

from agent.errors import NotOnRecordError, StoreUnavailableError
from agent.records import Store
from agent.state import CallState, Phase
from bench.callers.dialogues import Caller as Asked
from bench.callers.dialogues import Dialogue
from bench.line.calling import Utterances
from bench.telephone.caller import Caller
from telephony.rooms import call_id_of

_MOST_TURNS = 16
_ANSWER_SECONDS = 25.0
_REPLY_SECONDS = 15.0
_SETTLED_SECONDS = 0.7

End = Literal["goodbye", "person", "not answered", "no reply", "cut off", "time up"]
COMPLETED: frozenset[End] = frozenset({"goodbye", "person"})


class Resident:
    """One call of one caller. `think` gives the seconds before an answer."""

    def __init__(
        self, phone: Caller, store: Store, dialogue: Dialogue, utterances: Utterances, think: Callable[[], float]
    ) -> None:
        self._phone = phone
        self._store = store
        self._asked = Asked(dialogue)
        self._utterances = utterances
        self._think = think
        self.call_id = ""
        self._known: CallState | None = None
        self.turns = 0

    async def run(self, seconds: float) -> End:
        """Talk until the line says goodbye, a person is fetched, something breaks, or so many seconds are over."""
        try:
            async with asyncio.timeout(seconds):
                return await self._talk()
        except TimeoutError:
            return "time up"

    async def _talk(self) -> End:
        self.call_id = call_id_of(self._phone.name)
        if not await self._until(self._phone.hears_speech(_ANSWER_SECONDS)):
            return "cut off" if self._phone.gone.is_set() else "not answered"
        while self.turns < _MOST_TURNS:
            await self._until(self._phone.hears_silence(_REPLY_SECONDS, _SETTLED_SECONDS))
            await asyncio.sleep(self._think())
            state = await self.state()
            if state.phase is Phase.PERSON:
                return "person"
            text = self._asked.next(state)
            if text is None:
                await self._until(asyncio.sleep(_REPLY_SECONDS))
                return "goodbye" if self._phone.gone.is_set() else "no reply"
            if self._phone.gone.is_set():
                return "goodbye" if state.phase is Phase.ENDED else "cut off"
            await self._until(self._phone.say(self._utterances.of(text).pcm))
            self.turns += 1
            if not await self._until(self._phone.hears_speech(_REPLY_SECONDS)):
                ended = (await self.state()).phase is Phase.ENDED
                return ("goodbye" if ended else "cut off") if self._phone.gone.is_set() else "no reply"
        return "no reply"

    async def state(self) -> CallState:
        """Where the call stands on record, as far as that can be read; before its first turn, at its beginning."""
        with suppress(NotOnRecordError, StoreUnavailableError):
            self._known = (await self._store.call(self.call_id)).state or self._known
        return self._known or CallState(call_id=self.call_id, release=0)

    async def _until(self, happening: Coroutine[Any, Any, object]) -> bool:
        """Whether it came about before the line hung up."""
        waiting = asyncio.create_task(happening)
        gone = asyncio.create_task(self._phone.gone.wait())
        try:
            await asyncio.wait({waiting, gone}, return_when=asyncio.FIRST_COMPLETED)
            return waiting.done() and waiting.exception() is None
        finally:
            for task in (waiting, gone):
                task.cancel()
            await asyncio.gather(waiting, gone, return_exceptions=True)
