import asyncio
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from livekit.agents import APIConnectOptions, APIError

from tests.voices.speech_fixtures import RealSpeech, understood
from voices.errors import BusyError
from voices.ready import ReadySpeech
from voices.speaking import Speaking
from voices.speech import IN_HAND_SECONDS, Hints, Pcm, Priority, SpeechModels, Voice
from voices.transcript import Nothing, Transcript

ONE_TRY = APIConnectOptions(max_retry=0)


async def said(speaking: Speaking, *pieces: str) -> list[Pcm]:
    """The frames of a reply whose text arrives in `pieces`."""
    async with speaking.stream(conn_options=ONE_TRY) as stream:
        for piece in pieces:
            stream.push_text(piece)
        stream.end_input()
        return [np.frombuffer(event.frame.data, dtype=np.int16) async for event in stream]


async def test_a_reply_in_pieces_is_spoken_clause_by_clause() -> None:
    models = RealSpeech()

    frames = await said(Speaking(models), "Thanks. Your bin will be emp", "tied on Tues", "day. Good", "bye.")

    assert [text for text, _, _ in models.asked] == ["Thanks.", "Your bin will be emptied on Tuesday.", "Goodbye."]
    assert understood(np.concatenate(frames), "thanks your bin will be emptied on tuesday goodbye")


async def test_a_clause_is_spoken_before_the_reply_is_complete() -> None:
    models = RealSpeech()
    async with Speaking(models).stream() as stream:
        stream.push_text("Thanks. And then ")
        event = await anext(stream)

        assert event.frame.duration > 0
        assert [text for text, _, _ in models.asked] == ["Thanks."]


async def test_a_reply_begins_with_a_short_frame() -> None:
    models = RealSpeech()

    frames = await said(Speaking(models), "Your bin will be emptied on Tuesday.")

    assert len(frames[0]) <= 0.02 * models.sample_rate
    assert max(len(frame) for frame in frames) <= 0.1 * models.sample_rate


async def test_ready_clauses_are_not_synthesised_again(tmp_path: Path) -> None:
    models = RealSpeech()
    ready = ReadySpeech(tmp_path, models)
    await ready.prepare(["Thanks.", "Is there anything else?"])
    models.asked.clear()

    frames = await said(Speaking(models, ready=ready), "Thanks. It is on Tuesday. Is there anything else?")

    assert [text for text, _, _ in models.asked] == ["It is on Tuesday."]
    assert understood(np.concatenate(frames), "thanks it is on tuesday is there anything else")


