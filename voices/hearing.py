"""LiveKit's way to our ears: a streaming recogniser that also says when the caller's turn is over.

Meant for an `AgentSession` with `vad=None`, `turn_detection="stt"` and `endpointing.min_delay` 0. A turn is
START_OF_SPEECH, PREFLIGHT_TRANSCRIPT once the caller pauses (again when they go on and pause again), then
FINAL_TRANSCRIPT with the very words of the last preflight, so that work done ahead is kept, and END_OF_SPEECH.
Noise without words is START_OF_SPEECH and END_OF_SPEECH with nothing between, which LiveKit takes for no turn.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable

import numpy as np
from livekit import rtc
from livekit.agents import APIConnectOptions, stt, utils
from livekit.agents.language import LanguageCode
from livekit.agents.types import DEFAULT_API_CONNECT_OPTIONS, NOT_GIVEN, NotGivenOr
from livekit.local_inference import init_vad

from voices.activity import SAMPLE_RATE, Activity, detector
from voices.endpointing import Expectation
from voices.errors import VoicesError
from voices.patience import Patience
from voices.speech import Pcm, Priority, SpeechModels
from voices.transcript import Heard, Nothing, Transcript, Unclear
from voices.turn_taking import Began, Happening, Over, Stage, TurnTaking, Words

__all__ = ["UNCLEAR_TEXT", "Expectation", "Hearing", "HearingStream", "Stage"]

log = logging.getLogger(__name__)

UNCLEAR_TEXT = "…"
"""The text of an unclear turn for which there is not even a guess: LiveKit takes no notice of empty finals."""

_AUDIO_STOPPED = 1.0
"""Seconds without any audio after which it counts as silence: some phones send none while nobody speaks."""
_TICK = 0.1


class Hearing(stt.STT[str]):
    """One call's ears.

    `on_result` gets every transcript as its own type with its stage; a turn of noise is `Nothing` at stage "final".
    `on_turn` gets the times of each turn.
    """

    def __init__(self, models: SpeechModels, *, call: str = "", interim: bool = False, language: str = "en") -> None:
        super().__init__(
            capabilities=stt.STTCapabilities(streaming=True, interim_results=interim, offline_recognize=True)
        )
        self._models = models
        self._call = call
        self._language = language
        self.interim = interim
        self.expectation = Expectation()
        self.patience = Patience()
        """What this caller is given besides what the dialogue asks for."""
        self.on_result: Callable[[Transcript, Stage], None] | None = None
        self.on_turn: Callable[[Over], None] | None = None
        self.passes_over: Callable[[Heard | Unclear], bool] = lambda heard: False
        """Which words are no turn, like "mm-hm" while the line speaks: they are told as `Nothing`."""
        self.awaited: Callable[[], float] = lambda: 0.0
        """For how many seconds a caller who has spoken has waited for their words to be made out."""

    @property
    def model(self) -> str:
        """For LiveKit's metrics."""
        return "whisper"

    @property
    def provider(self) -> str:
        """For LiveKit's metrics."""
        return "townline"

    @property
    def language(self) -> LanguageCode:
        """The caller's language."""
        return LanguageCode(self._language)

    def expect(self, expectation: Expectation) -> None:
        """What the line has just asked for: how to listen from now on."""
        self.expectation = expectation

    async def hear(self, pcm: Pcm, priority: Priority) -> Transcript:
        """Words in `pcm` (int16 mono, 16 kHz). When the models fail they are unclear: the caller is asked again."""
        hints = self.expectation.hints
        try:
            found = await self._models.transcribe(pcm, hints=hints, priority=priority, call=self._call)
        except VoicesError as exc:
            if priority is Priority.PARTIAL_TRANSCRIPT:
                return Nothing()
            log.warning("hearing failed", extra={"call": self._call, "code": exc.code})
            return Unclear(UNCLEAR_TEXT, 0.0)
        if isinstance(found, Unclear) and not found.text:
            return Unclear(UNCLEAR_TEXT, found.confidence)
        return found

    def prewarm(self) -> None:
        """Load the voice-activity model before the first call needs it."""
        init_vad()

    def stream(
        self,
        *,
        language: NotGivenOr[str] = NOT_GIVEN,
        conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS,
    ) -> HearingStream:
        """Ears for one stream of audio, at any rate, mono or stereo."""
        return HearingStream(self, conn_options)

    async def _recognize_impl(
        self,
        buffer: utils.AudioBuffer,
        *,
        language: NotGivenOr[str] = NOT_GIVEN,
        conn_options: APIConnectOptions,
    ) -> stt.SpeechEvent:
        frame = _mono(rtc.combine_audio_frames(buffer))
        resampler = rtc.AudioResampler(frame.sample_rate, SAMPLE_RATE)
        frames = [*resampler.push(frame), *resampler.flush()] if frame.sample_rate != SAMPLE_RATE else [frame]
        pcm = np.concatenate([_pcm(frame) for frame in frames])
        found = await self.hear(pcm, Priority.FINAL_TRANSCRIPT)
        return stt.SpeechEvent(stt.SpeechEventType.FINAL_TRANSCRIPT, alternatives=[self.speech_data(found)])

    def speech_data(self, found: Transcript, start: float = 0.0, end: float = 0.0) -> stt.SpeechData:
        """A transcript in LiveKit's form; `start` and `end` in seconds of the session."""
        if isinstance(found, Nothing):
            return stt.SpeechData(self.language, "", start, end)
        return stt.SpeechData(self.language, found.text, start, end, found.confidence)


