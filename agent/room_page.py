"""The test-call page at the other end of a room: it is told what happens in its own call, and may type."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from livekit import rtc

from agent.events import ClearEvent, Event

log = logging.getLogger(__name__)

EVENTS, WORDS = "townline.event", "townline.words"
"""Topics of the room's data: what happens, to the page; what was typed, from it."""

_LONGEST_UTTERANCE = 500
_PATIENCE_SECONDS = 1.0


class RoomPage:
    """Sends the events of one call to its caller's browser, in order. Nobody else in the room gets them."""

    def __init__(self, room: rtc.Room, caller: str, typed: Callable[[str], None]) -> None:
        self._room = room
        self._caller = caller
        self._typed = typed
        self._events: asyncio.Queue[Event] = asyncio.Queue()
        room.on("data_received", self._received)

    def tell(self, event: Event) -> None:
        """Send an event, after those before it."""
        if not isinstance(event, ClearEvent):
            self._events.put_nowait(event)

    async def run(self) -> None:
        """Send for ever."""
        while True:
            event = await self._events.get()
            try:
                await self._room.local_participant.publish_data(
                    event.model_dump_json(), topic=EVENTS, destination_identities=[self._caller]
                )
            except rtc.participant.PublishDataError as error:
                log.warning("the page was not told: %s", error)
            finally:
                self._events.task_done()

    async def told(self) -> None:
        """Wait until everything so far was sent, but not for long."""
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await self._events.join()
        except TimeoutError:
            log.warning("the page was not told everything")

    def close(self) -> None:
        """Listen no more."""
        self._room.off("data_received", self._received)

    def _received(self, packet: rtc.DataPacket) -> None:
        ours = packet.participant is not None and packet.participant.identity == self._caller
        if packet.topic != WORDS or not ours:
            return
        text = packet.data.decode(errors="replace").strip()[:_LONGEST_UTTERANCE]
        if text:
            self._typed(text)
