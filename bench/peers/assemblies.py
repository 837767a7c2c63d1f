"""The same ears, voice and reply put together in several ways: as others do it, and as Townline does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from faster_whisper import WhisperModel
from livekit import rtc
from livekit.agents import (
    Agent,
    AgentSession,
    APIConnectOptions,
    ConversationItemAddedEvent,
    ModelSettings,
    UserStateChangedEvent,
    llm,
    stt,
    tts,
)
from livekit.agents.inference import VAD
from livekit.agents.types import DEFAULT_API_CONNECT_OPTIONS, NOT_GIVEN, NotGivenOr
from livekit.agents.utils import AudioBuffer, shortuuid
from piper import PiperVoice

from agent.call import TURN_HANDLING
from agent.resident import DialogueModel
from bench.peers.handset import Handset
from bench.peers.pipecat_line import pipecat
from bench.peers.wyoming_chain import chain
from telephony.direct import CallerAudio, LineAudio
from voices.hearing import Hearing
from voices.speaking import Speaking

REPLY = "Thank you, I have noted that."
_WHISPER_RATE = 16_000


class PlainWhisper(stt.STT[str]):
    """Faster-whisper as most people run it: half a minute's window, whatever was said."""

    def __init__(self, model: Path) -> None:
        super().__init__(capabilities=stt.STTCapabilities(streaming=False, interim_results=False))
        self._model = WhisperModel(str(model), device="cpu", compute_type="int8")

    async def _recognize_impl(
        self, buffer: AudioBuffer, *, language: NotGivenOr[str] = NOT_GIVEN, conn_options: APIConnectOptions
    ) -> stt.SpeechEvent:
        frame = rtc.combine_audio_frames(buffer)
        resampler = rtc.AudioResampler(frame.sample_rate, _WHISPER_RATE)
        same = frame.sample_rate == _WHISPER_RATE
        frames = [frame] if same else [*resampler.push(frame), *resampler.flush()]
        samples = np.concatenate([np.frombuffer(one.data, dtype=np.int16) for one in frames])
        text = await asyncio.to_thread(self._text, samples.astype(np.float32) / 32768)
        data = stt.SpeechData(language="en", text=text)  # type: ignore[arg-type]
        return stt.SpeechEvent(stt.SpeechEventType.FINAL_TRANSCRIPT, alternatives=[data])

    def _text(self, samples: Any) -> str:
        segments, _ = self._model.transcribe(samples, language="en", beam_size=2)
        return " ".join(segment.text.strip() for segment in segments)


class PlainPiper(tts.TTS[str]):
    """Piper as its package speaks: a sentence at a time."""

    def __init__(self, model: Path) -> None:
        self.voice = PiperVoice.load(next(model.glob("*.onnx")))
        super().__init__(
            capabilities=tts.TTSCapabilities(streaming=False),
            sample_rate=self.voice.config.sample_rate,
            num_channels=1,
        )

    def synthesize(
        self, text: str, *, conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS
    ) -> tts.ChunkedStream:
        """Speak `text`."""
        return _PlainReply(self, text, conn_options)


class _PlainReply(tts.ChunkedStream):
    def __init__(self, plain: PlainPiper, text: str, conn_options: APIConnectOptions) -> None:
        super().__init__(tts=plain, input_text=text, conn_options=conn_options)
        self._plain = plain

    async def _run(self, output_emitter: tts.AudioEmitter) -> None:
        output_emitter.initialize(
            request_id=shortuuid(), sample_rate=self._plain.sample_rate, num_channels=1, mime_type="audio/pcm"
        )
        chunks = iter(self._plain.voice.synthesize(self._input_text))

        def following() -> bytes | None:
            chunk = next(chunks, None)
            return None if chunk is None else chunk.audio_int16_bytes

        while (pcm := await asyncio.to_thread(following)) is not None:
            output_emitter.push(pcm)


class FixedReply(Agent):
    """Says the same whatever was heard: no dialogue is measured."""

    def __init__(self) -> None:
        super().__init__(instructions="")

    async def llm_node(
        self, chat_ctx: llm.ChatContext, tools: list[llm.Tool], model_settings: ModelSettings
    ) -> AsyncIterator[str]:
        """The reply."""
        yield REPLY


@dataclass(frozen=True, slots=True)
class Assembly:
    """One way of putting it together. `answers` has the handset answered while its context is open, and yields the
    ids of the processes it started. `expect` is told what kind of answer comes, where the assembly can use it.
    """

    name: str
    answers: Callable[[Handset], AbstractAsyncContextManager[list[int]]]
    expect: Callable[[str | None], None] = lambda entity: None


def others(whisper: Path, piper: Path) -> list[Assembly]:
    """Pipecat, and the chain of Wyoming servers, with their defaults."""
    voice = next(piper.glob("*.onnx"))
    return [
        Assembly("pipecat, defaults", partial(pipecat, whisper=whisper, voice=voice, reply=REPLY)),
        Assembly("Wyoming chain, 0.7 s", partial(chain, whisper=whisper, voice=voice, reply=REPLY)),
    ]


def plain(whisper: PlainWhisper, piper: PlainPiper) -> list[Assembly]:
    """livekit-agents with its defaults, and with voice activity alone."""

    def defaults() -> AgentSession[None]:
        return AgentSession(stt=whisper, tts=piper, llm=DialogueModel(), user_away_timeout=None)

    def activity_alone() -> AgentSession[None]:
        return AgentSession(
            stt=whisper,
            tts=piper,
            llm=DialogueModel(),
            vad=VAD(),
            turn_handling={"turn_detection": "vad"},
            user_away_timeout=None,
        )

    return [
        Assembly("livekit-agents, defaults", partial(_session_answers, make=defaults, rate=piper.sample_rate)),
        Assembly("livekit-agents, VAD only", partial(_session_answers, make=activity_alone, rate=piper.sample_rate)),
    ]


def townline(name: str, hearing: Hearing, speaking: Speaking, expect: Callable[[str | None], None]) -> Assembly:
    """Our ears and voice, and LiveKit told to let them end turns."""

    def session() -> AgentSession[None]:
        made: AgentSession[None] = AgentSession(
            stt=hearing,
            tts=speaking,
            llm=DialogueModel(),
            vad=None,
            turn_handling=TURN_HANDLING,  # type: ignore[arg-type]
            aec_warmup_duration=None,
            user_away_timeout=None,
        )

        def stop(event: UserStateChangedEvent) -> None:
            if event.new_state == "speaking":
                made.interrupt()

        made.on("user_state_changed", stop)
        return made

    return Assembly(name, partial(_session_answers, make=session, rate=speaking.sample_rate), expect)


@asynccontextmanager
async def _session_answers(
    handset: Handset, make: Callable[[], AgentSession[None]], rate: int
) -> AsyncIterator[list[int]]:
    """A LiveKit session in this process."""
    session, ear = make(), CallerAudio()
    handset.line.sample_rate = rate
    handset.hear = ear.push
    session.input.audio = ear
    session.output.audio = LineAudio(rate, handset.play, lambda: None)

    def added(event: ConversationItemAddedEvent) -> None:
        if isinstance(event.item, llm.ChatMessage) and event.item.role == "user":
            handset.took_turn()

    session.on("conversation_item_added", added)
    await session.start(FixedReply(), record=False)
    try:
        yield []
    finally:
        ear.close()
        await session.aclose()
