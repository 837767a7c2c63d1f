"""Callers without a telephone network: audio of a browser or a file, straight into and out of an `AgentSession`."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable

import numpy as np
from livekit import rtc
from livekit.agents.types import USERDATA_TIMED_TRANSCRIPT
from livekit.agents.voice.io import AudioInput, AudioOutput, AudioOutputCapabilities

from telephony.recording import Pcm
from telephony.script import SpokenScript

CALLER_RATE = 16_000
"""Hz of the audio that a caller's side delivers: int16 mono."""

FRAME_SECONDS = 0.02
_HEARD_AT_ONCE = 512
"""Samples (32 ms) that voice activity is judged on: handing over less only makes more work."""


class CallerAudio(AudioInput):
    """What the caller says, as it arrives. pcm: int16 mono, 16 kHz."""

    def __init__(self) -> None:
        super().__init__(label="caller")
        self._frames: asyncio.Queue[rtc.AudioFrame | None] = asyncio.Queue()
        self._rest = b""

    def push(self, pcm: Pcm) -> None:
        """Hand over the next piece, of any length; up to 32 ms wait for the piece after it."""
        audio = self._rest + pcm.tobytes()
        whole = len(audio) // (2 * _HEARD_AT_ONCE) * 2 * _HEARD_AT_ONCE
        self._rest = audio[whole:]
        if whole:
            self._frames.put_nowait(_frame(audio[:whole]))

    def close(self) -> None:
        """The caller's side is over."""
        if self._rest:
            self._frames.put_nowait(_frame(self._rest))
        self._frames.put_nowait(None)

    async def __anext__(self) -> rtc.AudioFrame:
        frame = await self._frames.get()
        if frame is None:
            raise StopAsyncIteration
        return frame


class LineAudio(AudioOutput):
    """What the line says, handed out in real time, 20 ms at a time, and silent at once when it is interrupted.

    `play` gets each piece (int16 mono at `sample_rate` Hz) at the moment it is heard; `cleared` is called when what was
    handed out but not yet played must be thrown away. A segment that is stopped is reported with the words that were
    heard. The first `ahead` seconds of each segment are handed out at once, for a way to the caller that is not always
    in time.
    """

    def __init__(
        self, sample_rate: int, play: Callable[[Pcm], None], cleared: Callable[[], None], *, ahead: float = 0.0
    ) -> None:
        super().__init__(label="line", capabilities=AudioOutputCapabilities(pause=True), sample_rate=sample_rate)
        self._rate = sample_rate
        self._ahead = ahead
        self._play = play
        self._cleared = cleared
        self._waiting: deque[Pcm] = deque()
        self._queued = 0
        self._pushed = 0
        self._played = 0
        self._flushed = False
        self._running = asyncio.Event()
        self._running.set()
        self._more = asyncio.Event()
        self._player: asyncio.Task[None] | None = None
        self._due = 0.0
        self._script = SpokenScript()

    @property
    def speaking(self) -> bool:
        """Whether something is being played, or waits to be."""
        return self._player is not None and not self._player.done()

    @property
    def played_seconds(self) -> float:
        """How much of the present segment has been heard."""
        return self._played / self._rate

    async def capture_frame(self, frame: rtc.AudioFrame) -> None:
        """Take a frame to be played; the first of a segment starts playing at once."""
        await super().capture_frame(frame)
        pcm = np.frombuffer(frame.data, dtype=np.int16).copy()
        if not self.speaking:
            self._begin()
        for text in frame.userdata.get(USERDATA_TIMED_TRANSCRIPT, []):
            self._script.add(text, text.start_time)
        self._waiting.append(pcm)
        self._queued += len(pcm)
        self._pushed += len(pcm)
        self._more.set()

    def flush(self) -> None:
        """The segment is complete."""
        super().flush()
        self._flushed = True
        self._more.set()

    def clear_buffer(self) -> None:
        """Stop at once and throw the rest away."""
        self._running.set()
        if self._player is None or self._player.done():
            return
        self._player.cancel()
        self._player = None
        self._waiting.clear()
        self._queued = 0
        self._cleared()
        self.on_playback_finished(
            playback_position=self.played_seconds,
            interrupted=True,
            synchronized_transcript=self._script.heard(self.played_seconds, of=self._pushed / self._rate),
        )

    def pause(self) -> None:
        """Stop at once, but keep the rest."""
        super().pause()
        if self.speaking and self._running.is_set():
            self._running.clear()
            self._cleared()

    def resume(self) -> None:
        """Go on where it was paused."""
        super().resume()
        self._due = time.perf_counter() - self._ahead
        self._running.set()

    def _begin(self) -> None:
        self._waiting.clear()
        self._queued = self._pushed = self._played = 0
        self._script = SpokenScript()
        self._flushed = False
        self._more.clear()
        self._player = asyncio.create_task(self._play_out(), name="line-audio")

    async def _play_out(self) -> None:
        """One segment: frames leave at the rate at which they sound."""
        size = int(self._rate * FRAME_SECONDS)
        self._due = time.perf_counter() - self._ahead
        while True:
            await self._running.wait()
            if self._queued < size and not self._flushed:
                await self._wait_for_more(size)
                continue
            if not self._queued:
                break
            piece = self._take(size)
            if not self._played:
                self.on_playback_started(created_at=time.time())
            self._played += len(piece)
            self._play(piece)
            self._due += len(piece) / self._rate
            await asyncio.sleep(max(0.0, self._due - time.perf_counter()))
        self._player = None
        self.on_playback_finished(playback_position=self.played_seconds, interrupted=False)

    async def _wait_for_more(self, size: int) -> None:
        late = self._played > 0
        self._more.clear()
        if self._queued < size and not self._flushed:
            await self._more.wait()
        if late and time.perf_counter() > self._due + self._ahead + FRAME_SECONDS:
            self._due = time.perf_counter() - self._ahead

    def _take(self, size: int) -> Pcm:
        taken: list[Pcm] = []
        wanted = size
        while wanted and self._waiting:
            piece = self._waiting.popleft()
            if len(piece) > wanted:
                self._waiting.appendleft(piece[wanted:])
                piece = piece[:wanted]
            taken.append(piece)
            wanted -= len(piece)
        joined = np.concatenate(taken)
        self._queued -= len(joined)
        return joined


def _frame(audio: bytes) -> rtc.AudioFrame:
    return rtc.AudioFrame(audio, sample_rate=CALLER_RATE, num_channels=1, samples_per_channel=len(audio) // 2)
