"""Given a caller on a telephone line, what LiveKit hears of them: alone, and in a real session."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import numpy as np
import pytest
import soxr
from livekit import rtc
from livekit.agents import Agent, AgentSession, ModelSettings, llm, stt
from livekit.agents.stt import SpeechEventType
from livekit.agents.voice.io import AudioInput

from tests.voices.callers import RATE, cough, said
from voices.errors import BusyError
from voices.hearing import UNCLEAR_TEXT, Expectation, Hearing
from voices.plausibility import words
from voices.speech import Hints, Pcm, Priority, SpeechModels
from voices.transcript import Heard, Nothing, Transcript, Unclear
from voices.turn_taking import Over, Stage
from voices.whisper import Recogniser


class Ears(SpeechModels):
    """The real recogniser, or one that fails; no voice."""

    def __init__(self, recogniser: Recogniser, fails: bool = False) -> None:
        self.recogniser = recogniser
        self.fails = fails
        self.hints: list[Hints] = []

    async def transcribe(
        self, pcm: Pcm, *, hints: Hints = Hints(), priority: Priority = Priority.FINAL_TRANSCRIPT, call: str = ""
    ) -> Transcript:
        self.hints.append(hints)
        if self.fails:
            raise BusyError("full")
        return await asyncio.to_thread(self.recogniser.transcribe, pcm, hints)

    async def synthesise(self, text: str, **_: object) -> AsyncIterator[Pcm]:
        nothing: tuple[Pcm, ...] = ()
        for chunk in nothing:
            yield chunk

    @property
    def sample_rate(self) -> int:
        return 22_050


@pytest.fixture
def hearing(recogniser: Recogniser) -> Hearing:
    return Hearing(Ears(recogniser), call="test")


def frames(pcm: Pcm, rate: int = RATE, channels: int = 1) -> list[rtc.AudioFrame]:
    if rate != RATE:
        pcm = soxr.resample(pcm, RATE, rate)
    size = rate // 50
    pcm = np.repeat(pcm, channels)
    step = size * channels
    pieces = [pcm[start : start + step] for start in range(0, len(pcm) - step + 1, step)]
    return [rtc.AudioFrame(piece.tobytes(), rate, channels, size) for piece in pieces]


async def heard(hearing: Hearing, pcm: Pcm, rate: int = RATE, channels: int = 1) -> list[stt.SpeechEvent]:
    """Every event for this audio, which comes as fast as it is taken."""
    stream = hearing.stream()
    for frame in frames(pcm, rate, channels):
        stream.push_frame(frame)
    stream.end_input()
    events = [event async for event in stream]
    await stream.aclose()
    return events


def texts(events: list[stt.SpeechEvent], kind: SpeechEventType) -> list[str]:
    return [event.alternatives[0].text for event in events if event.type is kind]


async def test_one_turn_is_start_preflight_final_with_the_same_words_and_end(hearing: Hearing) -> None:
    events = await heard(hearing, said("My bin has not been collected.", 0.3))
    assert [event.type for event in events] == [
        SpeechEventType.START_OF_SPEECH,
        SpeechEventType.PREFLIGHT_TRANSCRIPT,
        SpeechEventType.FINAL_TRANSCRIPT,
        SpeechEventType.END_OF_SPEECH,
    ]
    assert texts(events, SpeechEventType.PREFLIGHT_TRANSCRIPT) == texts(events, SpeechEventType.FINAL_TRANSCRIPT)
    data = events[2].alternatives[0]
    assert words(data.text) == words("My bin has not been collected.")
    assert data.confidence > 0.6
    assert 0.8 < data.start_time < data.end_time
    assert events[3].speech_end_time is not None


@pytest.mark.parametrize(("rate", "channels"), [(8_000, 1), (16_000, 2), (24_000, 1), (48_000, 2)])
async def test_any_rate_and_stereo_are_heard(hearing: Hearing, rate: int, channels: int) -> None:
    events = await heard(hearing, said("Can I speak to a person please?", 0.3), rate, channels)
    (text,) = texts(events, SpeechEventType.FINAL_TRANSCRIPT)
    assert words(text)[-4:] == ["to", "a", "person", "please"]


async def test_a_cough_is_no_turn(hearing: Hearing) -> None:
    results: list[tuple[Transcript, Stage]] = []
    hearing.on_result = lambda transcript, stage: results.append((transcript, stage))
    events = await heard(hearing, said(cough(), 0.8))
    assert {event.type for event in events} <= {SpeechEventType.START_OF_SPEECH, SpeechEventType.END_OF_SPEECH}
    assert all(isinstance(transcript, Nothing) and stage == "final" for transcript, stage in results)


async def test_what_is_passed_over_is_no_turn_either(hearing: Hearing) -> None:
    # Given a caller who only says that they follow, when the call passes that over, then LiveKit hears of no words.
    results: list[tuple[Transcript, Stage]] = []
    hearing.on_result = lambda transcript, stage: results.append((transcript, stage))
    hearing.passes_over = lambda heard: words(heard.text) == ["yes"]
    events = await heard(hearing, said("Yes.", 0.3))
    assert {event.type for event in events} <= {SpeechEventType.START_OF_SPEECH, SpeechEventType.END_OF_SPEECH}
    assert results
    assert all(isinstance(transcript, Nothing) for transcript, _ in results)


async def test_an_empty_line_is_silent(hearing: Hearing) -> None:
    assert await heard(hearing, said(2.0)) == []


async def test_the_call_is_told_every_transcript_and_the_times_of_the_turn(hearing: Hearing) -> None:
    results: list[tuple[Transcript, Stage]] = []
    turns: list[Over] = []
    hearing.on_result = lambda transcript, stage: results.append((transcript, stage))
    hearing.on_turn = turns.append
    audio = said("My bin has not been collected.", 0.3)
    await heard(hearing, audio)
    assert [stage for _, stage in results] == ["preflight", "final"]
    assert results[0][0] == results[1][0]
    assert isinstance(results[0][0], Heard)
    assert turns[0].started == pytest.approx(RATE, abs=RATE // 10)
    assert turns[0].last_voiced == pytest.approx(len(audio) - 0.3 * RATE, abs=RATE // 8)


async def test_what_is_asked_for_reaches_the_recogniser(recogniser: Recogniser) -> None:
    ears = Ears(recogniser)
    hearing = Hearing(ears)
    hearing.expect(Expectation(hints=Hints(hotwords=("Mill Lane",))))
    await heard(hearing, said("Yes.", 0.3))
    assert ears.hints == [Hints(hotwords=("Mill Lane",))]


async def test_ears_that_fail_make_an_unclear_turn_so_that_the_caller_is_asked_again(recogniser: Recogniser) -> None:
    hearing = Hearing(Ears(recogniser, fails=True))
    results: list[Transcript] = []
    hearing.on_result = lambda transcript, stage: results.append(transcript)
    events = await heard(hearing, said("Yes.", 0.3))
    assert texts(events, SpeechEventType.FINAL_TRANSCRIPT) == [UNCLEAR_TEXT]
    assert results[-1] == Unclear(UNCLEAR_TEXT, 0.0)


async def test_a_whole_recording_is_heard_at_once_too(hearing: Hearing) -> None:
    event = await hearing.recognize(frames(said("Yes please, that's right.", 0.3), 8_000))
    assert words(event.alternatives[0].text) == words("Yes please, that's right.")


class Telephone(AudioInput):
    """A recording that comes in real time."""

    def __init__(self, pcm: Pcm) -> None:
        super().__init__(label="telephone")
        self._frames = iter(frames(pcm))
        self.over = asyncio.Event()

    async def __anext__(self) -> rtc.AudioFrame:
        await asyncio.sleep(0.02)
        frame = next(self._frames, None)
        if frame is None:
            self.over.set()
            raise StopAsyncIteration
        return frame


class NoModel(llm.LLM[str]):
    def chat(self, **_: Any) -> llm.LLMStream:
        raise NotImplementedError


class Line(Agent):
    """Remembers what replies were begun for, and which turns were really over."""

    def __init__(self) -> None:
        super().__init__(instructions="")
        self.begun: list[str] = []
        self.turns: list[str] = []

    async def llm_node(
        self, chat_ctx: llm.ChatContext, tools: list[llm.Tool], model_settings: ModelSettings
    ) -> AsyncIterator[str]:
        last = chat_ctx.items[-1]
        self.begun.append(last.text_content or "" if isinstance(last, llm.ChatMessage) else "")
        yield "Right."

    async def on_user_turn_completed(self, turn_ctx: llm.ChatContext, new_message: llm.ChatMessage) -> None:
        self.turns.append(new_message.text_content or "")


async def in_session(hearing: Hearing, pcm: Pcm) -> Line:
    line, caller = Line(), Telephone(pcm)
    session: AgentSession[None] = AgentSession(
        stt=hearing,
        llm=NoModel(),
        vad=None,
        turn_handling={
            "turn_detection": "stt",
            "endpointing": {"min_delay": 0.0, "max_delay": 0.0},
            "preemptive_generation": {"enabled": True, "max_retries": 1000, "max_speech_duration": 60.0},
        },
        aec_warmup_duration=None,
        user_away_timeout=None,
    )
    session.input.audio = caller
    await session.start(line, record=False)
    await caller.over.wait()
    await asyncio.sleep(0.5)
    await session.aclose()
    return line


async def test_in_a_session_a_turn_is_answered_from_the_work_done_ahead(hearing: Hearing) -> None:
    hearing.prewarm()
    line = await in_session(hearing, said("Can I speak to a person please?", 1.5))
    assert [words(turn) for turn in line.turns] == [words("Can I speak to a person please?")]
    assert line.begun == line.turns


async def test_in_a_session_a_cough_starts_nothing(hearing: Hearing) -> None:
    line = await in_session(hearing, said(cough(), 1.0))
    assert line.turns == line.begun == []


async def test_in_a_session_a_pause_after_half_an_answer_is_waited_out(hearing: Hearing) -> None:
    hearing.prewarm()
    hearing.expect(Expectation(completeness=lambda text: 1.0 if "road" in text.lower() else 0.0))
    line = await in_session(hearing, said("My bin has not been collected.", 0.6, "It is in Church Road.", 1.5))
    (turn,) = line.turns
    assert "bin" in turn
    assert turn.lower().rstrip(".").endswith("road")
    assert line.begun[-1] == turn