class HearingStream(stt.RecognizeStream):
    """One stream of audio."""

    def __init__(self, hearing: Hearing, conn_options: APIConnectOptions) -> None:
        super().__init__(stt=hearing, conn_options=conn_options, sample_rate=SAMPLE_RATE)
        self._hearing = hearing
        self._fed_at = 0.0

    def push_frame(self, frame: rtc.AudioFrame) -> None:
        """Take audio of any rate; the channels of stereo are mixed."""
        super().push_frame(_mono(frame))

    async def _run(self) -> None:
        turns = TurnTaking(
            Activity(detector()),
            self._hearing.hear,
            lambda: self._hearing.expectation,
            self._tell,
            patience=self._hearing.patience,
            interim=self._hearing.interim,
        )
        self._hearing.awaited = lambda: turns.awaited
        watch = asyncio.create_task(self._silence_when_stopped(turns), name="audio that stopped")
        try:
            async for item in self._input_ch:
                if isinstance(item, rtc.AudioFrame):
                    self._fed_at = asyncio.get_running_loop().time()
                    turns.push(_pcm(item))
                else:
                    await turns.finish()
        finally:
            await utils.aio.cancel_and_wait(watch)
            await turns.aclose()

    async def _silence_when_stopped(self, turns: TurnTaking) -> None:
        silence = np.zeros(int(_TICK * SAMPLE_RATE), dtype=np.int16)
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            await asyncio.sleep(_TICK)
            if loop.time() - began > 2 * _TICK:
                # This process was held up, so audio that came in the meantime has not been looked at yet.
                self._fed_at = loop.time()
            if turns.speaking and asyncio.get_running_loop().time() - self._fed_at > _AUDIO_STOPPED:
                turns.push(silence)

    def _tell(self, happening: Happening) -> None:
        match happening:
            case Began():
                self._event_ch.send_nowait(stt.SpeechEvent(stt.SpeechEventType.START_OF_SPEECH))
            case Words():
                self._tell_words(happening)
            case Over():
                ended = time.time() - happening.silence
                self._event_ch.send_nowait(stt.SpeechEvent(stt.SpeechEventType.END_OF_SPEECH, speech_end_time=ended))
                if self._hearing.on_turn is not None:
                    self._hearing.on_turn(happening)

    def _tell_words(self, words: Words) -> None:
        heard = words.transcript
        if not isinstance(heard, Nothing) and self._hearing.passes_over(heard):
            heard = Nothing()
        if self._hearing.on_result is not None:
            self._hearing.on_result(heard, words.stage)
        if isinstance(heard, Nothing):
            return
        start, end = (self.start_time_offset + at / SAMPLE_RATE for at in (words.started, words.last_voiced))
        data = self._hearing.speech_data(heard, start, end)
        self._event_ch.send_nowait(stt.SpeechEvent(_EVENTS[words.stage], alternatives=[data]))


_EVENTS: dict[Stage, stt.SpeechEventType] = {
    "interim": stt.SpeechEventType.INTERIM_TRANSCRIPT,
    "preflight": stt.SpeechEventType.PREFLIGHT_TRANSCRIPT,
    "final": stt.SpeechEventType.FINAL_TRANSCRIPT,
}


def _pcm(frame: rtc.AudioFrame) -> Pcm:
    return np.frombuffer(frame.data, dtype=np.int16)


def _mono(frame: rtc.AudioFrame) -> rtc.AudioFrame:
    if frame.num_channels == 1:
        return frame
    mixed = _pcm(frame).reshape(-1, frame.num_channels).mean(axis=1).astype(np.int16)
    return rtc.AudioFrame(mixed.tobytes(), frame.sample_rate, 1, len(mixed))
