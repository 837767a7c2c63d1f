"""A connection that is lost in the middle of a call: nobody has hung up, and the call goes on when it is back."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bench.telephone.installation import configured, records, townline, worker
from telephony.dispatch import Key, web_caller_token
from telephony.rooms import call_id_of
from tests.calls.voices import VOICES, spoken
from tests.telephony.livekit import KEY, SECRET, Caller, LiveKit, adviser, in_room, livekit_server, ring
from tests.telephony.test_rooms import MISSED_BIN, until_on_record

pytestmark = [pytest.mark.timeout(400)]

FAULT = "there was a fault at our end"


async def asks_about_a_bin(caller: Caller) -> None:
    await caller.hears_speech()
    await caller.hears_silence()
    await caller.say(spoken(MISSED_BIN, VOICES[0]))
    await caller.hears_speech()
    await caller.hears_silence()


async def test_a_call_goes_on_after_the_server_itself_was_killed(tmp_path: Path) -> None:
    with livekit_server(tmp_path) as server:
        config = configured(tmp_path, server)
        with worker(config) as running, townline(["watch"], config, "watching"):
            async with ring(server) as caller:
                await asks_about_a_bin(caller)
                server.kill()
                await asyncio.sleep(1.0)
                server.restart()
                await caller.hears_speech()
                await caller.hears_silence()
                await caller.say(spoken("Recycling.", VOICES[0]))
                await caller.hears_speech()
                await caller.hears_silence()
                still_there = not caller.gone.is_set()
            async with records(config) as store:
                call = await until_on_record(store, call_id_of(caller.name), "ended")
                turns = await store.turns(call.call_id)
    assert still_there
    # The same process had it all along: nobody else was needed.
    assert running.said.count("received job request") == 1
    assert call.outcome == "caller hung up"
    assert [FAULT in (turn.said or "") for turn in turns] == [False, False, True, False]
    assert call.state is not None
    assert call.state.service == "missed_bin"


async def test_a_caller_who_comes_in_anew_goes_on_where_they_were(livekit: LiveKit, line: Path) -> None:
    # As a telephone gateway does whose own connection broke before the server noticed.
    room, token = web_caller_token(Key(KEY, SECRET), livekit.settings)
    async with in_room(livekit, room, token) as before:
        await asks_about_a_bin(before)
        async with in_room(livekit, room, token) as caller:
            await caller.hears_speech()
            await caller.hears_silence()
            await caller.say(spoken("Recycling.", VOICES[0]))
            await caller.hears_speech()
            await caller.hears_silence()
        assert before.gone.is_set()
    async with records(line) as store:
        call = await until_on_record(store, call_id_of(room), "ended")
        turns = await store.turns(call.call_id)
    assert [FAULT in (turn.said or "") for turn in turns] == [False, False, True, False]
    assert call.outcome == "caller hung up"


async def test_an_adviser_who_comes_in_anew_has_not_left(livekit: LiveKit, line: Path) -> None:
    async with ring(livekit) as caller:
        await caller.hears_speech()
        async with adviser(livekit, caller.name) as before:
            await caller.hears_silence()
            async with adviser(livekit, caller.name) as colleague:
                heard = asyncio.create_task(colleague.hears_speech())
                await caller.say(spoken("Hello, my bin was not emptied.", VOICES[0]))
                await heard
                assert before.gone.is_set()
            await caller.hears_speech()
            await caller.hears_silence()
    async with records(line) as store:
        call = await until_on_record(store, call_id_of(caller.name), "ended")
        said = [turn.said or "" for turn in await store.turns(call.call_id)]
    assert sum("The adviser has left" in words for words in said) == 1
    assert not any(FAULT in words for words in said)
