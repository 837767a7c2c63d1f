"""What a token opens, and what it does not, at the real server."""

from __future__ import annotations

import datetime as dt

import pytest
from livekit import api, rtc

from telephony.dispatch import Key, adviser_token, web_caller_token
from telephony.livekit_settings import LiveKitSettings
from tests.telephony.livekit import KEY, SECRET, LiveKit, in_room

pytestmark = [pytest.mark.timeout(120)]

OURS, STRANGER = Key(KEY, SECRET), Key(KEY, "the-secret-of-somebody-else-altogether")


async def test_a_token_opens_its_own_room_and_no_other(livekit: LiveKit) -> None:
    async with in_room(livekit, "call-a", adviser_token(OURS, "call-a", "7")) as adviser:
        assert adviser.room.name == "call-a"
        async with livekit.api() as lkapi:
            rooms = (await lkapi.room.list_rooms(api.ListRoomsRequest())).rooms
    assert "call-b" not in {room.name for room in rooms}


@pytest.mark.parametrize("room", ["call-a", "call-b"])
async def test_a_token_is_no_key_to_the_servers_api(livekit: LiveKit, room: str) -> None:
    async with api.LiveKitAPI(livekit.url, token=adviser_token(OURS, "call-a", "7"), failover=False) as lkapi:
        with pytest.raises(api.ServerError) as refused:
            await lkapi.room.list_participants(api.ListParticipantsRequest(room=room))
        with pytest.raises(api.ServerError):
            await lkapi.room.delete_room(api.DeleteRoomRequest(room=room))
    assert refused.value.status in (401, 403)


async def test_a_token_of_another_key_is_refused(livekit: LiveKit) -> None:
    _, token = web_caller_token(STRANGER, LiveKitSettings())
    with pytest.raises(rtc.ConnectError):
        await rtc.Room().connect(livekit.url, token)


async def test_a_token_whose_minutes_are_over_is_refused(livekit: LiveKit) -> None:
    grants = api.VideoGrants(room_join=True, room="call-a")
    token = api.AccessToken(KEY, SECRET).with_identity("late").with_grants(grants).with_ttl(dt.timedelta(minutes=-10))
    with pytest.raises(rtc.ConnectError):
        await rtc.Room().connect(livekit.url, token.to_jwt())
