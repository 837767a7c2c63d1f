"""The real models behind one door."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio

from agent import models
from tests.voices.callers import said
from voices.errors import BusyError, ModelMissingError
from voices.local import LocalSpeech
from voices.speech import Priority
from voices.transcript import Heard


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def speech() -> AsyncIterator[LocalSpeech]:
    whisper, voice = models.path("whisper-tiny-en"), models.path("piper-joe")
    async with LocalSpeech(whisper, voice, workers=1, most_waiting=3) as speech:
        yield speech


pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_caller_is_heard(speech: LocalSpeech) -> None:
    found = await speech.transcribe(said("My bin has not been collected.", 0.15), call="a")
    assert isinstance(found, Heard)
    assert found.text == "My bin has not been collected."


async def test_the_line_speaks_in_several_pieces(speech: LocalSpeech) -> None:
    chunks = [chunk async for chunk in speech.synthesise("Which street is it on, and near which house number?")]
    assert len(chunks) > 1
    assert all(chunk.dtype == np.int16 for chunk in chunks)
    assert sum(map(len, chunks)) > speech.sample_rate


async def test_who_stops_listening_stops_the_voice(speech: LocalSpeech) -> None:
    chunks = speech.synthesise("A long sentence that nobody is going to hear to its end, because the caller spoke.")
    async for _ in chunks:
        break
    await chunks.aclose()  # type: ignore[attr-defined]
    heard = [chunk async for chunk in speech.synthesise("Hello.")]
    assert heard
    assert speech.depth == 0


async def test_what_the_models_cannot_take_is_refused(speech: LocalSpeech) -> None:
    audio = said("Yes.", 0.15)
    results = await asyncio.gather(*(speech.transcribe(audio, call=str(n)) for n in range(8)), return_exceptions=True)
    assert sum(isinstance(result, BusyError) for result in results) >= 1
    assert sum(isinstance(result, Heard) for result in results) >= 3


async def test_the_end_of_a_turn_overtakes_partials(speech: LocalSpeech) -> None:
    audio = said("Yes.", 0.15)
    done: list[str] = []

    async def hear(name: str, priority: Priority) -> None:
        await speech.transcribe(audio, priority=priority, call=name)
        done.append(name)

    first = asyncio.create_task(hear("running", Priority.FINAL_TRANSCRIPT))
    await asyncio.sleep(0)
    partial = asyncio.create_task(hear("partial", Priority.PARTIAL_TRANSCRIPT))
    await asyncio.sleep(0)
    final = asyncio.create_task(hear("final", Priority.FINAL_TRANSCRIPT))
    await asyncio.gather(first, partial, final)
    assert done.index("final") < done.index("partial")


async def test_a_reply_with_nothing_left_to_play_goes_on_before_anything_else_is_done(speech: LocalSpeech) -> None:
    done: list[str] = []

    async def hear(name: str) -> None:
        await speech.transcribe(said("Yes.", 0.15), call=name)
        done.append(name)

    async def go_on() -> None:
        later = speech.synthesise("Goodbye.", priority=Priority.LATER_SENTENCE, call="playing", in_hand=0.0)
        async for _ in later:
            break
        done.append("playing")
        await later.aclose()  # type: ignore[attr-defined]

    running = asyncio.create_task(hear("running"))
    await asyncio.sleep(0)
    final = asyncio.create_task(hear("final"))
    await asyncio.sleep(0)
    await asyncio.gather(running, final, asyncio.create_task(go_on()))
    assert done == ["running", "playing", "final"]


async def test_a_missing_model_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(ModelMissingError):
        async with LocalSpeech(tmp_path, tmp_path):
            pass
