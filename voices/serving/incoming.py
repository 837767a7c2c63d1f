"""What one client sends, put together into requests, with a bound on everything."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from wyoming.event import Event

from voices.errors import BusyError, ProtocolError
from voices.requests import Hear
from voices.wire import Format, Limits, read_event

MOST_AUDIO_SECONDS = 120.0
MOST_AUDIO_BYTES = 16 * 1024 * 1024
BETWEEN_CHUNKS_SECONDS = 30.0


@dataclass
class AudioBudget:
    """Memory for the audio of all clients together, in bytes."""

    left: int = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Utterance:
    """A `transcribe` with all of its audio."""

    asked: Hear
    format: Format
    audio: bytes


@dataclass
class _Audio:
    """Audio that is still coming in."""

    budget: AudioBudget
    format: Format
    raw: bytearray = field(default_factory=bytearray)

    def add(self, chunk: Event) -> None:
        payload = chunk.payload or b""
        self.raw += payload
        self.budget.left -= len(payload)
        if self.budget.left < 0:
            raise BusyError("too much audio waits for the speech models")
        if len(self.raw) > min(MOST_AUDIO_BYTES, MOST_AUDIO_SECONDS * self.format.bytes_a_second):
            raise ProtocolError("this audio is longer than one utterance may be")

    def drop(self) -> None:
        self.budget.left += len(self.raw)
        self.raw = bytearray()


class Incoming:
    """One client's requests in their order: an `Utterance`, or any other event as it came."""

    def __init__(self, reader: asyncio.StreamReader, limits: Limits, budget: AudioBudget, language: str) -> None:
        self._reader = reader
        self._limits = limits
        self._budget = budget
        self._language = language
        self._asked: Hear | None = None
        self._audio: _Audio | None = None

    async def requests(self) -> AsyncIterator[Utterance | Event]:
        """Until the client closes. Raises `ProtocolError`, `BusyError`."""
        try:
            while (event := await self._next()) is not None:
                if (request := self._taken(event)) is not None:
                    yield request
        finally:
            self._drop()

    async def _next(self) -> Event | None:
        """An idle client may be silent for as long as it likes, not one that has begun to send audio."""
        if self._audio is None:
            return await read_event(self._reader, self._limits)
        try:
            async with asyncio.timeout(BETWEEN_CHUNKS_SECONDS):
                return await read_event(self._reader, self._limits)
        except TimeoutError as exc:
            raise ProtocolError("the audio stopped halfway") from exc

    def _taken(self, event: Event) -> Utterance | Event | None:
        match event.type:
            case "transcribe":
                self._asked = Hear.from_event(event, self._language)
            case "audio-start":
                self._drop()
                self._audio = _Audio(self._budget, Format.of(event))
            case "audio-chunk":
                if self._audio is None:
                    self._audio = _Audio(self._budget, Format.of(event))
                self._audio.add(event)
            case "audio-stop":
                return self._utterance()
            case _:
                return event
        return None

    def _utterance(self) -> Utterance:
        asked, audio = self._asked or Hear.from_event(Event("transcribe"), self._language), self._audio
        if audio is None:
            raise ProtocolError("audio-stop without any audio")
        raw = bytes(audio.raw)
        self._drop()
        self._asked = None
        return Utterance(asked, audio.format, raw)

    def _drop(self) -> None:
        if self._audio is not None:
            self._audio.drop()
        self._audio = None
