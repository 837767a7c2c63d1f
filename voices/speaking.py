"""The LiveKit TTS plugin: written replies in, frames of speech out, clause by clause."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from datetime import date

import numpy as np
from livekit.agents import APIConnectOptions, APIError, tts
from livekit.agents.types import DEFAULT_API_CONNECT_OPTIONS, TimedString
from livekit.agents.utils import shortuuid

from voices.clauses import pause_after, split, take_finished
from voices.edges import silence
from voices.errors import ServerUnavailableError, VoicesError
from voices.lexicon import Lexicon, shipped
from voices.meanwhile import meanwhile
from voices.ready import ReadySpeech
from voices.speech import Pcm, Priority, SpeechModels, Voice
from voices.wording import for_ear

_FRAME_MS = 100
"""LiveKit makes the first frames of a reply smaller, so that it is heard as early."""
_SILENT_FRAME_SECONDS = 0.02
_OWN_PACE = Voice()
_LATE_SECONDS = 0.05
"""A pause between two words is hardly noticed up to this."""
_SILENT_SECONDS, _HOLDING_SECONDS = 3.0, 5.0
"""Speech that is late by so much is bridged by the holding phrase, which is said again after so much more."""
_TRIES = 6
"""How often a server that is away is asked for a clause; each time it has as long as `voices.client` waits."""


class Speaking(tts.TTS[str]):
    """One call's voice. What is ready starts at once; the rest is synthesised while that is heard."""

    def __init__(
        self,
        models: SpeechModels,
        *,
        ready: ReadySpeech | None = None,
        lexicon: Lexicon | None = None,
        voice: Voice = _OWN_PACE,
        call: str = "",
        today: Callable[[], date] | None = None,
        holding: str = "",
    ) -> None:
        """`holding` is said while the models are away for some seconds, if it is ready."""
        super().__init__(
            capabilities=tts.TTSCapabilities(streaming=True), sample_rate=models.sample_rate, num_channels=1
        )
        self._models = models
        self._ready = ready
        self._lexicon = shipped() if lexicon is None else lexicon
        self._voice = voice
        self._call = call
        self._today = today
        self._holding = holding
        self.silences = 0
        """How often a sound came so late that the line fell silent in the middle of its own words. A pause before words
        that are not known yet is none."""
        self.pace = voice.length_scale
        """Length scale from the next clause on: 1.0 is the voice's own pace, 1.3 is slower."""

    @property
    def model(self) -> str:
        """The voice's name."""
        return self._voice.name

    @property
    def provider(self) -> str:
        """What LiveKit's metrics call the maker."""
        return "piper"

    def synthesize(
        self, text: str, *, conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS
    ) -> tts.ChunkedStream:
        """Speak `text`, all of it known."""
        return WholeReply(self, text, conn_options)

    def stream(self, *, conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS) -> tts.SynthesizeStream:
        """Speak text that arrives in pieces."""
        return StreamedReply(self, conn_options)

    async def speak(
        self, clauses: AsyncIterator[str], begins: Callable[[str, float], None] = lambda clause, at: None
    ) -> AsyncGenerator[Pcm, None]:
        """The sound of `clauses` with the pauses between them. Raises `APIError` with the cause chained.

        `begins` is told of each clause before its first sound, and after how many seconds of speech that comes.
        """
        loop = asyncio.get_running_loop()
        before, seconds, until = "", 0.0, 0.0
        async for clause in clauses:
            known = loop.time()
            pause = pause_after(before, self.pace) if before else 0.0
            begins(clause, seconds + pause)
            async with aclosing(self._clause(clause, until)) as chunks:
                async for chunk in chunks:
                    now = loop.time()
                    self.silences += bool(until) and now > max(until, known) + _LATE_SECONDS
                    pcm = np.concatenate([silence(pause, self.sample_rate), chunk]) if pause else chunk
                    before, pause = clause, 0.0
                    seconds += len(pcm) / self.sample_rate
                    until = max(until, now) + len(pcm) / self.sample_rate
                    yield pcm

    async def _clause(self, clause: str, until: float) -> AsyncGenerator[Pcm, None]:
        """One clause; one that the server left in the middle of is said again from its beginning.

        until: when the speech before it will have been heard, in the loop's time.
        """
        ready = self._ready.get(clause, self.pace) if self._ready is not None else None
        if ready is not None:
            yield ready
            return
        said = for_ear(clause, self._lexicon, today=self._today() if self._today else None)
        for left in reversed(range(_TRIES)):
            try:
                async with aclosing(self._synthesised(said, until)) as chunks:
                    async for chunk in chunks:
                        yield chunk
            except VoicesError as exc:
                if left == 0 or not isinstance(exc, ServerUnavailableError):
                    raise APIError(f"speech failed: {exc.code}", retryable=exc.retryable) from exc
            else:
                return

    async def _synthesised(self, said: str, until: float) -> AsyncGenerator[Pcm, None]:
        voice, in_hand = Voice(self._voice.name, self.pace), max(0.0, until - asyncio.get_running_loop().time())
        priority = Priority.LATER_SENTENCE if in_hand else Priority.FIRST_SENTENCE
        chunks = self._models.synthesise(said, voice=voice, priority=priority, call=self._call, in_hand=in_hand)
        first = in_hand + _SILENT_SECONDS
        try:
            async with aclosing(meanwhile(chunks, self._hold, first=first, later=_HOLDING_SECONDS)) as spoken:
                async for chunk in spoken:
                    yield chunk
        finally:
            if isinstance(chunks, AsyncGenerator):
                await chunks.aclose()

    def _hold(self) -> Pcm | None:
        if self._ready is None or not self._holding:
            return None
        at_pace = self._ready.get(self._holding, self.pace)
        return self._ready.get(self._holding) if at_pace is None else at_pace


