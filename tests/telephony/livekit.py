"""The real livekit-server on loopback, and callers of kind SIP who ring without a telephone network."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from livekit import api, rtc

from telephony.dispatch import Key, adviser_token, room_configuration
from telephony.livekit_settings import LiveKitSettings
from telephony.recording import Pcm, voiced_blocks

KEY, SECRET = "townline", "a-secret-of-tests-that-is-long-enough"
CALLER_RATE = 16_000
_ROOT = Path(__file__).resolve().parents[2]
_FRAME = CALLER_RATE // 50


def free_port() -> int:
    """A TCP port that was free a moment ago."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def server_binary() -> Path:
    """The real server, built if it has to be. Skips the test on a machine without Go."""
    found = subprocess.run(
        [sys.executable, str(_ROOT / "deploy/livekit/build.py")], capture_output=True, text=True, check=False
    )
    if found.returncode != 0:
        if shutil.which("go") is None:
            pytest.skip(found.stderr.strip())
        pytest.fail(found.stderr.strip())
    return Path(found.stdout.strip())


@dataclass
class LiveKit:
    """A running server."""

    url: str
    settings: LiveKitSettings
    process: subprocess.Popen[bytes]
    log: Path
    redis: str = ""

    def api(self) -> api.LiveKitAPI:
        """Its API, with all rights."""
        return api.LiveKitAPI(self.url, KEY, SECRET, failover=False)


@contextmanager
def livekit_server(folder: Path, *, redis: str = "", webhook: str = "", **settings: Any) -> Iterator[LiveKit]:
    """The server, on ports of its own."""
    port, udp = free_port(), free_port()
    config = (_ROOT / "deploy/livekit/livekit.yaml").read_text()
    config = config.replace("port: 7880", f"port: {port}").replace("udp_port: 7882", f"udp_port: {udp}")
    config = config.replace("level: warn", "level: info")
    if redis:
        config += f"redis:\n  address: {redis}\n"
    if webhook:
        config += f"webhook:\n  api_key: {KEY}\n  urls: [{webhook}]\n"
    (folder / "livekit.yaml").write_text(config)
    log = folder / "livekit.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [server_binary(), "--config", str(folder / "livekit.yaml")],
            stdout=out,
            stderr=subprocess.STDOUT,
            env={**os.environ, "LIVEKIT_KEYS": f"{KEY}: {SECRET}"},
        )
    try:
        _wait_for(port, process, log)
        url = f"ws://127.0.0.1:{port}"
        yield LiveKit(url, LiveKitSettings(url=url, **settings), process, log, redis)
    finally:
        process.kill()
        process.wait()


@contextmanager
def redis_server(folder: Path) -> Iterator[str]:
    """A real Redis, as `host:port`. Skips the test where it is not installed."""
    if shutil.which("redis-server") is None:
        pytest.skip("redis-server is not installed (Debian package redis-server)")
    port = free_port()
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        _wait_for(port, process, folder)
        yield f"127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None:
            break
        time.sleep(0.05)
    pytest.fail(f"the server did not start: {log.read_text()[-800:] if log.is_file() else log}")


@dataclass
class Caller:
    """Somebody on the telephone: an rtc client of kind SIP, which an agent cannot tell from a real one."""

    room: rtc.Room
    name: str
    heard: list[Pcm] = field(default_factory=list)
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    _source: rtc.AudioSource = field(default_factory=lambda: rtc.AudioSource(CALLER_RATE, 1, queue_size_ms=100))
    _waiting: asyncio.Queue[Pcm] = field(default_factory=asyncio.Queue)
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def say(self, pcm: Pcm) -> None:
        """Say something: int16 mono, 16 kHz. Returns when it was said."""
        for start in range(0, len(pcm), _FRAME):
            self._waiting.put_nowait(np.pad(pcm[start : start + _FRAME], (0, max(0, start + _FRAME - len(pcm)))))
        await self._waiting.join()

    async def press(self, keys: str) -> None:
        """Press keys of the telephone."""
        for key in keys:
            await self.room.local_participant.publish_dtmf(code=_code(key), digit=key)

    async def hears_speech(self, seconds: float = 20.0) -> None:
        """Wait until the line speaks."""
        mark = len(self.heard)
        async with asyncio.timeout(seconds):
            while not _voiced(self.heard[mark:]):
                await self._next_frame()

    async def hears_silence(self, seconds: float = 30.0, quiet: float = 0.7) -> None:
        """Wait until the line has been silent for `quiet` seconds."""
        pieces = int(quiet / 0.02)
        async with asyncio.timeout(seconds):
            while len(self.heard) < pieces or _voiced(self.heard[-pieces:]):
                await self._next_frame()

    def audio(self) -> Pcm:
        """Everything heard so far, int16 mono, 16 kHz."""
        return np.concatenate(self.heard) if self.heard else np.zeros(0, dtype=np.int16)

    async def hang_up(self) -> None:
        """Put the phone down."""
        await self.room.disconnect()

    async def begin(self) -> None:
        """Send the microphone's audio, silence included, and listen."""
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
        silence = np.zeros(_FRAME, dtype=np.int16)
        while True:
            said = not self._waiting.empty()
            pcm = self._waiting.get_nowait() if said else silence
            await self._source.capture_frame(rtc.AudioFrame(pcm.tobytes(), CALLER_RATE, 1, _FRAME))
            if said:
                self._waiting.task_done()

    async def _listen(self, track: rtc.Track) -> None:
        stream = rtc.AudioStream.from_track(track=track, sample_rate=CALLER_RATE, num_channels=1, frame_size_ms=20)
        try:
            async for event in stream:
                self.heard.append(np.frombuffer(event.frame.data, dtype=np.int16).copy())
                self._arrived.set()
        finally:
            await stream.aclose()


@asynccontextmanager
async def ring(
    livekit: LiveKit, *, number: str = "+447700900123", headers: dict[str, str] | None = None
) -> AsyncIterator[Caller]:
    """Ring the line as a call from the telephone network does: a room of its own, dispatched by its configuration."""
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
        .with_identity(f"sip_{os.urandom(4).hex()}")
        .with_kind("sip")
        .with_attributes(attributes)
        .with_grants(api.VideoGrants(room_join=True, room=name))
        .with_ttl(dt.timedelta(minutes=5))
        .with_room_config(room_configuration(livekit.settings))
    )
    async with _in_room(livekit, name, token.to_jwt()) as caller:
        yield caller


@asynccontextmanager
async def adviser(livekit: LiveKit, room: str) -> AsyncIterator[Caller]:
    """An adviser's browser in a call's room."""
    async with _in_room(livekit, room, adviser_token(Key(KEY, SECRET), room, "7")) as colleague:
        yield colleague


@asynccontextmanager
async def _in_room(livekit: LiveKit, name: str, token: str) -> AsyncIterator[Caller]:
    somebody = Caller(rtc.Room(), name)

    @somebody.room.on("track_subscribed")
    def _subscribed(track: rtc.Track, *_: object) -> None:
        somebody.listen_to(track)

    @somebody.room.on("disconnected")
    def _disconnected(*_: object) -> None:
        somebody.gone.set()

    await somebody.room.connect(livekit.url, token)
    try:
        await somebody.begin()
        yield somebody
    finally:
        await somebody.aclose()


def _code(key: str) -> int:
    return {"*": 10, "#": 11}.get(key) or int(key)


def _voiced(pieces: list[Pcm]) -> bool:
    return bool(pieces) and bool(voiced_blocks(np.concatenate(pieces), CALLER_RATE).sum() > 5)
