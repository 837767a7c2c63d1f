"""One client of the speech server, from its first event to its last."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

from wyoming.event import Event

from voices import wire
from voices.errors import BusyError, ProtocolError, VoicesError
from voices.requests import Speak, error_event, transcript_event
from voices.serving.admission import Admission
from voices.serving.incoming import AudioBudget, Incoming, Utterance
from voices.serving.metrics import Metrics
from voices.speech import Hints, Pcm, Priority, Voice
from voices.transcript import Transcript
from voices.wire import EXTRA, Limits, audio_chunk, extra, write_event

log = logging.getLogger(__name__)

SAMPLE_RATE = 16_000
_MOST_REQUESTS = 16
_LAST_WORD_SECONDS = 1.0
"""How long whoever is sent away has to take the reason and to stop sending."""
_THROWN_AWAY = 64 * 1024


class PatientSpeech(Protocol):
    """Speech models that give up work after `patience` seconds of waiting."""

    @property
    def sample_rate(self) -> int:
        """Hz of synthesised speech."""
        ...

    async def transcribe(
        self, pcm: Pcm, *, hints: Hints, priority: Priority, call: str, patience: float | None
    ) -> Transcript:
        """Words in `pcm`."""
        ...

    def synthesise(
        self, text: str, *, voice: Voice, priority: Priority, call: str, in_hand: float, patience: float | None
    ) -> AsyncIterator[Pcm]:
        """Speech for `text`."""
        ...


@dataclass(frozen=True)
class House:
    """What the connections of one server share."""

    speech: PatientSpeech
    admission: Admission
    metrics: Metrics
    describe: Callable[[], dict[str, Any]]
    status: Callable[[], dict[str, Any]]
    voice: str
    language: str
    limits: Limits
    budget: AudioBudget


class Connection:
    """Answers one client's requests one after the other. What it asked for is dropped as soon as it is gone."""

    def __init__(self, house: House, name: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.name = name
        self._house = house
        self._incoming = Incoming(reader, house.limits, house.budget, house.language)
        self._reader = reader
        self._writer = writer
        self._asked: asyncio.Queue[Utterance | Event] = asyncio.Queue(_MOST_REQUESTS)
        self._answering = False
        self.idle_since = time.monotonic()

    @property
    def idle(self) -> bool:
        """Whether nothing was asked for that is not answered, and no call has its place by this connection."""
        return not (self._answering or self._asked.qsize() or self._house.admission.holds(self.name))

    async def run(self) -> None:
        """Until the client goes or is sent away; then everything it asked for is dropped."""
        reading = asyncio.create_task(self._read(), name=f"{self.name} reads")
        answering = asyncio.create_task(self._answer(), name=f"{self.name} answers")
        closing = False
        try:
            done, _ = await asyncio.wait({reading, answering}, return_when=asyncio.FIRST_COMPLETED)
            failure = next((task.exception() for task in done if task.exception()), None)
        except asyncio.CancelledError:
            failure, closing = BusyError("the speech server is being closed"), True
            raise
        finally:
            reading.cancel()
            answering.cancel()
            await asyncio.gather(reading, answering, return_exceptions=True)
            self._house.admission.closed(self.name)
            await self._close(failure, at_once=closing)

    async def send_away(self, reason: VoicesError) -> None:
        """Close the connection with a reason."""
        await self._close(reason)

    async def _read(self) -> None:
        async for request in self._incoming.requests():
            try:
                self._asked.put_nowait(request)
            except asyncio.QueueFull as exc:
                raise ProtocolError("too many requests at once") from exc

    async def _answer(self) -> None:
        while True:
            self._answering = False
            self.idle_since = time.monotonic()
            request = await self._asked.get()
            self._answering = True
            try:
                await self._do(request)
            except BusyError as exc:
                await self._send(error_event(exc))

    async def _do(self, request: Utterance | Event) -> None:
        if isinstance(request, Utterance):
            await self._hear(request)
            return
        match request.type:
            case "synthesize":
                await self._speak(Speak.from_event(request))
            case "describe":
                await self._send(Event("info", self._house.describe()))
            case "ping":
                await self._send(Event("pong", {"text": request.data.get("text")}))
            case wire.STATUS:
                await self._send(Event(wire.STATUS, {EXTRA: self._house.status()}))
            case wire.ADMIT:
                await self._admit(request)

    async def _hear(self, asked: Utterance) -> None:
        pcm = await asyncio.to_thread(asked.format.pcm, asked.audio, SAMPLE_RATE)
        terms, hints = asked.asked.terms, asked.asked.hints
        self._seen(terms.call)
        transcript = await self._house.speech.transcribe(
            pcm, hints=hints, priority=terms.priority, call=terms.call or self.name, patience=terms.deadline
        )
        self._house.metrics.sound("hearing", len(pcm) / SAMPLE_RATE)
        await self._send(transcript_event(transcript, hints.language))

    async def _speak(self, asked: Speak) -> None:
        terms, rate = asked.terms, self._house.speech.sample_rate
        if asked.voice.name not in ("default", self._house.voice):
            raise ProtocolError(f"there is no voice {asked.voice.name!r} here, only {self._house.voice!r}")
        self._seen(terms.call)
        format_ = {"rate": rate, "width": 2, "channels": 1}
        chunks = self._house.speech.synthesise(
            asked.text,
            voice=asked.voice,
            priority=terms.priority,
            call=terms.call or self.name,
            in_hand=asked.in_hand,
            patience=terms.deadline,
        )
        started = False
        async for chunk in chunks:
            if not started:
                await self._send(Event("audio-start", dict(format_)))
                started = True
            self._house.metrics.sound("speaking", len(chunk) / rate)
            await self._send(audio_chunk(chunk, rate))
        if not started:
            await self._send(Event("audio-start", dict(format_)))
        await self._send(Event("audio-stop"))

    async def _admit(self, request: Event) -> None:
        call = extra(request).get("call")
        if not isinstance(call, str) or not 0 < len(call) <= 64:
            raise ProtocolError("this names no call")
        admission, now = self._house.admission, time.monotonic()
        told = {"admitted": admission.admit(call, self.name, now), "left": admission.left(now)}
        await self._send(Event(wire.ADMITTED, {EXTRA: told}))

    def _seen(self, call: str) -> None:
        if call:
            self._house.admission.seen(call, time.monotonic())

    async def _send(self, event: Event) -> None:
        await write_event(self._writer, event, self._house.limits)

    async def _close(self, failure: BaseException | None, *, at_once: bool = False) -> None:
        try:
            if failure is not None and not isinstance(failure, ConnectionError):
                await self._say_why(failure, at_once=at_once)
        finally:
            self._writer.transport.abort()

    async def _say_why(self, failure: BaseException, *, at_once: bool) -> None:
        error = failure if isinstance(failure, VoicesError) else VoicesError("the speech server failed")
        never_reads = isinstance(failure, TimeoutError)
        reason = "never reads" if never_reads else error.code
        log.warning("client closed reason=%s", reason)
        self._house.metrics.closed(reason)
        if never_reads:
            return
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(_LAST_WORD_SECONDS):
                await self._send(error_event(error))
                await self._hang_up(at_once=at_once)

    async def _hang_up(self, *, at_once: bool) -> None:
        """Throw away what still arrives, until the client closes too.

        Closing on it would reset the connection, and a client that is busy sending would never read the reason.
        """
        if at_once:
            self._writer.close()
            await self._writer.wait_closed()
            return
        self._writer.write_eof()
        while await self._reader.read(_THROWN_AWAY):
            pass