class StreamedReply(tts.SynthesizeStream):
    """A reply whose text arrives in pieces."""

    def __init__(self, speaking: Speaking, conn_options: APIConnectOptions) -> None:
        super().__init__(tts=speaking, conn_options=conn_options)
        self._speaking = speaking

    async def _run(self, output_emitter: tts.AudioEmitter) -> None:
        output_emitter.initialize(
            request_id=shortuuid(),
            sample_rate=self._speaking.sample_rate,
            num_channels=1,
            mime_type="audio/pcm",
            frame_size_ms=_FRAME_MS,
            stream=True,
        )
        output_emitter.start_segment(segment_id=shortuuid())
        await _emit(self._speaking, self._clauses(), output_emitter)

    async def _clauses(self) -> AsyncIterator[str]:
        waiting = ""
        async for piece in self._input_ch:
            waiting += piece if isinstance(piece, str) else "\n"
            finished, waiting = take_finished(waiting)
            for clause in finished:
                self._mark_started()
                yield clause
        for clause in split(waiting):
            self._mark_started()
            yield clause


class WholeReply(tts.ChunkedStream):
    """A reply whose text is known."""

    def __init__(self, speaking: Speaking, text: str, conn_options: APIConnectOptions) -> None:
        super().__init__(tts=speaking, input_text=text, conn_options=conn_options)
        self._speaking = speaking

    async def _run(self, output_emitter: tts.AudioEmitter) -> None:
        output_emitter.initialize(
            request_id=shortuuid(),
            sample_rate=self._speaking.sample_rate,
            num_channels=1,
            mime_type="audio/pcm",
            frame_size_ms=_FRAME_MS,
        )
        await _emit(self._speaking, _each(split(self._input_text)), output_emitter)


async def _each(clauses: list[str]) -> AsyncIterator[str]:
    for clause in clauses:
        yield clause


async def _emit(speaking: Speaking, clauses: AsyncIterator[str], emitter: tts.AudioEmitter) -> None:
    """Push everything; text without a sound becomes one silent frame, since LiveKit puts silent text into an error."""
    heard = False

    def begins(clause: str, at: float) -> None:
        emitter.push_timed_transcript(TimedString(f"{clause} ", start_time=at))

    async with aclosing(speaking.speak(clauses, begins)) as chunks:
        async for pcm in chunks:
            heard = True
            emitter.push(pcm.tobytes())
    if not heard:
        emitter.push(silence(_SILENT_FRAME_SECONDS, speaking.sample_rate).tobytes())
