"""Callers with whom nobody can talk: each ends with a clear outcome, and takes nobody's line for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from bench.installation import configured, records, worker
from telephony.recording import Pcm
from tests.calls.voices import VOICES, spoken
from tests.telephony.livekit import LiveKit, ring
from tests.telephony.sounds import RATE, calling_fax, hold_music

pytestmark = [pytest.mark.xdist_group("livekit"), pytest.mark.timeout(500)]

_LONGEST_MINUTES = 2
_TALK = (
    "I told the man last week that the bin was not emptied and he said that somebody would come round on Thursday",
    "but nobody came and then my neighbour said that hers was not emptied either and she has been here for years",
    "and it was never like that before they changed the lorries because the old ones came on a Tuesday morning",
)


@pytest.fixture
def strict_line(livekit: LiveKit, tmp_path: Path) -> Iterator[Path]:
    """A line whose longest call is two minutes, and where nobody has time to come."""
    sections = {"agent": {"longest_call_minutes": _LONGEST_MINUTES}}
    config = configured(tmp_path, livekit, sections=sections, person_wait_seconds=5)
    with worker(config):
        yield config


async def _outcome(livekit: LiveKit, config: Path, sound: Pcm | None) -> str:
    """How a call ends whose caller makes that sound without a pause, or none at all."""
    async with ring(livekit) as caller:
        await caller.hears_speech(60)
        call_id = await caller.room.sid
        making = asyncio.create_task(caller.say(sound) if sound is not None else asyncio.sleep(0))
        try:
            async with asyncio.timeout(60 * _LONGEST_MINUTES + 60):
                await caller.gone.wait()
        finally:
            making.cancel()
            await asyncio.gather(making, return_exceptions=True)
    async with records(config) as store, asyncio.timeout(20):
        while (call := await store.call(call_id)).ended is None:  # noqa: ASYNC110 - another process writes it
            await asyncio.sleep(0.1)
    return call.outcome or ""


async def test_silence_endless_talk_music_and_a_fax_each_come_to_an_end(livekit: LiveKit, strict_line: Path) -> None:
    seconds = 60.0 * _LONGEST_MINUTES + 30
    talk = await asyncio.to_thread(lambda: np.concatenate([spoken(words, VOICES[0]) for words in _TALK]))
    sounds = {
        "silence": None,
        "talk": np.resize(talk, int(seconds * RATE)),
        "music": hold_music(seconds),
        "fax": calling_fax(30.0),
    }
    ends = await asyncio.gather(*(_outcome(livekit, strict_line, sound) for sound in sounds.values()))
    outcomes = dict(zip(sounds, ends, strict=True))
    assert outcomes["silence"] == "end after silence"
    assert outcomes["fax"] == "a fax machine"
    assert outcomes["talk"] == "end the longest call"
    assert outcomes["music"] in ("end the longest call", "end after silence", "say goodbye")
