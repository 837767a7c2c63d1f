"""The end of a call, in a real session: the last words are heard, and then the line hangs up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest

from agent.actions.runner import ActionRunner
from agent.call import Call
from agent.records import Store
from agent.state import Phase
from telephony.direct import CallerAudio, LineAudio
from telephony.recording import Pcm
from tests.agent.typed_call import typed_call
from tests.telephony.sounds import tone
from voices.hearing import Hearing
from voices.speaking import Speaking
from voices.speech import Hints, Priority, SpeechModels
from voices.transcript import Heard, Nothing, Transcript

RATE = 16_000
_CLAUSE_SECONDS = 0.5


class Murmur(SpeechModels):
    """A voice that says every clause as a short tone, and ears that hear nothing."""

    async def transcribe(
        self, pcm: Pcm, *, hints: Hints = Hints(), priority: Priority = Priority.FINAL_TRANSCRIPT, call: str = ""
    ) -> Transcript:
        return Nothing()

    async def synthesise(self, text: str, **_: object) -> AsyncIterator[Pcm]:
        yield tone(300.0, _CLAUSE_SECONDS)

    @property
    def sample_rate(self) -> int:
        return RATE


@asynccontextmanager
async def ringing(store: Store, folder: Path) -> AsyncIterator[tuple[Call, list[Pcm]]]:
    """A call that was picked up, and what its caller has heard."""
    heard: list[Pcm] = []
    async with ActionRunner.in_process(database=folder / "office.db") as runner, typed_call(store, runner) as typed:
        call = Call(typed.conversation, Hearing(Murmur()), Speaking(Murmur()))
        await call.answer(CallerAudio(), LineAudio(RATE, heard.append, lambda: None))
        yield call, heard
        await call.hang_up("the test is over")


@pytest.mark.timeout(60)
@pytest.mark.parametrize("last", ["the time is up", "no thank you, goodbye"])
async def test_the_line_hangs_up_after_its_last_words(store: Store, tmp_path: Path, last: str) -> None:
    # Given last words that answer no turn of LiveKit's (a clock, a key, a typed word), then they are heard to their
    # end all the same, and the call is over.
    async with ringing(store, tmp_path) as (call, heard):
        said = len(heard)
        if last == "the time is up":
            await call.time_is_up()
        else:
            call.type_text(last)
        async with asyncio.timeout(30):
            await call.ended.wait()
    assert call.outcome == ("end the longest call" if last == "the time is up" else "say goodbye")
    assert np.concatenate(heard[said:]).any()


async def _begins_its_last_words(call: Call, heard: list[Pcm]) -> None:
    """The time is up, and the line has begun to say so, whatever else is said."""
    await call.time_is_up()
    said = len(heard)
    async with asyncio.timeout(30):
        while len(heard) <= said:  # noqa: ASYNC110 - audio comes in real time
            await asyncio.sleep(0.02)


def _says(call: Call, words: str) -> None:
    assert call.hearing.on_result is not None
    call.hearing.on_result(Heard(words, 0.9), "final")


@pytest.mark.timeout(60)
async def test_last_words_are_said_to_their_end_whoever_talks_into_them(store: Store, tmp_path: Path) -> None:
    async with ringing(store, tmp_path) as (call, heard):
        await _begins_its_last_words(call, heard)
        said = len(heard)
        _says(call, "and another thing that I wanted to say")
        async with asyncio.timeout(30):
            await call.ended.wait()
    assert len(heard) - said > _CLAUSE_SECONDS / 0.02
    assert call.outcome == "end the longest call"


@pytest.mark.timeout(60)
@pytest.mark.parametrize("words", ["my house is on fire", "can I speak to a person please"])
async def test_danger_and_the_wish_for_a_person_come_before_the_last_words(
    store: Store, tmp_path: Path, words: str
) -> None:
    async with ringing(store, tmp_path) as (call, heard):
        await _begins_its_last_words(call, heard)
        _says(call, words)
        said = len(heard)
        await asyncio.sleep(2 * _CLAUSE_SECONDS)
        assert len(heard) - said < _CLAUSE_SECONDS / 0.02


@pytest.mark.timeout(60)
async def test_nought_comes_before_the_last_words_and_fetches_a_person(store: Store, tmp_path: Path) -> None:
    async with ringing(store, tmp_path) as (call, heard):
        await _begins_its_last_words(call, heard)
        call.press("0")
        async with asyncio.timeout(30):
            while call.conversation.state.phase is not Phase.PERSON:  # noqa: ASYNC110 - keys are collected in real time
                await asyncio.sleep(0.05)
        await asyncio.sleep(1.0)
        assert not call.ended.is_set()
