"""Who may tell the watch something."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from collections.abc import Callable

import pytest
from aiohttp.test_utils import TestClient, TestServer
from livekit import api

from telephony.dispatch import Key, adviser_token, web_caller_token
from telephony.livekit_settings import LiveKitSettings
from telephony.rescue import Figures, Rescuer
from telephony.webhooks import WEBHOOK_PATH, Webhooks, watch_app

KEY = Key("townline", "a-secret-of-tests-that-is-long-enough")
STRANGER = Key("townline", "another-secret-that-is-long-enough-too")
BODY = '{"event": "room_started", "room": {"name": "call-1"}}'


def signed(key: Key, body: str, minutes: int = 5) -> str:
    token = api.AccessToken(key.name, key.secret).with_ttl(dt.timedelta(minutes=minutes))
    return token.with_sha256(base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()).to_jwt()


@pytest.mark.parametrize(
    ("authorize", "status"),
    [
        (lambda: signed(KEY, BODY), 200),
        (lambda: "", 401),
        (lambda: "nonsense", 401),
        (lambda: signed(STRANGER, BODY), 401),
        (lambda: signed(KEY, "another body"), 401),
        (lambda: signed(KEY, BODY, minutes=-10), 401),
        (lambda: adviser_token(KEY, "call-1", "7"), 401),
    ],
)
async def test_only_the_server_itself_is_listened_to(authorize: Callable[[], str], status: int) -> None:
    # Signed now, not when the tests were collected: signatures are good for minutes.
    headers = {"Authorization": authorize()}
    async with api.LiveKitAPI("ws://127.0.0.1:9", KEY.name, KEY.secret) as lkapi:
        app = watch_app(Rescuer(lkapi, LiveKitSettings(), None, Figures()), Webhooks(KEY))
        async with TestClient(TestServer(app)) as client:
            answer = await client.post(WEBHOOK_PATH, data=BODY, headers=headers)
    assert answer.status == status


async def test_a_watch_that_sees_nothing_is_not_healthy() -> None:
    async with api.LiveKitAPI("ws://127.0.0.1:9", KEY.name, KEY.secret, failover=False) as lkapi:
        rescuer = Rescuer(lkapi, LiveKitSettings(), None, Figures())
        await rescuer.look()
        async with TestClient(TestServer(watch_app(rescuer, Webhooks(KEY)))) as client:
            health = await client.get("/health")
            metrics = await client.get("/metrics")
            assert "townline_watch_blind_total 1.0" in await metrics.text()
    assert health.status == 503


def test_a_token_is_for_one_room_and_for_minutes() -> None:
    room, token = web_caller_token(KEY, LiveKitSettings())
    claims = api.TokenVerifier(KEY.name, KEY.secret).verify(token)
    assert claims.video is not None
    assert claims.video.room == room
    assert not claims.video.room_admin
    assert not claims.video.room_list
    adviser = api.TokenVerifier(KEY.name, KEY.secret).verify(adviser_token(KEY, "call-1", "7"))
    assert adviser.video is not None
    assert adviser.video.room == "call-1"
