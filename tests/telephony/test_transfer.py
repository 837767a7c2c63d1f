"""What comes of giving a call to people, against a server that speaks LiveKit's own protocol."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from livekit import api

from telephony.errors import NotPutThroughError
from telephony.livekit_settings import OutboundSettings, SipSettings
from telephony.transfer import put_through

REFER = SipSettings(numbers=("+441632960100",), addresses=("192.0.2.10",), people="01632 960199")
RING = REFER.model_copy(
    update={"put_through": "ring", "outbound": OutboundSettings(address="sip.example", number="+441632960100")}
)


@dataclass
class SipService:
    """Answers as livekit-server does: a Twirp call by protobuf, an error as JSON."""

    error: dict[str, object] | None = None
    status: int = 200
    asked: list[api.TransferSIPParticipantRequest | api.CreateSIPParticipantRequest] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        kind = api.CreateSIPParticipantRequest
        asked = (
            kind.FromString(await request.read())
            if request.path.endswith("CreateSIPParticipant")
            else api.TransferSIPParticipantRequest.FromString(await request.read())
        )
        self.asked.append(asked)
        if self.error is not None:
            return web.json_response(self.error, status=self.status)
        return web.Response(body=b"", content_type="application/protobuf")


@asynccontextmanager
async def sip_service(service: SipService) -> AsyncIterator[api.LiveKitAPI]:
    app = web.Application()
    app.router.add_post("/twirp/livekit.SIP/{method}", service.answer)
    async with (
        TestServer(app) as server,
        api.LiveKitAPI(str(server.make_url("/")), "k", "s" * 32, failover=False) as lkapi,
    ):
        yield lkapi


async def test_a_call_is_handed_back_to_the_carrier() -> None:
    service = SipService()
    async with sip_service(service) as lkapi:
        await put_through(lkapi, REFER, room="call-1", caller="sip_1")
    asked = service.asked[0]
    assert isinstance(asked, api.TransferSIPParticipantRequest)
    assert (asked.room_name, asked.participant_identity, asked.transfer_to) == ("call-1", "sip_1", "tel:01632960199")


async def test_people_are_rung_into_the_call() -> None:
    service = SipService()
    async with sip_service(service) as lkapi:
        await put_through(lkapi, RING, room="call-1", caller="sip_1", trunk_id="ST_out")
    asked = service.asked[0]
    assert isinstance(asked, api.CreateSIPParticipantRequest)
    assert (asked.sip_trunk_id, asked.sip_call_to, asked.room_name) == ("ST_out", "01632960199", "call-1")
    assert asked.participant_identity.startswith("adviser-")
    assert asked.wait_until_answered


@pytest.mark.parametrize(
    ("error", "status", "reason"),
    [
        ({"code": "unavailable", "msg": "busy", "meta": {"sip_status_code": "486"}}, 503, "busy"),
        ({"code": "permission_denied", "msg": "no", "meta": {"sip_status_code": "603"}}, 403, "declined"),
        ({"code": "not_found", "msg": "no", "meta": {"sip_status_code": "404"}}, 404, "no such number"),
        ({"code": "canceled", "msg": "no answer"}, 408, "no answer"),
        ({"code": "unavailable", "msg": "no response from servers"}, 503, "not there"),
    ],
)
async def test_what_went_wrong_is_named(error: dict[str, object], status: int, reason: str) -> None:
    async with sip_service(SipService(error, status)) as lkapi:
        with pytest.raises(NotPutThroughError, match=reason):
            await put_through(lkapi, REFER, room="call-1", caller="sip_1")


async def test_a_server_that_is_gone_is_named() -> None:
    async with api.LiveKitAPI("ws://127.0.0.1:9", "k", "s" * 32, failover=False) as lkapi:
        with pytest.raises(NotPutThroughError, match="cannot be reached"):
            await put_through(lkapi, REFER, room="call-1", caller="sip_1")


async def test_nobody_to_ring_is_named() -> None:
    nobody = REFER.model_copy(update={"people": None})
    async with sip_service(SipService()) as lkapi:
        with pytest.raises(NotPutThroughError, match="names no people"):
            await put_through(lkapi, nobody, room="call-1", caller="sip_1")
        with pytest.raises(NotPutThroughError, match="sip setup"):
            await put_through(lkapi, RING, room="call-1", caller="sip_1")
