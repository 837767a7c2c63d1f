"""An adviser takes a waiting caller and talks with them from the browser."""

from __future__ import annotations

from dataclasses import asdict

from aiohttp import WSMsgType, web

from agent.errors import HandoffTakenError, NotOnRecordError
from agent.records import Handoff
from agent.tidying import TELEPHONE
from desk.access import STORE, field, needs
from desk.calls import LiveCall
from desk.errors import ExchangeUnavailableError
from desk.exchange import EXCHANGE, Ticket
from desk.sessions import SESSION
from desk.sockets import Outbox, carry, open_socket
from desk.test_call import LINE
from desk.waiting import QUEUE

LONGEST_NOTE = 2000
TAKEN = "Somebody else has taken this caller, or they no longer wait."
GONE = "The caller has hung up. A call back is booked for them."
NO_EXCHANGE = "This caller is on the telephone, and these pages were started without the key of the LiveKit server."


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
    try:
        if isinstance(call, Ticket):
            await _in_the_room(socket, call)
        else:
            await _here(socket, call, name)
    finally:
        await request.app[QUEUE].finish(handoff.id)
    return socket


async def _here(socket: web.WebSocketResponse, call: LiveCall, name: str) -> None:
    """The caller is in this process: both voices go through the socket."""
    leg, outbox = await call.join(name), Outbox()
    outbox.tell({"event": "ready", "sample_rate": leg.sample_rate})
    try:
        await carry(socket, leg, outbox, lambda _: None)
    finally:
        await leg.leave()


async def _in_the_room(socket: web.WebSocketResponse, ticket: Ticket) -> None:
    """The caller is on the telephone: the browser joins their room, and says here when it has left."""
    await socket.send_json({"event": "room", **asdict(ticket)})
    async for message in socket:
        if message.type is WSMsgType.TEXT:
            break
    await socket.close()


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


async def _accept(request: web.Request, handoff_id: int, name: str) -> tuple[Handoff, LiveCall | Ticket] | str:
    """The caller for this adviser, or why not, in words."""
    queue = request.app[QUEUE]
    try:
        call = await _call(request, handoff_id)
        if isinstance(call, str):
            return call
        if call is None:
            await queue.leave(handoff_id)
            return GONE
        return await queue.accept(handoff_id, name), call
    except (HandoffTakenError, NotOnRecordError):
        return TAKEN
    except ExchangeUnavailableError as error:
        return str(error)


async def _call(request: web.Request, handoff_id: int) -> LiveCall | Ticket | str | None:
    """The call, or a ticket to its room; why neither can be had; `None` when the caller is gone."""
    store = request.app[STORE]
    call_id = (await store.handoff(handoff_id)).call_id or ""
    here = request.app[LINE].find(call_id)
    if here is not None or (await store.call(call_id)).channel != TELEPHONE:
        return here
    exchange = request.app.get(EXCHANGE)
    return NO_EXCHANGE if exchange is None else await exchange.adviser(call_id, str(handoff_id))


def add_routes(app: web.Application) -> None:
    """Add the adviser's socket and the note."""
    app.router.add_get(r"/desk/handoffs/{id:\d{1,9}}/live", needs("staff", talk))
    app.router.add_post(r"/desk/handoffs/{id:\d{1,9}}/note", needs("staff", note))
