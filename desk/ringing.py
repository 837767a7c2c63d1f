"""Ringing the line from the test-call page as a telephone does: through the LiveKit server."""

from __future__ import annotations

from dataclasses import asdict

from aiohttp import web

from desk.attempts import Attempts
from desk.exchange import EXCHANGE, Exchange

RATIONS = web.AppKey("rations", Attempts)
MOST_CALLS = 10
"""Tickets for one address within `WINDOW_SECONDS`."""
WINDOW_SECONDS = 600.0
TOO_MANY = "This address has rung too often. Wait ten minutes."


async def ticket(request: web.Request) -> web.Response:
    """`POST /call/ticket`: what this browser needs to ring in, once. 429 when one address asks for too many."""
    rations, address = request.app[RATIONS], request.remote or ""
    if rations.blocked(address):
        return web.json_response({"why": TOO_MANY}, status=429)
    rations.failed(address)
    return web.json_response(asdict(request.app[EXCHANGE].caller()))


def add_routes(app: web.Application, exchange: Exchange | None, rations: Attempts) -> None:
    """Add the tickets, where there is a LiveKit server."""
    if exchange is None:
        return
    app[EXCHANGE], app[RATIONS] = exchange, rations
    app.router.add_post("/call/ticket", ticket)