async def test_clauses_join_without_a_click_and_without_a_long_gap(tmp_path: Path) -> None:
    models = RealSpeech()
    ready = ReadySpeech(tmp_path, models)
    await ready.prepare(["Thanks."])

    pcm = np.concatenate(await said(Speaking(models, ready=ready), "Thanks. Your reference is on its way. Goodbye."))

    windows = np.abs(pcm[: len(pcm) // 220 * 220].astype(int)).reshape(-1, 220).max(axis=1)
    quiet = np.split(windows, np.flatnonzero(windows > 60))
    assert 0.2 < max(len(run) for run in quiet) * 0.01 < 0.45
    pauses = [run for run in np.split(np.arange(len(pcm)), np.flatnonzero(pcm)) if len(run) > 1000]
    assert len(pauses) == 2
    for pause in pauses:
        assert np.abs(pcm[pause[0] - 10 : pause[0] + 1].astype(int)).max() < 300
        assert np.abs(pcm[pause[-1] + 1 : pause[-1] + 11].astype(int)).max() < 300


async def test_what_must_be_heard_first_is_asked_for_first() -> None:
    models = RealSpeech()

    await said(Speaking(models), "Your recycling will be collected on Tuesday the second of June. Then again. Goodbye.")

    assert [priority for _, _, priority in models.asked] == [
        Priority.FIRST_SENTENCE,
        Priority.LATER_SENTENCE,
        Priority.LATER_SENTENCE,
    ]


async def test_whoever_has_little_left_to_play_says_so(tmp_path: Path) -> None:
    models = RealSpeech()
    ready = ReadySpeech(tmp_path, models)
    await ready.prepare(["Thanks."])
    thanks = ready.get("Thanks.")
    assert thanks is not None
    models.asked.clear()
    models.in_hand.clear()

    await said(Speaking(models, ready=ready), "Thanks. Your reference is on its way.")

    assert [priority for _, _, priority in models.asked] == [Priority.LATER_SENTENCE]
    assert 0 < models.in_hand[0] <= len(thanks) / models.sample_rate


async def test_written_text_is_worded_for_the_ear() -> None:
    models = RealSpeech()
    speaking = Speaking(models, today=lambda: date(2026, 11, 23))

    await said(speaking, "Ashcombe will call on 2026-11-24.")

    assert models.asked[0][0] == "Ashcum will call tomorrow, Tuesday the twenty-fourth of November."


async def test_the_pace_can_change_between_replies(tmp_path: Path) -> None:
    models = RealSpeech()
    ready = ReadySpeech(tmp_path, models)
    await ready.prepare(["Thanks."])
    speaking = Speaking(models, ready=ready, voice=Voice("joe"))
    usual = await said(speaking, "Thanks.")
    models.asked.clear()

    speaking.pace = 1.5
    slower = await said(speaking, "Thanks.")

    assert [voice for _, voice, _ in models.asked] == [Voice("joe", 1.5)]
    assert sum(map(len, slower)) > sum(map(len, usual))


async def test_a_whole_reply_can_be_spoken_in_one_go() -> None:
    speaking = Speaking(RealSpeech())

    frame = await speaking.synthesize("Please hold the line. Thank you.").collect()

    assert frame.sample_rate == speaking.sample_rate
    assert understood(np.frombuffer(frame.data, dtype=np.int16), "please hold the line thank you")


async def test_barge_in_stops_synthesis() -> None:
    models = RealSpeech()
    stream = Speaking(models).stream()
    stream.push_text("Your recycling will be collected on Tuesday the second of June. " * 20)
    stream.end_input()
    await anext(stream)

    await stream.aclose()
    asked = len(models.asked)
    await asyncio.sleep(0.1)

    assert len(models.asked) == asked < 20
    assert models.closed == asked


@pytest.mark.parametrize("text", ["…", " - ", "🙂"])
async def test_text_without_a_sound_is_one_silent_frame(text: str) -> None:
    frames = await said(Speaking(RealSpeech()), text)

    assert not np.concatenate(frames).any()


class Full(RealSpeech):
    """A queue that is always full."""

    async def synthesise(
        self,
        text: str,
        *,
        voice: Voice = Voice(),
        priority: Priority = Priority.FIRST_SENTENCE,
        call: str = "",
        in_hand: float = IN_HAND_SECONDS,
    ) -> AsyncIterator[Pcm]:
        self.asked.append((text, voice, priority))
        if self.asked:
            raise BusyError("full")
        yield np.zeros(0, dtype=np.int16)


async def test_a_failure_says_which_and_never_what_was_to_be_said() -> None:
    with pytest.raises(APIError) as told:
        await said(Speaking(Full()), "Your postcode is QA1 4TB.")

    assert told.value.retryable
    assert str(told.value) == "speech failed: busy"
    assert isinstance(told.value.__cause__, BusyError)


async def test_ready_wording_is_spoken_even_when_the_models_are_not_there(tmp_path: Path) -> None:
    await ReadySpeech(tmp_path, RealSpeech()).prepare(["Please hold on."])
    full = Full()

    frames = await said(Speaking(full, ready=ReadySpeech(tmp_path, full)), "Please hold on.")

    assert understood(np.concatenate(frames), "please hold on")


class _Slow(SpeechModels):
    """A voice that takes so long for every clause after the first."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    async def transcribe(
        self, pcm: Pcm, *, hints: Hints = Hints(), priority: Priority = Priority.FINAL_TRANSCRIPT, call: str = ""
    ) -> Transcript:
        return Nothing()

    async def synthesise(self, text: str, **_: object) -> AsyncIterator[Pcm]:
        if text != "First.":
            await asyncio.sleep(self._seconds)
        yield np.ones(self.sample_rate // 10, dtype=np.int16)

    @property
    def sample_rate(self) -> int:
        return 16_000


@pytest.mark.parametrize(("takes", "text_comes_after", "silences"), [(0.5, 0.0, 1), (0.0, 0.5, 0)])
async def test_a_late_sound_is_a_silence_and_a_pause_before_unknown_words_is_none(
    takes: float, text_comes_after: float, silences: int
) -> None:
    speaking = Speaking(_Slow(takes))
    async with speaking.stream() as stream:
        stream.push_text("First. ")
        await asyncio.sleep(text_comes_after)
        stream.push_text("Second. ")
        stream.end_input()
        async for _ in stream:
            pass
    assert speaking.silences == silences
