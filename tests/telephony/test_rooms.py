"""Calls through the real livekit-server, by callers whom nothing tells from those of a telephone network."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from livekit import api

from agent.records import Call
from tests.calls.voices import VOICES, spoken
from tests.telephony.livekit import Caller, LiveKit, ring
from tests.telephony.workers import records

pytestmark = [pytest.mark.xdist_group("livekit"), pytest.mark.timeout(400)]

MISSED_BIN = "Hello, you didn't empty my recycling bin this week."


async def sid(livekit: LiveKit, caller: Caller) -> str:
    async with livekit.api() as lkapi:
        found = await lkapi.room.list_rooms(api.ListRoomsRequest(names=[caller.name]))
    return found.rooms[0].sid


async def ended(config: Path, call_id: str) -> Call:
    """The call's record, once it says how the call ended."""
    async with asyncio.timeout(20), records(config) as store:
        while (call := await store.call(call_id)).ended is None:  # noqa: ASYNC110 - another process writes it
            await asyncio.sleep(0.1)
    return call


async def test_a_caller_is_greeted_understood_and_answered(livekit: LiveKit, line: Path) -> None:
    async with ring(livekit) as caller:
        await caller.hears_speech()
        await caller.hears_silence()
        call_id = await sid(livekit, caller)
        await caller.say(spoken(MISSED_BIN, VOICES[0]))
        await caller.hears_speech()
        await caller.hears_silence()
        async with records(line) as store:
            call = await store.call(call_id)
    assert call.caller == "+447700900123"
    assert call.state is not None
    assert call.state.service == "missed_bin"
    assert (await ended(line, call_id)).outcome == "caller hung up"
