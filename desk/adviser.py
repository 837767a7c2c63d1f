"""An adviser takes a waiting caller and talks with them from the browser."""

from __future__ import annotations

from aiohttp import web

from agent.errors import HandoffTakenError, NotOnRecordError
from agent.records import Handoff
from desk.access import STORE, field, needs
from desk.calls import LiveCall
from desk.sessions import SESSION
from desk.sockets import Outbox, carry, open_socket
from desk.test_call import LINE
from desk.waiting import QUEUE

LONGEST_NOTE = 2000
TAKEN = "Somebody else has taken this caller, or they no longer wait."
GONE = "The caller has hung up. A call back is booked for them."


async def talk(request: web.Request) -> web.WebSocketResponse:
    """`GET /desk/handoffs/{id}/live`: accept the caller and carry both voices until one side puts down."""
    socket = await open_socket(request)
    handoff_id, name = int(request.match_info["id"]), request[SESSION].name
    taken = await _accept(request, handoff_id, name)
    if isinstance(taken, str):
        await socket.send_json({"event": "refused", "why": taken})
        await socket.close()
        return socket
    handoff, call = taken
    leg, outbox = await call.join(name), Outbox()
    outbox.tell({"event": "ready", "sample_rate": leg.sample_rate})
    try:
        await carry(socket, leg, outbox, lambda _: None)
    finally:
        await leg.leave()
        await request.app[QUEUE].finish(handoff.id)
    return socket


async def note(request: web.Request) -> web.Response:
    """`POST /desk/handoffs/{id}/note`: what was agreed; it stays with the handoff and with the cases of the call."""
    store, author = request.app[STORE], request[SESSION].name
    text = (await field(request, "note"))[:LONGEST_NOTE]
    try:
        handoff = await store.handoff(int(request.match_info["id"]))
    except NotOnRecordError as error:
        raise web.HTTPNotFound from error
    if handoff.adviser != author:
        raise web.HTTPForbidden
    if text:
        await store.pack_handoff(handoff.id, {**(handoff.pack or {}), "note": text})
        for case in await store.cases(call_id=handoff.call_id) if handoff.call_id else ():
            await store.note_on_case(case.reference, author=author, text=text)
    return web.Response(status=204)


async def _accept(request: web.Request, handoff_id: int, name: str) -> tuple[Handoff, LiveCall] | str:
    """The caller for this adviser, or why not, in words."""
    queue = request.app[QUEUE]
    try:
        call = request.app[LINE].find((await request.app[STORE].handoff(handoff_id)).call_id or "")
        if call is None:
            await queue.leave(handoff_id)
            return GONE
        return await queue.accept(handoff_id, name), call
    except (HandoffTakenError, NotOnRecordError):
        return TAKEN


def add_routes(app: web.Application) -> None:
    """Add the adviser's socket and the note."""
    app.router.add_get(r"/desk/handoffs/{id:\d{1,9}}/live", needs("staff", talk))
    app.router.add_post(r"/desk/handoffs/{id:\d{1,9}}/note", needs("staff", note))
