"""Callers with whom nobody can talk: each call comes to an end that is on record, and that can be counted."""

from __future__ import annotations

import asyncio
import re
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from agent.records import Call, Store, Turn
from agent.worker_figures import ENDS
from bench.telephone.installation import configured, records, worker
from telephony.recording import Pcm
from telephony.rooms import call_id_of
from tests.calls.voices import VOICES, spoken
from tests.telephony.livekit import LiveKit, free_port, ring
from tests.telephony.sounds import RATE, calling_fax, hold_music
from tests.telephony.test_rooms import until_on_record

pytestmark = [pytest.mark.timeout(500)]

_LONGEST_SECONDS = 150
"""A test that waits longer has failed."""
_AT_ONCE = 2
"""A machine that is busy with other tests serves no more calls well, and refuses the next."""
_TALK = (
    "I told the man last week that the bin was not emptied and he said that somebody would come round on Thursday",
    "but nobody came and then my neighbour said that hers was not emptied either and she has been here for years",
    "and it was never like that before they changed the lorries because the old ones came on a Tuesday morning",
)
_ANNOUNCEMENT = "Thank you for holding. All our advisers are busy. You are number four in the queue."
_UNTIL_AGAIN_SECONDS = 4


@pytest.fixture(scope="module")
def metrics() -> int:
    return free_port()


@pytest.fixture(scope="module")
def strict_line(own_livekit: LiveKit, tmp_path_factory: pytest.TempPathFactory, metrics: int) -> Iterator[Path]:
    """A line that soon loses patience, and where nobody has time to come."""
    sections = {"agent": {"silence_seconds": 2, "talk_seconds": 8}}
    folder = tmp_path_factory.mktemp("strict")
    config = configured(folder, own_livekit, sections=sections, person_wait_seconds=3)
    with worker(config, metrics_port=metrics):
        yield config


@contextmanager
def _sounding(making: asyncio.Task[None]) -> Iterator[None]:
    try:
        yield
    finally:
        making.cancel()


async def _rings(
    livekit: LiveKit, store: Store, sound: Pcm, places: asyncio.Semaphore
) -> tuple[Call, tuple[Turn, ...]]:
    """The record of a call whose caller makes that sound until the line hangs up."""
    async with places, ring(livekit) as caller:
        await caller.hears_speech(60)
        call_id = call_id_of(caller.name)
        with _sounding(asyncio.create_task(caller.say(sound))):
            async with asyncio.timeout(_LONGEST_SECONDS):
                await caller.gone.wait()
    call = await until_on_record(store, call_id, "ended")
    return call, await store.turns(call_id)


def _decided(turns: tuple[Turn, ...]) -> list[str]:
    return [turn.decision.partition(";")[0] for turn in turns]


async def test_each_is_offered_a_person_and_the_call_ends_on_record(
    own_livekit: LiveKit, strict_line: Path, metrics: int
) -> None:
    seconds = float(_LONGEST_SECONDS)
    talk = await asyncio.to_thread(lambda: np.concatenate([spoken(words, VOICES[0]) for words in _TALK]))
    sounds = {
        "talk": np.resize(talk, int(seconds * RATE)),
        "silence": np.zeros(0, dtype=np.int16),
        "music": hold_music(seconds),
        "fax": calling_fax(30.0),
    }
    async with records(strict_line) as store:
        places = asyncio.Semaphore(_AT_ONCE)
        async with asyncio.TaskGroup() as at_once:
            made = [at_once.create_task(_rings(own_livekit, store, sound, places)) for sound in sounds.values()]
        ended = [call.result() for call in made]
    (talker, broken_in), (silence, asked), (music, played), (fax, _) = ended
    assert [one.outcome for one in (silence, talker, music, fax)] == [
        "end after silence",
        "end after endless speech",
        "end after music",
        "a fax machine",
    ]
    for turns in (asked, played):
        assert _decided(turns)[1:4] == ["ask whether anyone is there"] * 3
        assert "press 0" in (turns[2].said or "")
    assert "music" in (played[1].said or "")
    assert "break in" in _decided(broken_in)
    assert "get someone for you" in " ".join(turn.said or "" for turn in broken_in)
    async with asyncio.timeout(60):
        while not _counted(metrics) >= {one.outcome for one, _ in ended}:  # noqa: ASYNC110 - another process counts
            await asyncio.sleep(1)


async def test_another_queues_announcement_is_offered_a_person_and_does_not_keep_the_line(
    own_livekit: LiveKit, strict_line: Path
) -> None:
    words = await asyncio.to_thread(spoken, _ANNOUNCEMENT, VOICES[0])
    again = np.concatenate([words, np.zeros(_UNTIL_AGAIN_SECONDS * RATE, dtype=np.int16)])
    async with records(strict_line) as store:
        sound = np.resize(again, _LONGEST_SECONDS * RATE)
        call, turns = await _rings(own_livekit, store, sound, asyncio.Semaphore())
    # The line hung up, and not because anything was asked of a council.
    assert call.outcome != "caller hung up"
    assert call.state is not None
    assert call.state.service is None
    assert any(decided.startswith(("wait for a person", "offer a call back")) for decided in _decided(turns))


def _counted(port: int) -> set[str | None]:
    """The ends of calls that the worker's figures know."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
        return set(re.findall(rf'^{ENDS}{{outcome="([^"]+)"}} 1\.0$', answer.read().decode(), re.MULTILINE))
