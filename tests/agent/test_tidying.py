"""Calls that nobody ended."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from livekit import api

from agent.records import Store
from agent.tidying import tidy
from telephony.hours import Hours
from telephony.rooms import call_id_of
from telephony.settings import HoursSettings
from tests.agent.conftest import Clock
from tests.telephony.livekit import LiveKit, livekit_server

HOURS = Hours(HoursSettings())


@pytest.fixture(scope="module")
def livekit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveKit]:
    with livekit_server(tmp_path_factory.mktemp("livekit")) as server:
        yield server


async def test_a_call_whose_room_is_gone_is_ended_and_one_that_goes_on_is_not(
    livekit: LiveKit, store: Store, clock: Clock
) -> None:
    async with livekit.api() as lkapi:
        room = await lkapi.room.create_room(api.CreateRoomRequest(name="call-1"))
        store.owner = "worker:1"
        await store.start_call("RM_gone", channel="telephone", caller=None, release=1)
        store.owner = "worker:2"
        await store.start_call(call_id_of(room.name), channel="telephone", caller=None, release=1)
        store.owner = "serve:1"
        await store.start_call("browser", channel="browser", caller=None, release=1)
        assert await tidy(store, lkapi, HOURS) == []
        clock.forward(minutes=2)
        assert await tidy(store, lkapi, HOURS) == ["RM_gone"]
    assert (await store.call("RM_gone")).outcome == "interrupted"
    assert (await store.call(call_id_of(room.name))).ended is None
    assert (await store.call("browser")).ended is None
