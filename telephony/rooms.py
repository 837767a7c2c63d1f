"""A call's audio in a LiveKit room: the caller's track as PCM, and a track of ours for the caller's ear."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import numpy as np
from livekit import rtc

from telephony.direct import CALLER_RATE
from telephony.errors import NoCallerError
from telephony.recording import Pcm

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
