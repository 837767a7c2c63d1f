"""Which of several agents has a call, by agents in a real room."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from livekit import api, rtc

from telephony.claiming import beat, claim, reclaim
from telephony.errors import NoCallerError
from tests.telephony.livekit import KEY, SECRET, LiveKit, in_room

pytestmark = [pytest.mark.timeout(120)]


@pytest.fixture
def name() -> str:
    return f"claims-{os.urandom(4).hex()}"


@asynccontextmanager
async def agent(livekit: LiveKit, name: str, identity: str) -> AsyncIterator[rtc.Room]:
    """An agent in that room."""
    grants = api.VideoGrants(room_join=True, room=name, can_update_own_metadata=True)
    token = api.AccessToken(KEY, SECRET).with_identity(identity).with_kind("agent").with_grants(grants)
    async with in_room(livekit, name, token.to_jwt()) as one:
        yield one.room


@asynccontextmanager
async def beating(room: rtc.Room) -> AsyncIterator[None]:
    task = asyncio.create_task(beat(room))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_of_agents_that_come_together_one_has_the_call(livekit: LiveKit, name: str) -> None:
    async with agent(livekit, name, "agent-a") as first, agent(livekit, name, "agent-b") as second:
        claims = await asyncio.gather(claim(first), claim(second), return_exceptions=True)
    assert claims[0] is None
    assert isinstance(claims[1], NoCallerError)


async def test_an_agent_that_beats_keeps_the_call(livekit: LiveKit, name: str) -> None:
    async with agent(livekit, name, "agent-b") as first:
        await claim(first)
        async with beating(first), agent(livekit, name, "agent-a") as second:
            with pytest.raises(NoCallerError):
                await claim(second)
            # And it goes on with it when the room was lost and is back, whoever was sent for.
            assert await reclaim(first)


async def test_an_agent_that_is_back_too_late_steps_back(livekit: LiveKit, name: str) -> None:
    # Given a room that was made anew without the agent that had it, and another that has claimed it meanwhile.
    async with agent(livekit, name, "agent-b") as second:
        await claim(second)
        async with beating(second), agent(livekit, name, "agent-a") as first:
            assert not await reclaim(first)


async def test_of_one_that_is_back_and_one_that_comes_just_then_one_has_the_call(livekit: LiveKit, name: str) -> None:
    async with agent(livekit, name, "agent-b") as first, agent(livekit, name, "agent-a") as second:
        kept, claimed = await asyncio.gather(reclaim(first), claim(second), return_exceptions=True)
    assert kept is True
    assert isinstance(claimed, NoCallerError)
