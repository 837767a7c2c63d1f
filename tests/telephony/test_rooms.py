"""Calls through the real livekit-server, by callers whom nothing tells from those of a telephone network."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest
from livekit import api

from agent import doctor
from agent.preloaded import CONFIG
from agent.records import Call, Store
from agent.settings import ROOT, Settings, load, secrets
from agent.state import Phase
from bench.telephone.installation import records
from telephony.recording import voiced_blocks
from telephony.rooms import call_id_of
from tests.calls.voices import VOICES, spoken
from tests.telephony.livekit import CALLER_RATE, KEY, SECRET, LiveKit, adviser, ring

pytestmark = [pytest.mark.timeout(400)]

MISSED_BIN = "Hello, you didn't empty my recycling bin this week."


async def until_on_record(store: Store, call_id: str, what: str) -> Call:
    """The call's record once `what` of it, `ended` or `state`, is there."""
    async with asyncio.timeout(20):
        while getattr(call := await store.call(call_id), what) is None:  # noqa: ASYNC110 - another process writes it
            await asyncio.sleep(0.1)
    return call


async def rooms(livekit: LiveKit) -> int:
    async with livekit.api() as lkapi:
        return len((await lkapi.room.list_rooms(api.ListRoomsRequest())).rooms)


async def test_a_caller_is_greeted_understood_and_answered(livekit: LiveKit, line: Path) -> None:
    async with ring(livekit, headers={"sip.h.x-junk": "x" * 8192}) as caller:
        await caller.hears_speech()
        await caller.hears_silence()
        call_id = call_id_of(caller.name)
        await caller.say(spoken(MISSED_BIN, VOICES[0]))
        await caller.hears_speech()
        await caller.hears_silence()
    async with records(line) as store:
        call = await until_on_record(store, call_id, "ended")
    assert call.outcome == "caller hung up"
    assert call.caller == "+447700900123"
    assert call.state is not None
    assert call.state.service == "missed_bin"


async def test_a_caller_who_speaks_into_the_greeting_is_heard_and_the_greeting_stops(
    livekit: LiveKit, line: Path
) -> None:
    async with ring(livekit) as caller:
        await caller.hears_speech()
        before = len(caller.heard)
        speaking = asyncio.create_task(caller.say(spoken(MISSED_BIN, VOICES[0])))
        await caller.hears_silence(quiet=0.5)
        await speaking
        await caller.hears_speech()
        greeting = voiced_blocks(caller.audio()[: before * CALLER_RATE // 50], CALLER_RATE).sum() / 100
        call_id = call_id_of(caller.name)
        async with records(line) as store:
            call = await until_on_record(store, call_id, "state")
    assert greeting < 3.0, "the whole greeting takes more than six seconds"
    assert call.state is not None
    assert call.state.turn >= 1


async def test_nought_during_the_greeting_fetches_a_person(livekit: LiveKit, line: Path) -> None:
    async with ring(livekit) as caller:
        await caller.hears_speech()
        await caller.press("0")
        await caller.hears_silence()
        call_id = call_id_of(caller.name)
        async with records(line) as store:
            waiting = [one for one in await store.handoffs("waiting") if one.call_id == call_id]
            call = await store.call(call_id)
    assert call.state is not None
    assert call.state.phase is Phase.PERSON
    assert len(waiting) == 1


async def test_a_flood_of_keys_does_no_harm(livekit: LiveKit, line: Path) -> None:
    async with ring(livekit) as caller:
        await caller.hears_speech()
        await caller.press("123456789#" * 20)
        await caller.hears_silence()
        await caller.say(spoken(MISSED_BIN, VOICES[0]))
        await caller.hears_speech()
    logs = "".join(log.read_text(errors="replace") for log in line.parent.glob("worker-*.log"))
    assert "not kept" not in logs
    assert "123456789" not in logs


async def test_after_the_goodbye_the_line_hangs_up(livekit: LiveKit, line: Path) -> None:
    async with ring(livekit) as caller:
        await caller.hears_speech()
        await caller.hears_silence()
        call_id = call_id_of(caller.name)
        await caller.say(spoken("No thank you, goodbye.", VOICES[0]))
        await caller.hears_speech()
        async with asyncio.timeout(20):
            await caller.gone.wait()
        async with records(line) as store:
            call = await until_on_record(store, call_id, "ended")
    assert call.outcome == "say goodbye"


async def test_an_adviser_joins_and_leaves(livekit: LiveKit, line: Path) -> None:
    async with ring(livekit) as caller:
        await caller.hears_speech()
        async with adviser(livekit, caller.name) as colleague:
            await colleague.say(spoken("Hello, this is the contact centre.", VOICES[1]))
            await caller.hears_silence()
            heard = asyncio.create_task(colleague.hears_speech())
            await caller.say(spoken("Hello, my bin was not emptied.", VOICES[0]))
            await heard
            await caller.hears_silence()
            mark = len(caller.heard)
        await caller.hears_speech()
    assert mark


async def test_a_number_that_rings_too_often_is_hung_up_on(livekit: LiveKit, line: Path) -> None:
    number = "+447700900999"
    async with records(line) as store:
        for count in range(load(line, Settings).telephony.limits.calls_an_hour):
            await store.start_call(f"earlier-{count}", channel="telephone", caller=number, release=1)
    async with ring(livekit, number=number) as caller, asyncio.timeout(30):
        await caller.gone.wait()
    assert caller.heard == []


async def test_three_calls_at_once_do_not_hear_each_other(livekit: LiveKit, line: Path) -> None:
    asked = {
        "missed_bin": MISSED_BIN,
        "pothole": "There's a big pothole in the road.",
        "council_tax_move": "I'm moving house and I need to tell you for the council tax.",
    }

    async def one(words: str) -> str | None:
        async with ring(livekit) as caller:
            await caller.hears_speech()
            await caller.hears_silence()
            call_id = call_id_of(caller.name)
            await caller.say(spoken(words, VOICES[0]))
            await caller.hears_speech()
            await caller.hears_silence()
        async with records(line) as store:
            state = (await until_on_record(store, call_id, "ended")).state
        return state.service if state else None

    for words in asked.values():
        await asyncio.to_thread(spoken, words, VOICES[0])
    async with asyncio.TaskGroup() as at_once:
        made = [at_once.create_task(one(words)) for words in asked.values()]
    assert [call.result() for call in made] == list(asked)
    async with asyncio.timeout(30):
        while await rooms(livekit):  # noqa: ASYNC110 - the server takes a moment to put a room away
            await asyncio.sleep(0.2)


@pytest.mark.parametrize(("named", "release"), [("line", "1"), ("nowhere", "None"), ("", "None")])
async def test_what_calls_share_is_loaded_where_a_configuration_is_named(line: Path, named: str, release: str) -> None:
    # Given the process that calls are forked from, then it has the active release; without one each call loads its own.
    config = {"line": str(line), "nowhere": str(line.with_name("nowhere.yaml")), "": ""}[named]
    shows = (
        "import os; from agent.preloaded import CONFIG, warm; "
        "print(warm and warm.release and warm.release.number, CONFIG in os.environ)"
    )
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", shows), env={**os.environ, CONFIG: config}, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await process.communicate()
    # What is started from there does not load it once more.
    assert said.decode().split()[-2:] == [release, "False"]


async def test_the_doctor_finds_the_worker(line: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOWNLINE_LIVEKIT_KEY", KEY)
    monkeypatch.setenv("TOWNLINE_LIVEKIT_SECRET", SECRET)
    secrets.cache_clear()
    assert (await doctor.worker(load(line, Settings))).verdict == "well"
