"""The speech models in a server: ours, or any two that speak Wyoming."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from types import TracebackType
from typing import Self, TypeVar

import soxr
from wyoming.event import Event

from voices.errors import ServerUnavailableError
from voices.places import Places
from voices.pool import Link, Pool
from voices.requests import Hear, Speak, Terms, transcript_from
from voices.speech import IN_HAND_SECONDS, Hints, Pcm, Priority, SpeechModels, Voice
from voices.transcript import Transcript
from voices.wire import STATUS, Format, audio_chunk, extra

_Result = TypeVar("_Result")

SAMPLE_RATE = 16_000
_CHUNK = SAMPLE_RATE
_FORMAT = {"rate": SAMPLE_RATE, "width": 2, "channels": 1}
PATIENCE: Mapping[Priority, float] = {
    Priority.FINAL_TRANSCRIPT: 30.0,
    Priority.FIRST_SENTENCE: 10.0,
    Priority.LATER_SENTENCE: 20.0,
    Priority.PARTIAL_TRANSCRIPT: 2.0,
}
"""Seconds until the first of an answer, a restart of the server included."""
_CHUNK_SECONDS = 10.0
_PAUSES = (0.0, 0.05, 0.1, 0.2, 0.4)
_PROBE = "Yes."


@dataclass(frozen=True, slots=True)
class ServerStatus:
    """How the server is doing; `None` where it does not say."""

    waiting: int | None = None
    calls: int | None = None
    capacity: int | None = None
    left: int | None = None


class SpeechClient(SpeechModels):
    """Hears and speaks by one server, or by one each. Use it as an async context manager."""

    def __init__(
        self,
        hearing: str,
        speaking: str | None = None,
        *,
        start_seconds: float = 20.0,
        patience: Mapping[Priority, float] = PATIENCE,
    ) -> None:
        """URIs, `tcp://host:port` or `unix:///path`. Raises `ProtocolError` for others."""
        self._patience = patience
        self._hearing = Pool(hearing)
        self._speaking = Pool(speaking) if speaking and speaking != hearing else self._hearing
        self._start_seconds = start_seconds
        self._ours = False
        self._rate = 0
        self._places = Places(self._hearing)

    async def __aenter__(self) -> Self:
        """Ask the servers who they are. Raises `ServerUnavailableError`, `ProtocolError`."""
        await self._patiently(self._hearing, self._start_seconds, _describe)
        about = extra(await self._patiently(self._speaking, self._start_seconds, _describe))
        self._ours = bool(about) and self._speaking is self._hearing
        rate = about.get("sample_rate")
        self._rate = rate if isinstance(rate, int) else await self._probed_rate()
        return self

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._places.close()
        self._hearing.forget()
        self._speaking.forget()

    @property
    def sample_rate(self) -> int:
        """Hz of synthesised speech."""
        return self._rate

    async def transcribe(
        self,
        pcm: Pcm,
        *,
        hints: Hints = Hints(),
        priority: Priority = Priority.FINAL_TRANSCRIPT,
        call: str = "",
    ) -> Transcript:
        """Words in `pcm` (int16 mono, 16 kHz). Cancelling drops the work. Raises `BusyError`, `VoicesError`."""
        patience = self._patience[priority]
        asked = Hear(hints, Terms(call, priority, patience))
        chunks = [audio_chunk(pcm[start : start + _CHUNK], SAMPLE_RATE) for start in range(0, len(pcm), _CHUNK)]
        events = (asked.event(), Event("audio-start", _FORMAT), *chunks, Event("audio-stop", {}))

        async def ask(link: Link) -> Event:
            await link.send(*events)
            return await link.read("transcript")

        return transcript_from(await self._patiently(self._hearing, patience, ask))

    async def synthesise(
        self,
        text: str,
        *,
        voice: Voice = Voice(),
        priority: Priority = Priority.FIRST_SENTENCE,
        call: str = "",
        in_hand: float = IN_HAND_SECONDS,
    ) -> AsyncIterator[Pcm]:
        """Speech for `text` in chunks (int16 mono, `sample_rate` Hz). Closing the iterator drops the work.

        Raises `BusyError`, `VoicesError`; `ServerUnavailableError` also when the server goes away in mid-sentence.
        """
        asked = Speak(text, voice, Terms(call, priority, self._patience[priority]), in_hand).event()
        loop = asyncio.get_running_loop()
        until = loop.time() + self._patience[priority]
        for attempt in itertools.count():
            begun = False
            try:
                async with aclosing(self._spoken(asked, until)) as chunks:
                    async for chunk in chunks:
                        begun = True
                        yield chunk
            except ServerUnavailableError:
                if begun or loop.time() >= until:
                    raise
                self._speaking.forget()
                await _pause(attempt)
            else:
                return

    async def admit(self, call: str) -> bool:
        """Whether the server can serve this call well, which then has a place until `release`.

        A server that keeps no places lets everybody in. Raises `ServerUnavailableError`.
        """
        return await self._places.admit(call) if self._ours else True

    def release(self, call: str) -> None:
        """The call is over."""
        self._places.release(call)

    async def status(self) -> ServerStatus:
        """How the server is doing. Raises `ServerUnavailableError`."""
        if not self._ours:
            return ServerStatus()

        async def ask(link: Link) -> Event:
            await link.send(Event(STATUS, {}))
            return await link.read(STATUS)

        told = extra(await self._patiently(self._hearing, _CHUNK_SECONDS, ask))
        numbers = (told.get(name) for name in ("waiting", "calls", "capacity", "left"))
        return ServerStatus(*(number if isinstance(number, int) else None for number in numbers))

    async def _spoken(self, asked: Event, until: float) -> AsyncGenerator[Pcm, None]:
        async with self._speaking.link() as link:
            try:
                async with asyncio.timeout_at(until):
                    await link.send(asked)
                    format_ = Format.of(await link.read("audio-start"))
                resampled = None
                if format_.rate != self._rate:
                    resampled = soxr.ResampleStream(format_.rate, self._rate, 1, dtype="int16")
                while True:
                    async with asyncio.timeout(_CHUNK_SECONDS):
                        event = await link.read("audio-chunk", "audio-stop")
                    last = event.type == "audio-stop"
                    pcm = format_.pcm(event.payload or b"", format_.rate)
                    if resampled is not None:
                        pcm = resampled.resample_chunk(pcm, last=last)
                    if len(pcm):
                        yield pcm
                    if last:
                        return
            except TimeoutError as exc:
                raise ServerUnavailableError("the speech server does not answer") from exc

    async def _patiently(self, pool: Pool, seconds: float, ask: Callable[[Link], Awaitable[_Result]]) -> _Result:
        """Ask until there is an answer: a server that is started again is back in seconds."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        for attempt in itertools.count():
            try:
                async with asyncio.timeout_at(until), pool.link() as link:
                    return await ask(link)
            except TimeoutError as exc:
                raise ServerUnavailableError("the speech server does not answer") from exc
            except ServerUnavailableError:
                if loop.time() >= until:
                    raise
                pool.forget()
                await _pause(attempt)
        raise AssertionError

    async def _probed_rate(self) -> int:
        """Wyoming says how fast audio is only once there is some."""

        async def ask(link: Link) -> int:
            await link.send(Speak(_PROBE).event())
            rate = Format.of(await link.read("audio-start")).rate
            await link.read("audio-stop")
            return rate

        return await self._patiently(self._speaking, self._start_seconds, ask)


async def _describe(link: Link) -> Event:
    await link.send(Event("describe", {}))
    return await link.read("info")


async def _pause(attempt: int) -> None:
    await asyncio.sleep(_PAUSES[min(attempt, len(_PAUSES) - 1)])
