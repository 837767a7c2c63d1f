"""Tickets to ring in through the LiveKit server: for one room, for minutes, and not for everybody all the time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from aiohttp import ClientSession, CookieJar
from aiohttp.test_utils import TestServer
from livekit import api

from agent.records import Store
from desk.app import DeskServices, create_app
from desk.exchange import Exchange
from desk.ringing import MOST_CALLS
from telephony.dispatch import Key
from telephony.livekit_settings import LiveKitSettings
from tests.desk.callers import wait_for_person
from tests.desk.conftest import STAFF_PASSWORD
from tests.desk.visitor import Visitor

KEY = Key("townline", "a-secret-of-tests-that-is-long-enough")
EXCHANGE = Exchange(LiveKitSettings(url="ws://127.0.0.1:9", public_url="wss://calls.ashcombe.gov.example"), KEY)


@pytest.fixture
def services(services: DeskServices) -> DeskServices:
    return replace(services, exchange=EXCHANGE)


@pytest.fixture
async def browser(server: TestServer) -> AsyncIterator[ClientSession]:
    async with ClientSession(f"http://127.0.0.1:{server.port}", cookie_jar=CookieJar(unsafe=True)) as http:
        yield http


async def csrf(browser: ClientSession) -> str:
    page = await (await browser.get("/")).text()
    return page.split('name="csrf" value="')[1].split('"')[0]


async def test_a_ticket_is_for_one_new_room_and_for_minutes(browser: ClientSession) -> None:
    form = {"csrf": await csrf(browser)}
    tickets = [await (await browser.post("/call/ticket", data=form)).json() for _ in range(2)]
    assert tickets[0]["url"] == "wss://calls.ashcombe.gov.example"
    claims = [api.TokenVerifier(KEY.name, KEY.secret).verify(ticket["token"]) for ticket in tickets]
    rooms = [claim.video.room for claim in claims if claim.video is not None]
    assert len(set(rooms)) == 2
    assert all(claim.video and not claim.video.room_admin and not claim.video.room_create for claim in claims)


async def test_another_sites_page_gets_no_ticket(browser: ClientSession) -> None:
    await csrf(browser)
    assert (await browser.post("/call/ticket", data={"csrf": "guessed"})).status == 403
    assert (await browser.post("/call/ticket")).status == 403


async def test_an_address_that_asks_for_too_many_has_to_wait(browser: ClientSession) -> None:
    form = {"csrf": await csrf(browser)}
    answers = [(await browser.post("/call/ticket", data=form)).status for _ in range(MOST_CALLS + 1)]
    assert answers == [200] * MOST_CALLS + [429]


async def test_pages_may_connect_to_the_exchange_and_to_nothing_else(browser: ClientSession) -> None:
    policy = (await browser.get("/")).headers["Content-Security-Policy"]
    assert "connect-src 'self' wss://calls.ashcombe.gov.example https://calls.ashcombe.gov.example" in policy


async def test_without_an_exchange_there_are_no_tickets(services: DeskServices) -> None:
    server = TestServer(create_app(replace(services, exchange=None)))
    await server.start_server()
    async with ClientSession(f"http://127.0.0.1:{server.port}", cookie_jar=CookieJar(unsafe=True)) as browser:
        assert 'id="exchange"' not in await (await browser.get("/")).text()
    await server.close()


async def test_a_caller_on_the_telephone_keeps_waiting_while_the_exchange_does_not_answer(
    services: DeskServices, store: Store, passwords: None, visitor: Visitor, browser: ClientSession
) -> None:
    # `wait_for_person` notes the call as a browser's where it is not known yet.
    await store.start_call("RM_1", channel="telephone", caller=None, release=1)
    handoff = await wait_for_person(store, services.queue, "RM_1")
    signed_in = await visitor.sign_in("staff", STAFF_PASSWORD)
    headers = {"Origin": str(browser._base_url), "Cookie": signed_in.headers["Set-Cookie"].partition(";")[0]}
    async with browser.ws_connect(f"/desk/handoffs/{handoff}/live", headers=headers) as socket:
        refused = await socket.receive_json()
    assert refused == {"event": "refused", "why": "The telephone exchange does not answer. Try again."}
    assert (await store.handoff(handoff)).status == "waiting"
