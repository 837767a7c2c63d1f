"""A call whose audio comes from a browser or a file: the legs of the caller, the line, and an adviser who joins."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import numpy as np
import soxr

from agent.call import Call
from agent.events import ClearEvent, EndEvent, GapEvent, HandoffEvent, Listener
from agent.fetching import Fetching
from telephony.direct import CALLER_RATE, CallerAudio, LineAudio
from telephony.music import HoldMusic
from telephony.recording import Channel, GapMeter, Pcm

_QUEUE = 500
"""Pieces of 20 ms that may wait for a slow browser before the oldest are dropped."""

_A_WHILE_SECONDS = 15.0
"""How soon a call that lasts too long is looked at again."""


class AudioQueue:
    """Pieces of audio on their way to somebody's ear, as bytes (int16 mono)."""

    def __init__(self) -> None:
        self._pieces: asyncio.Queue[bytes | None] = asyncio.Queue()

    def put(self, pcm: bytes) -> None:
        """Add a piece; the oldest goes when nobody reads."""
        if self._pieces.qsize() >= _QUEUE:
            self._pieces.get_nowait()
        self._pieces.put_nowait(pcm)

    def close(self) -> None:
        """No more will come."""
        self._pieces.put_nowait(None)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while (piece := await self._pieces.get()) is not None:
            yield piece


class DirectCall:
    """A call that is going on, as the web and the command line see it."""

    def __init__(self, call_id: str, sample_rate: int, tell: Listener, *, ahead: float = 0.0) -> None:
        self.id = call_id
        self.sample_rate = sample_rate
        self._tell = tell
        self.began = time.perf_counter()
        """When the call began, on this process's clock; times within the call are seconds since."""
        self._caller = CallerAudio()
        self._music = HoldMusic(CALLER_RATE)
        self.line = LineAudio(sample_rate, self._played, lambda: tell(ClearEvent()), ahead=ahead)
        self._to_caller = AudioQueue()
        self._gap = GapMeter()
        self.caller_track = Channel(CALLER_RATE)
        self.line_track = Channel(sample_rate)
        self.keep_audio = False
        """Keep both sides in memory, to be written to a file. Off for residents' calls: audio is not kept."""
        self.captions = False
        """Publish what is heard while the caller still speaks, too."""
        self._adviser: Adviser | None = None
        self._call: Call | None = None
        self._fetching: Fetching | None = None
        self._over = False
        self.over = asyncio.Event()
        """Set once the call is over and on record."""
        self.taken_over = False
        """Another process has the caller now: this end of it is no end of the call."""

    async def begin(self, call: Call, fetching: Fetching) -> None:
        """Connect the call with its audio and pick up."""
        self._call, self._fetching = call, fetching
        call.music_plays = lambda: self._music.plays
        await call.answer(self._caller, self.line)

    @property
    def call(self) -> Call:
        """The conversation on this audio. Raises `RuntimeError` before `begin`."""
        if self._call is None:
            raise RuntimeError("the call has not begun")
        return self._call

    async def ended(self, longest_seconds: float) -> None:
        """Until the call has ended. One that lasts too long is ended with a word, but not under an adviser's voice."""
        told = False
        while not self.call.ended.is_set():
            try:
                async with asyncio.timeout(longest_seconds):
                    await self.call.ended.wait()
            except TimeoutError:
                if told:
                    # Whoever talks into the last words does not keep the line.
                    await self.finish("end the longest call")
                elif self._adviser is None:
                    told = True
                    await self.call.time_is_up()
                longest_seconds = _A_WHILE_SECONDS

    def push_audio(self, pcm: bytes) -> None:
        """What the caller's microphone heard: int16 mono, 16 kHz, any length."""
        samples = np.frombuffer(pcm[: len(pcm) // 2 * 2], dtype=np.int16)
        if self._over or not len(samples):
            return
        at = self._now() - len(samples) / CALLER_RATE
        self._gap.caller(at, samples, CALLER_RATE)
        if self.keep_audio:
            self.caller_track.put(max(at, 0.0), samples)
        if self._adviser is not None:
            self._adviser.hear(pcm)
        else:
            self._music.push(samples)
            self._caller.push(samples)

    def press(self, key: str) -> None:
        """A key of the keypad."""
        self.call.press(key)

    def type_text(self, text: str) -> None:
        """An utterance that was typed."""
        self.call.type_text(text)

    def audio(self) -> AsyncIterator[bytes]:
        """What the caller should hear: int16 mono at `sample_rate`, paced in real time."""
        return aiter(self._to_caller)

    async def join(self, adviser: str) -> Adviser:
        """Connect an adviser; the line itself falls silent."""
        self.call.hush()
        self._adviser = Adviser(self)
        if self._fetching is not None:
            self._fetching.adviser_came()
        self._tell(HandoffEvent(status="accepted"))
        return self._adviser

    def hear_adviser(self, pcm: Pcm) -> None:
        """The adviser's voice, int16 mono at `sample_rate`, for the caller's ear."""
        if self.keep_audio:
            self.line_track.put(self._now(), pcm)
        self._to_caller.put(pcm.tobytes())

    async def adviser_left(self) -> None:
        """The adviser put the phone down: the line asks whether there is anything else."""
        self._adviser = None
        self._tell(HandoffEvent(status="left"))
        if not self._over and self._fetching is not None:
            self.call.resume()
            await self._fetching.adviser_left()

    async def hang_up(self) -> None:
        """The caller is gone."""
        await self.finish("caller hung up")

    async def finish(self, outcome: str) -> None:
        """End the call. May be called twice."""
        if self._over:
            return
        self._over = True
        self._caller.close()
        if self._adviser is not None:
            self._adviser.close()
        await self.call.hang_up(outcome)
        self._tell(EndEvent(outcome=self.call.outcome))
        self._to_caller.close()

    def _played(self, pcm: Pcm) -> None:
        at = self._now()
        gap = self._gap.line(at, pcm, self.sample_rate)
        if gap is not None:
            self._tell(GapEvent(ms=gap))
        if self.keep_audio:
            self.line_track.put(at, pcm)
        self._to_caller.put(pcm.tobytes())

    def _now(self) -> float:
        return time.perf_counter() - self.began


class Adviser:
    """An adviser's end of a call that a caller is still in."""

    sample_rate = CALLER_RATE

    def __init__(self, call: DirectCall) -> None:
        self._call = call
        self._to_adviser = AudioQueue()
        self._resampler = soxr.ResampleStream(CALLER_RATE, call.sample_rate, 1, dtype="int16", quality="LQ")
        self._left = False

    def push_audio(self, pcm: bytes) -> None:
        """What the adviser's microphone heard: int16 mono, 16 kHz."""
        samples = np.frombuffer(pcm[: len(pcm) // 2 * 2], dtype=np.int16)
        if not self._left and len(samples):
            self._call.hear_adviser(self._resampler.resample_chunk(samples))

    def hear(self, pcm: bytes) -> None:
        """The caller's voice for the adviser's ear."""
        self._to_adviser.put(pcm)

    def audio(self) -> AsyncIterator[bytes]:
        """What the adviser should hear: int16 mono, 16 kHz."""
        return aiter(self._to_adviser)

    def close(self) -> None:
        """The call is over."""
        self._left = True
        self._to_adviser.close()

    async def leave(self) -> None:
        """Put the adviser's end down. May be called twice."""
        if self._left:
            return
        self.close()
        await self._call.adviser_left()
