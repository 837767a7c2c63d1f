"""Somebody on the telephone: an rtc client of kind SIP, which an agent cannot tell from a real call."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from livekit import api, rtc

from bench.telephone.exchange import KEY, SECRET, LiveKit
from telephony.direct import CALLER_RATE
from telephony.dispatch import Key, adviser_token, room_configuration
from telephony.recording import GapMeter, Pcm, voiced_blocks
from telephony.rooms import WEB_CALLER

_FRAME = CALLER_RATE // 50
_FRAME_SECONDS = 0.02
_LATE_SECONDS = 0.1
"""What is late by less is made up for; after a longer pause the caller begins anew."""
_COUNT_SECONDS = 2.0
_COUNTED = ("lost", "received")


@dataclass(frozen=True, slots=True)
class Loss:
    """What the network lost of the line's audio: packets, and the share of it that had to be made up (0 to 1)."""

    lost: int
    received: int
    concealed: float


@dataclass
class Caller:
    """A caller in a room. `heard` is every 20 ms from the line, `times` when each arrived (`time.perf_counter`)."""

    room: rtc.Room
    name: str
    heard: list[Pcm] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    said: list[tuple[float, float]] = field(default_factory=list)
    """When each of the caller's utterances began and ended, on the same clock."""
    gaps: list[int] = field(default_factory=list)
    """Milliseconds from the caller's last voiced sample to the line's first, as heard here."""
    loss: Loss | None = None
    """What the network lost so far, while `count_losses` runs."""
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    _gap: GapMeter = field(default_factory=GapMeter)
    _source: rtc.AudioSource = field(default_factory=lambda: rtc.AudioSource(CALLER_RATE, 1, queue_size_ms=100))
    _waiting: asyncio.Queue[Pcm] = field(default_factory=asyncio.Queue)
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def say(self, pcm: Pcm) -> None:
        """Say something: int16 mono, 16 kHz. Returns when it was said."""
        began = time.perf_counter()
        for start in range(0, len(pcm), _FRAME):
            self._waiting.put_nowait(np.pad(pcm[start : start + _FRAME], (0, max(0, start + _FRAME - len(pcm)))))
        await self._waiting.join()
        self.said.append((began, time.perf_counter()))

    async def press(self, keys: str) -> None:
        """Press keys of the telephone."""
        for key in keys:
            code = {"*": 10, "#": 11}.get(key)
            await self.room.local_participant.publish_dtmf(code=int(key) if code is None else code, digit=key)

    async def hears_speech(self, seconds: float = 20.0) -> None:
        """Wait until the line speaks. Raises `TimeoutError`."""
        mark = len(self.heard)
        async with asyncio.timeout(seconds):
            while not voiced(self.heard[mark:]):
                await self._next_frame()

    async def hears_silence(self, seconds: float = 30.0, quiet: float = 0.7) -> None:
        """Wait until the line has been silent for `quiet` seconds. Raises `TimeoutError`."""
        pieces = int(quiet / _FRAME_SECONDS)
        async with asyncio.timeout(seconds):
            while len(self.heard) < pieces or voiced(self.heard[-pieces:]):
                await self._next_frame()

    def audio(self) -> Pcm:
        """Everything heard so far, int16 mono, 16 kHz."""
        return np.concatenate(self.heard) if self.heard else np.zeros(0, dtype=np.int16)

    async def count_losses(self) -> None:
        """Keep `loss` up to date, for ever: when the call is over nobody can be asked any more."""
        while True:
            await asyncio.sleep(_COUNT_SECONDS)
            stats = await self.room.get_rtc_stats()
            # Where one connection carries both directions, all of it stands with the publisher's.
            every = (*stats.subscriber_stats, *stats.publisher_stats)
            inbound = [one.inbound_rtp for one in every if one.HasField("inbound_rtp")]
            total = sum(one.inbound.total_samples_received for one in inbound)
            if total:
                concealed = sum(one.inbound.concealed_samples - one.inbound.silent_concealed_samples for one in inbound)
                lost, received = (sum(getattr(one.received, f"packets_{what}") for one in inbound) for what in _COUNTED)
                self.loss = Loss(lost, received, concealed / total)

    async def hang_up(self) -> None:
        """Put the phone down."""
        await self.room.disconnect()

    async def begin(self) -> None:
        """Send the microphone's audio, and listen."""
        track = rtc.LocalAudioTrack.create_audio_track("phone", self._source)
        options = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_MICROPHONE)
        await self.room.local_participant.publish_track(track, options)
        self._tasks.append(asyncio.create_task(self._send()))

    def listen_to(self, track: rtc.Track) -> None:
        """A track of somebody in the room."""
        self._tasks.append(asyncio.create_task(self._listen(track)))

    async def aclose(self) -> None:
        """Leave, in any state."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.room.disconnect()
        await self._source.aclose()

    async def _next_frame(self) -> None:
        self._arrived.clear()
        await self._arrived.wait()

    async def _send(self) -> None:
        # Silence is the source's own: given to it, every piece that came while it was late would wait there for good,
        # and the caller's words would come later and later.
        due = 0.0
        while True:
            pcm = await self._waiting.get()
            now = time.perf_counter()
            due = due + _FRAME_SECONDS if now - due < _LATE_SECONDS else now
            await asyncio.sleep(max(0.0, due - now))
            self._gap.caller(time.perf_counter(), pcm, CALLER_RATE)
            await self._source.capture_frame(rtc.AudioFrame(pcm.tobytes(), CALLER_RATE, 1, _FRAME))
            self._waiting.task_done()

    async def _listen(self, track: rtc.Track) -> None:
        stream = rtc.AudioStream.from_track(track=track, sample_rate=CALLER_RATE, num_channels=1, frame_size_ms=20)
        try:
            async for event in stream:
                now, pcm = time.perf_counter(), np.frombuffer(event.frame.data, dtype=np.int16).copy()
                self.heard.append(pcm)
                self.times.append(now)
                gap = self._gap.line(now, pcm, CALLER_RATE)
                self.gaps += [gap] if gap is not None else []
                self._arrived.set()
        finally:
            await stream.aclose()


@asynccontextmanager
async def ring(
    livekit: LiveKit,
    *,
    number: str = "+447700900123",
    headers: dict[str, str] | None = None,
    told: Callable[[dict[str, Any]], None] | None = None,
) -> AsyncIterator[Caller]:
    """Ring the line as a call from the telephone network does: a room of its own, dispatched by its configuration.

    `told` gets what the line tells its test-call page, as JSON objects.
    """
    name = f"{livekit.settings.room_prefix}{os.urandom(4).hex()}"
    attributes = {
        "sip.phoneNumber": number,
        "sip.trunkPhoneNumber": "+441632960100",
        "sip.callID": f"SCL_{os.urandom(6).hex()}",
        "sip.callStatus": "active",
        **(headers or {}),
    }
    token = (
        api.AccessToken(KEY, SECRET)
        .with_identity(f"{WEB_CALLER if told else 'sip_'}{os.urandom(4).hex()}")
        .with_kind("sip")
        .with_attributes(attributes)
        .with_grants(api.VideoGrants(room_join=True, room=name))
        .with_ttl(dt.timedelta(minutes=5))
        .with_room_config(room_configuration(livekit.settings))
    )
    async with in_room(livekit, name, token.to_jwt()) as caller:
        if told is not None:
            caller.room.on("data_received", lambda packet: told(json.loads(packet.data)))
        yield caller


@asynccontextmanager
async def adviser(livekit: LiveKit, room: str) -> AsyncIterator[Caller]:
    """An adviser in a call's room."""
    async with in_room(livekit, room, adviser_token(Key(KEY, SECRET), room, "7")) as colleague:
        yield colleague


@asynccontextmanager
async def in_room(livekit: LiveKit, name: str, token: str) -> AsyncIterator[Caller]:
    """Somebody in the room that `token` is for."""
    somebody = Caller(rtc.Room(), name)

    @somebody.room.on("track_subscribed")
    def _subscribed(track: rtc.Track, *_: object) -> None:
        somebody.listen_to(track)

    @somebody.room.on("disconnected")
    def _disconnected(*_: object) -> None:
        somebody.gone.set()

    joining = asyncio.create_task(somebody.room.connect(livekit.url, token))
    try:
        # LiveKit's client ends the whole process over a connection that nobody waited for.
        await asyncio.shield(joining)
        await somebody.begin()
        yield somebody
    finally:
        await asyncio.wait([joining])
        await somebody.aclose()


def voiced(pieces: list[Pcm]) -> bool:
    """Whether there is speech in pieces of 20 ms: more than 50 ms above the noise."""
    return bool(pieces) and bool(voiced_blocks(np.concatenate(pieces), CALLER_RATE).sum() > 5)
