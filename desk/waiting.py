"""The staff desk: callers who wait for a person, as they arrive, each with what an adviser should know."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Sequence
from typing import Any

from aiohttp import web

from agent.handoff import HandoffQueue
from agent.handoff_pack import HandoffPack
from agent.records import Handoff
from desk.access import needs
from desk.pages import fragment, page

QUEUE = web.AppKey("queue", HandoffQueue)
STOPPING = web.AppKey("stopping", asyncio.Event)
BEAT_SECONDS = 10.0
"""A comment this often tells both sides that the other is still there."""


async def show(request: web.Request) -> web.Response:
    """`GET /desk`."""
    waiting = await request.app[QUEUE].waiting()
    return page(request, "waiting.html", cards=[card["html"] for card in _cards(request, waiting)])


async def follow(request: web.Request) -> web.StreamResponse:
    """`GET /desk/waiting`: who waits, as server-sent events; one now, and one at every change."""
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"})
    await response.prepare(request)
    # A browser that has gone away is nobody's failure.
    with contextlib.suppress(ConnectionError):
        await _send(request, response)
    return response


async def _send(request: web.Request, response: web.StreamResponse) -> None:
    changes = request.app[QUEUE].changes()
    stopping = asyncio.create_task(request.app[STOPPING].wait(), name="wait for the server's end")
    upcoming = asyncio.ensure_future(anext(changes))
    try:
        while not stopping.done():
            await asyncio.wait({upcoming, stopping}, timeout=BEAT_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            if not upcoming.done():
                await response.write(b": still here\n\n")
                continue
            cards = json.dumps(_cards(request, upcoming.result()), ensure_ascii=False)
            await response.write(f"event: waiting\ndata: {cards}\n\n".encode())
            upcoming = asyncio.ensure_future(anext(changes))
    finally:
        upcoming.cancel()
        stopping.cancel()
        await asyncio.gather(upcoming, stopping, return_exceptions=True)


def _cards(request: web.Request, waiting: Sequence[Handoff]) -> list[dict[str, Any]]:
    return [
        {
            "id": handoff.id,
            "urgent": handoff.urgent,
            "title": _pack(handoff).wants if handoff.pack else handoff.reason,
            "html": fragment(request, "handoff.html", handoff=handoff, pack=_pack(handoff) if handoff.pack else None),
        }
        for handoff in waiting
    ]


def _pack(handoff: Handoff) -> HandoffPack:
    return HandoffPack.model_validate(handoff.pack)


async def _stop(app: web.Application) -> None:
    app[STOPPING].set()


def add_routes(app: web.Application, queue: HandoffQueue) -> None:
    """Add the desk's first page and its live list."""
    app[QUEUE], app[STOPPING] = queue, asyncio.Event()
    app.on_shutdown.append(_stop)
    app.router.add_get("/desk", needs("staff", show))
    app.router.add_get("/desk/waiting", needs("staff", follow))
