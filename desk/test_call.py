"""The test-call page: talk to the line from a browser, by voice, keypad or keyboard, and watch what it makes of it."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from agent.errors import AgentError
from desk.calls import CallLine, LiveCall
from desk.exchange import EXCHANGE
from desk.pages import page
from desk.sockets import Outbox, carry, open_socket

LINE = web.AppKey("line", CallLine)
KEYS = frozenset("0123456789*#")
LONGEST_UTTERANCE = 500
"""Characters of a typed utterance; longer ones are cut."""


async def show(request: web.Request) -> web.Response:
    """`GET /`: the page."""
    return page(request, "test_call.html", keys="123456789*0#", exchange=EXCHANGE in request.app)


async def live(request: web.Request) -> web.WebSocketResponse:
    """`GET /call/live`: the socket of one call. It begins at once and ends with the socket."""
    socket = await open_socket(request)
    outbox = Outbox()
    try:
        call = await request.app[LINE].start(channel="browser", on_event=outbox.event)
    except AgentError as refused:
        await socket.send_json({"event": "refused", "why": str(refused)})
        await socket.close()
        return socket
    outbox.tell({"event": "ready", "call": call.id, "sample_rate": call.sample_rate})
    try:
        await carry(socket, call, outbox, lambda message: _take(call, message))
    finally:
        await call.hang_up()
    return socket


def _take(call: LiveCall, message: dict[str, Any]) -> None:
    match message:
        case {"type": "key", "key": str(key)} if key in KEYS:
            call.press(key)
        case {"type": "say", "text": str(text)} if text.strip():
            call.type_text(text.strip()[:LONGEST_UTTERANCE])
        case _:
            return


def add_routes(app: web.Application, line: CallLine) -> None:
    """Add the page at `/` (and `/call`) and its socket."""
    app[LINE] = line
    app.router.add_get("/", show)
    app.router.add_get("/call", show)
    app.router.add_get("/call/live", live)
