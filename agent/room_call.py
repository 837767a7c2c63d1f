"""One call in a LiveKit room: the same conversation as everywhere, on the audio, the keys and the comings and goings
of a room."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import Awaitable, Callable

from livekit import rtc

from agent.direct_call import Adviser, DirectCall
from agent.errors import NotOnRecordError
from agent.events import ClearEvent, Event, GapEvent
from agent.line import Line
from agent.room_page import RoomPage
from agent.tidying import TELEPHONE
from telephony.claiming import beat, claim, reclaim
from telephony.direct import CALLER_RATE
from telephony.reconnecting import comes_back
from telephony.rooms import ADVISER, AHEAD_SECONDS, WEB_CALLER, LineTrack, caller_audio, the_caller
from telephony.tones import FaxTone

log = logging.getLogger(__name__)

_GONE_SECONDS = 15.0
"""How long the end of a call may take to be kept."""

FAX = "a fax machine"
"""The outcome of a call that nobody speaks in."""

_TAKEN_OVER = rtc.DisconnectReason.PARTICIPANT_REMOVED

Listener = Callable[[Event], None]


class RoomCall:
    """A call from the moment its caller is in `room`. `delete_room` hangs up on everybody who is in it."""

    def __init__(
        self,
        room: rtc.Room,
        line: Line,
        call_id: str,
        *,
        delete_room: Callable[[], Awaitable[object]],
        listener: Listener = lambda _: None,
    ) -> None:
        self._room = room
        self._line = line
        self._id = call_id
        self._delete_room = delete_room
        self._listener = listener
        self._track = LineTrack(line.speech.sample_rate)
        self._direct: DirectCall | None = None
        self._caller = ""
        self._adviser: Adviser | None = None
        self._page: RoomPage | None = None
        self._left = asyncio.Event()
        self._taken_over = False
        self._comings_and_goings: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Pick up, talk until somebody hangs up, and leave nobody behind in the room.

        Raises `NoCallerError`, `LineBusyError`, `StoreUnavailableError` when the call cannot be taken; it is then left
        to the watch, which gives it to somebody else.
        """
        self._listen()
        caller = await the_caller(self._room)
        self._caller = caller.identity
        if self._caller.startswith(WEB_CALLER):
            self._page = RoomPage(self._room, self._caller, self._typed)
        number = caller.attributes.get("sip.phoneNumber") or None
        await claim(self._room)
        log.info("call %s: taken", self._id)
        beating = asyncio.create_task(beat(self._room), name="beat")
        try:
            if await self._too_often(number):
                log.warning("call %s: one number rings too often, hung up", self._id)
                await self._delete_room()
                return
            await self._track.publish(self._room)
            self._direct = await self._line.start(
                channel=TELEPHONE,
                on_event=self._on_event,
                caller_phone=number,
                call_id=self._id,
                ahead=AHEAD_SECONDS,
            )
            await self._talk(self._direct, caller)
        finally:
            beating.cancel()
            await asyncio.gather(beating, return_exceptions=True)
            await self._track.aclose()

    async def _too_often(self, number: str | None) -> bool:
        """Whether this number has had its calls of the hour. A call that goes on after a fault is not a new one."""
        limits = self._line.settings.telephony.limits
        if number is None or number in limits.exempt:
            return False
        store = self._line.store
        if await store.calls_from(number, store.now() - dt.timedelta(hours=1)) < limits.calls_an_hour:
            return False
        try:
            await store.call(self._id)
        except NotOnRecordError:
            return True
        return False

    async def _talk(self, direct: DirectCall, caller: rtc.RemoteParticipant) -> None:
        streams = [
            asyncio.create_task(self._hear(direct, caller), name="caller's audio"),
            asyncio.create_task(self._speak(direct), name="line's audio"),
        ]
        if self._page is not None:
            streams.append(asyncio.create_task(self._page.run(), name="events for the page"))
        left = asyncio.create_task(self._left.wait(), name="caller left")
        over = asyncio.create_task(direct.over.wait(), name="call over")
        elsewhere = asyncio.create_task(direct.call.conversation.turns.taken_over.wait(), name="taken over")
        try:
            await asyncio.wait({left, over, elsewhere, *streams}, return_when=asyncio.FIRST_COMPLETED)
            self._taken_over |= elsewhere.done()
            for broken in (task for task in streams if task.done()):
                log.error("call %s: %s broke off", self._id, broken.get_name(), exc_info=broken.exception())
            await self._end(direct)
        finally:
            tasks = (*streams, left, over, elsewhere, *self._comings_and_goings)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _end(self, direct: DirectCall) -> None:
        """Keep how the call ended, let the last words be heard, and hang up."""
        direct.taken_over = self._taken_over
        await direct.hang_up()
        async with asyncio.timeout(_GONE_SECONDS):
            await direct.over.wait()
        log.info("call %s: over, %d silences in the line's own speech", self._id, direct.call.speaking.silences)
        if self._taken_over or not self._room.isconnected():
            return
        if not self._left.is_set():
            await self._track.drained()
            if self._page is not None:
                await self._page.told()
        await self._delete_room()

    async def _hear(self, direct: DirectCall, caller: rtc.RemoteParticipant) -> None:
        fax = FaxTone(CALLER_RATE)
        async for pcm in caller_audio(self._room, caller):
            if fax.push(pcm):
                log.info("call %s: a fax machine", self._id)
                await direct.finish(FAX)
            direct.push_audio(pcm.tobytes())

    async def _speak(self, direct: DirectCall) -> None:
        async for piece in direct.audio():
            await self._track.put(piece)
        await asyncio.Event().wait()

    def _on_event(self, event: Event) -> None:
        if isinstance(event, ClearEvent):
            self._track.clear()
        if isinstance(event, GapEvent):
            log.info("call %s: gap of %d ms", self._id, event.ms)
        if self._page is not None:
            self._page.tell(event)
        self._listener(event)

    def _listen(self) -> None:
        self._room.on("participant_connected", self._came)
        self._room.on("participant_disconnected", self._went)
        self._room.on("disconnected", self._disconnected)
        self._room.on("sip_dtmf_received", self._pressed)

    def _came(self, participant: rtc.RemoteParticipant) -> None:
        if participant.identity.startswith(ADVISER) and self._adviser is None:
            self._spawn(self._join(participant.identity))

    def _went(self, participant: rtc.RemoteParticipant) -> None:
        if participant.identity == self._caller:
            self._spawn(self._caller_is_out(participant))
        elif participant.identity.startswith(ADVISER) and self._adviser is not None:
            self._spawn(self._adviser_is_out(participant, self._adviser))

    def _disconnected(self, reason: rtc.DisconnectReason.ValueType) -> None:
        self._taken_over = reason == _TAKEN_OVER
        self._left.set()

    def _pressed(self, pressed: rtc.SipDTMF) -> None:
        from_caller = pressed.participant is None or pressed.participant.identity == self._caller
        if self._direct is not None and from_caller:
            self._direct.press(pressed.digit)

    def _typed(self, text: str) -> None:
        if self._direct is not None:
            self._direct.type_text(text)

    async def _caller_is_out(self, caller: rtc.RemoteParticipant) -> None:
        if not await comes_back(self._room, caller):
            self._left.set()
            return
        log.warning("call %s: the connection was lost, and is back", self._id)
        if not await reclaim(self._room):
            self._taken_over = True
            self._left.set()
        elif self._direct is not None and self._adviser is None:
            await self._direct.call.carry_on()

    async def _adviser_is_out(self, participant: rtc.RemoteParticipant, adviser: Adviser) -> None:
        if await comes_back(self._room, participant):
            return
        self._adviser = None
        await adviser.leave()

    async def _join(self, adviser: str) -> None:
        if self._direct is not None:
            self._adviser = await self._direct.join(adviser)

    def _spawn(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._comings_and_goings.add(task)
        task.add_done_callback(self._comings_and_goings.discard)
