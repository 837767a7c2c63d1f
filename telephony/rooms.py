"""A call's audio in a LiveKit room: the caller's track as PCM, and a track of ours for the caller's ear."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import numpy as np
from livekit import rtc

from telephony.direct import CALLER_RATE
from telephony.errors import NoCallerError
from telephony.recording import Pcm

BEAT = "townline.beat"
"""The attribute by which the process that has the call shows that it is alive."""
BEAT_SECONDS = 0.5
_CLAIM = "0"
_SETTLE_SECONDS = 0.2
"""Until then a claim made at the same moment has arrived."""
_BACK = "back"
_BACK_SECONDS = 0.4
"""Until then an agent that was sent for while the room was lost has begun to beat, or has seen that another does."""

AHEAD_SECONDS = 0.06
"""How much audio is handed to LiveKit before it is due, so that a late moment of this process is not heard."""

ADVISER = "adviser-"
"""The identities of staff who join a call begin so."""

WEB_CALLER = "web-"
"""The identities of callers from the test-call page begin so."""

_QUEUE_MS = 400
_FRAME_MS = 20
_CALLER_SECONDS = 10.0
_SUBSCRIBED_SECONDS = 5.0

CALLERS = (rtc.ParticipantKind.PARTICIPANT_KIND_SIP, rtc.ParticipantKind.PARTICIPANT_KIND_STANDARD)


def call_id_of(room: str) -> str:
    """A call's id on record, from its room's name: a server that is started anew makes the same room under another sid.

    The name has the number that was rung in it, and is not to be read from the id.
    """
    return hashlib.sha256(room.encode()).hexdigest()[:16]


def is_caller(participant: rtc.Participant) -> bool:
    """Whether it is somebody who rang, and neither an agent nor staff."""
    return participant.kind in CALLERS and not participant.identity.startswith(ADVISER)


async def the_caller(room: rtc.Room) -> rtc.RemoteParticipant:
    """Who rang, as soon as they are in the room. Raises `NoCallerError` when nobody is for ten seconds, or it ends."""
    found: asyncio.Future[rtc.RemoteParticipant] = asyncio.get_running_loop().create_future()

    def connected(participant: rtc.RemoteParticipant) -> None:
        if is_caller(participant) and not found.done():
            found.set_result(participant)

    def disconnected(_: object) -> None:
        if not found.done():
            found.set_exception(NoCallerError("the room has ended"))

    room.on("participant_connected", connected)
    room.on("disconnected", disconnected)
    try:
        for participant in tuple(room.remote_participants.values()):
            connected(participant)
        async with asyncio.timeout(_CALLER_SECONDS):
            return await found
    except TimeoutError as error:
        raise NoCallerError("nobody is in the room") from error
    finally:
        room.off("participant_connected", connected)
        room.off("disconnected", disconnected)


class LineTrack:
    """What the line says, as a track in the room. `put` takes int16 mono at `sample_rate` Hz, paced in real time."""

    def __init__(self, sample_rate: int) -> None:
        self._rate = sample_rate
        self._source = rtc.AudioSource(sample_rate, 1, queue_size_ms=_QUEUE_MS)

    async def publish(self, room: rtc.Room) -> None:
        """Publish it, and wait until the caller can hear it (a telephone call is answered by that)."""
        track = rtc.LocalAudioTrack.create_audio_track("line", self._source)
        options = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_MICROPHONE)
        publication = await room.local_participant.publish_track(track, options)
        try:
            async with asyncio.timeout(_SUBSCRIBED_SECONDS):
                await publication.wait_for_subscription()
        except TimeoutError as error:
            raise NoCallerError("the caller does not take the line's audio") from error

    async def put(self, pcm: bytes) -> None:
        """Play a piece."""
        await self._source.capture_frame(rtc.AudioFrame(pcm, self._rate, 1, len(pcm) // 2))

    def clear(self) -> None:
        """Fall silent at once."""
        self._source.clear_queue()

    async def drained(self) -> None:
        """Wait until everything was played."""
        await self._source.wait_for_playout()

    async def aclose(self) -> None:
        """Give it back."""
        await self._source.aclose()


async def caller_audio(room: rtc.Room, caller: rtc.RemoteParticipant) -> AsyncIterator[Pcm]:
    """What the caller says, int16 mono at 16 kHz, from whichever microphone track is theirs at the moment."""
    tracks: asyncio.Queue[rtc.Track] = asyncio.Queue()
    streams: list[rtc.AudioStream] = []
    closing: set[asyncio.Task[None]] = set()

    def subscribed(
        track: rtc.Track, publication: rtc.RemoteTrackPublication, participant: rtc.RemoteParticipant
    ) -> None:
        if participant.identity == caller.identity and track.kind == rtc.TrackKind.KIND_AUDIO:
            tracks.put_nowait(track)
            # A track that was lost with the connection neither brings anything more nor ends.
            closing.update(asyncio.create_task(stream.aclose()) for stream in streams)

    room.on("track_subscribed", subscribed)
    try:
        for publication in tuple(caller.track_publications.values()):
            if publication.track is not None:
                subscribed(publication.track, publication, caller)
        while True:
            track = await tracks.get()
            while not tracks.empty():
                track = tracks.get_nowait()
            async with _frames(track) as stream:
                streams[:] = [stream]
                async for event in stream:
                    yield np.frombuffer(event.frame.data, dtype=np.int16)
                streams.clear()
    finally:
        room.off("track_subscribed", subscribed)
        await asyncio.gather(*closing, return_exceptions=True)


@asynccontextmanager
async def _frames(track: rtc.Track) -> AsyncIterator[rtc.AudioStream]:
    stream = rtc.AudioStream.from_track(
        track=track, sample_rate=CALLER_RATE, num_channels=1, frame_size_ms=_FRAME_MS, capacity=500
    )
    try:
        yield stream
    finally:
        await stream.aclose()


async def claim(room: rtc.Room) -> None:
    """Take the call. Raises `NoCallerError` when another agent has it: where one is slow to come, several are sent for.

    Of several that come together, the one whose identity is first has it; one that beats already keeps it. `beat` has
    to follow at once.
    """
    await _show(room, _CLAIM)
    if not _others(room):
        return
    await asyncio.sleep(_SETTLE_SECONDS)
    for other in _others(room):
        theirs = other.attributes.get(BEAT, "")
        if theirs and (theirs != _CLAIM or other.identity < room.local_participant.identity):
            raise NoCallerError("another agent has the caller")


async def reclaim(room: rtc.Room) -> bool:
    """Go on with a call whose room was lost and is back: false when an agent that was sent for meanwhile has it."""
    await _show(room, _BACK)
    await asyncio.sleep(_BACK_SECONDS)
    return all(other.attributes.get(BEAT, "") in ("", _CLAIM) for other in _others(room))


def _others(room: rtc.Room) -> list[rtc.RemoteParticipant]:
    agent = rtc.ParticipantKind.PARTICIPANT_KIND_AGENT
    return [one for one in room.remote_participants.values() if one.kind == agent]


async def beat(room: rtc.Room) -> None:
    """Show, twice a second for ever, that this process is alive. The watch takes a call from one that is not."""
    for count in itertools.count(1):
        await _show(room, str(count))
        await asyncio.sleep(BEAT_SECONDS)


async def _show(room: rtc.Room, value: str) -> None:
    # The client misses some of the server's answers and waits five seconds for each; the attribute is set all the same.
    with suppress(TimeoutError):
        async with asyncio.timeout(BEAT_SECONDS):
            await room.local_participant.set_attributes({BEAT: value})
