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
from telephony.direct import CallerAudio, LineAudio
from telephony.recording import Pcm
from tests.agent.typed_call import typed_call
from tests.telephony.sounds import tone
from voices.hearing import Hearing
from voices.speaking import Speaking
from voices.speech import Hints, Priority, SpeechModels, Voice
from voices.transcript import Nothing, Transcript

RATE = 16_000


class Murmur(SpeechModels):
    """A voice that says every clause as a short tone, and ears that hear nothing."""

    async def transcribe(
        self, pcm: Pcm, *, hints: Hints = Hints(), priority: Priority = Priority.FINAL_TRANSCRIPT, call: str = ""
    ) -> Transcript:
        return Nothing()

    async def synthesise(
        self, text: str, *, voice: Voice = Voice(), priority: Priority = Priority.FIRST_SENTENCE, call: str = ""
    ) -> AsyncIterator[Pcm]:
        yield tone(300.0, 0.1)

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
