"""The watch at work: looks at the rooms of a LiveKit server twice a second, and does what has to be done."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable

import aiohttp
from livekit import api
from livekit.protocol.models import ParticipantInfo, TrackType
from prometheus_client import CollectorRegistry, Counter, Gauge

from telephony.claiming import BEAT
from telephony.errors import NotPutThroughError
from telephony.livekit_settings import LiveKitSettings, SipSettings
from telephony.rooms import ADVISER
from telephony.sip import outbound_trunk_id
from telephony.transfer import put_through
from telephony.watch import Agent, Rescue, Seen, Watch

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.5
_SENT = 2
"""Agents sent for at once: LiveKit may ask the very worker that froze. Of those that come only one takes the call."""
_CALLERS = (ParticipantInfo.Kind.SIP, ParticipantInfo.Kind.STANDARD)
_UNREACHABLE = (aiohttp.ClientError, TimeoutError, api.ServerError)


class Figures:
    """What is counted, for Prometheus. A rise of `townline_calls_lost` or `townline_calls_to_people` is an alarm."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.rooms = Gauge("townline_rooms", "Calls going on", registry=self.registry)
        self.again = Counter(
            "townline_dispatched_again", "Calls given to another agent", ["why"], registry=self.registry
        )
        self.people = Counter("townline_calls_to_people", "Calls no agent could take", registry=self.registry)
        self.lost = Counter("townline_calls_lost", "Calls that people could not take either", registry=self.registry)
        self.blind = Counter("townline_watch_blind", "Looks at which the server did not answer", registry=self.registry)


class Rescuer:
    """Watches one server's calls."""

    def __init__(
        self, lkapi: api.LiveKitAPI, livekit: LiveKitSettings, sip: SipSettings | None, figures: Figures
    ) -> None:
        self._lkapi = lkapi
        self._livekit = livekit
        self._sip = sip
        self.figures = figures
        self._watch = Watch(livekit)
        self._now = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self.sees = False
        """Whether the server answered the last look."""

    def nudge(self) -> None:
        """Something happened: look at once."""
        self._now.set()

    async def run(self) -> None:
        """Watch for ever."""
        while True:
            await self.look()
            try:
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._now.wait()
            except TimeoutError:
                continue
            finally:
                self._now.clear()

    async def look(self) -> None:
        """Look once, and begin what has to be done."""
        try:
            rooms = {seen.room: seen for seen in await self._rooms()}
        except _UNREACHABLE as error:
            self.figures.blind.inc()
            if self.sees:
                log.error("alarm: the LiveKit server does not answer: %s", type(error).__name__)
            self.sees = False
            self._watch.blind(asyncio.get_running_loop().time())
            return
        self.sees = True
        self.figures.rooms.set(len(rooms))
        for rescue in self._watch.look(rooms, asyncio.get_running_loop().time()):
            task = asyncio.create_task(self._rescue(rescue), name=f"rescue {rescue.room}")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _rooms(self) -> list[Seen]:
        found = await self._lkapi.room.list_rooms(api.ListRoomsRequest())
        names = [room.name for room in found.rooms if room.name.startswith(self._livekit.room_prefix)]
        return list(await asyncio.gather(*(self._seen(name) for name in names)))

    async def _seen(self, room: str) -> Seen:
        try:
            found = await self._lkapi.room.list_participants(api.ListParticipantsRequest(room=room))
        except api.ServerError as error:
            if error.code == api.ServerErrorCode.NOT_FOUND:
                return Seen(room, "")
            raise
        return seen(room, found.participants)

    async def _rescue(self, rescue: Rescue) -> None:
        """Carry out a rescue; one that fails is tried again at the next look."""
        try:
            await self._put_out(rescue)
            if rescue.deed == "dispatch":
                self.figures.again.labels(rescue.why).inc()
                log.warning("alarm: %s %s, dispatched again", rescue.room, rescue.why)
                request = api.CreateAgentDispatchRequest(room=rescue.room, agent_name=self._livekit.agent_name)
                for _ in range(_SENT):
                    await self._lkapi.agent_dispatch.create_dispatch(request)
            else:
                await self._to_people(rescue)
        except _UNREACHABLE as error:
            log.error("alarm: %s could not be rescued: %s", rescue.room, type(error).__name__)
            self._watch.failed(rescue.room, asyncio.get_running_loop().time())

    async def _put_out(self, rescue: Rescue) -> None:
        """An agent that only froze must not wake up and talk into the call."""
        for identity in rescue.dead:
            try:
                await self._lkapi.room.remove_participant(
                    api.RoomParticipantIdentity(room=rescue.room, identity=identity)
                )
            except api.ServerError as error:
                if error.code != api.ServerErrorCode.NOT_FOUND:
                    raise

    async def _to_people(self, rescue: Rescue) -> None:
        self.figures.people.inc()
        log.error("alarm: %s %s twice, given to people", rescue.room, rescue.why)
        try:
            if self._sip is None:
                raise NotPutThroughError("config.yaml has no sip section")
            trunk_id = await outbound_trunk_id(self._lkapi, self._livekit) if self._sip.put_through == "ring" else ""
            await put_through(self._lkapi, self._sip, room=rescue.room, caller=rescue.caller, trunk_id=trunk_id)
        except NotPutThroughError as error:
            self.figures.lost.inc()
            log.error("alarm: %s: %s; hung up, so that the caller does not wait in silence", rescue.room, error.reason)
            await self._lkapi.room.delete_room(api.DeleteRoomRequest(room=rescue.room))


def seen(room: str, participants: Iterable[ParticipantInfo]) -> Seen:
    """A room's participants as the watch sees them."""
    everybody = tuple(participants)
    staff = [one for one in everybody if one.identity.startswith(ADVISER)]
    callers = [one for one in everybody if one.kind in _CALLERS and one not in staff]
    return Seen(
        room,
        callers[0].identity if callers else "",
        tuple(_agent(one) for one in everybody if one.kind == ParticipantInfo.Kind.AGENT),
        staff=bool(staff),
    )


def _agent(participant: ParticipantInfo) -> Agent:
    # It beats once it has begun to speak; a track alone may still be silent.
    beat = participant.attributes.get(BEAT, "")
    audible = bool(beat) and any(track.type == TrackType.AUDIO for track in participant.tracks)
    return Agent(participant.identity, audible, beat)
