"""A WebSocket that carries a call: audio as binary messages, everything else as JSON text, in the order it happened."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakSet

from aiohttp import WSCloseCode, WSMsgType, web

from agent.events import ClearEvent, Event
from desk.calls import AudioLeg

SOCKETS = web.AppKey("sockets", WeakSet[web.WebSocketResponse])
LONGEST_MESSAGE = 64 * 1024
LONGEST_BACKLOG = 100
"""Audio chunks (2 s) kept for a browser that does not keep up; older ones are of no use to a caller any more."""


def same_origin(request: web.Request) -> bool:
    """Whether the page that opened this socket is one of ours; browsers do not guard sockets themselves."""
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc == request.host


async def open_socket(request: web.Request) -> web.WebSocketResponse:
    """Accept the browser's socket; 403 when another site's page asks for it."""
    if not same_origin(request):
        raise web.HTTPForbidden(text="This socket is for our own pages only.")
    socket = web.WebSocketResponse(timeout=2.0, heartbeat=15, max_msg_size=LONGEST_MESSAGE)
    await socket.prepare(request)
    request.app[SOCKETS].add(socket)
    return socket


async def close_all(app: web.Application) -> None:
    """Close every open socket: the server is being stopped."""
    open_ones = app[SOCKETS]
    for socket in tuple(open_ones):
        await socket.close(code=WSCloseCode.GOING_AWAY)


class Outbox:
    """What is still to be sent to one browser. A `clear` event throws away the audio that waits before it."""

    def __init__(self) -> None:
        self._waiting: deque[bytes | str] = deque()
        self._changed = asyncio.Event()
        self._closed = False

    def event(self, event: Event) -> None:
        """Queue one event of the call."""
        if isinstance(event, ClearEvent):
            self._waiting = deque(message for message in self._waiting if isinstance(message, str))
        self._put(event.model_dump_json())

    def tell(self, message: Mapping[str, Any]) -> None:
        """Queue something that the page has to know about the connection itself."""
        self._put(json.dumps(message, ensure_ascii=False))

    def audio(self, pcm: bytes) -> None:
        """Queue one chunk of audio."""
        if sum(isinstance(message, bytes) for message in self._waiting) >= LONGEST_BACKLOG:
            self._waiting.remove(next(message for message in self._waiting if isinstance(message, bytes)))
        self._put(pcm)

    def close(self) -> None:
        """Nothing more will come: what waits is still sent, then the socket is closed."""
        self._closed = True
        self._changed.set()

    def _put(self, message: bytes | str) -> None:
        self._waiting.append(message)
        self._changed.set()

    async def send_to(self, socket: web.WebSocketResponse) -> None:
        """Send everything until `close`, then close the socket. Ends quietly when the browser is gone."""
        try:
            while True:
                while self._waiting:
                    message = self._waiting.popleft()
                    await (socket.send_str(message) if isinstance(message, str) else socket.send_bytes(message))
                if self._closed:
                    break
                self._changed.clear()
                await self._changed.wait()
            await socket.close()
        except ConnectionError:
            return


async def carry(
    socket: web.WebSocketResponse, leg: AudioLeg, outbox: Outbox, on_message: Callable[[dict[str, Any]], None]
) -> None:
    """Carry one leg of a call until the leg ends or the browser goes away, whichever is first."""

    async def play() -> None:
        async for pcm in leg.audio():
            outbox.audio(pcm)
        outbox.close()

    async with asyncio.TaskGroup() as group:
        group.create_task(outbox.send_to(socket))
        playing = group.create_task(play())
        await _listen(socket, leg, on_message)
        playing.cancel()
        outbox.close()


async def _listen(socket: web.WebSocketResponse, leg: AudioLeg, on_message: Callable[[dict[str, Any]], None]) -> None:
    async for message in socket:
        if message.type is WSMsgType.BINARY:
            if pcm := message.data[: len(message.data) // 2 * 2]:
                leg.push_audio(pcm)
        elif message.type is WSMsgType.TEXT:
            parsed = _parse(message.data)
            if parsed.get("type") == "hang_up":
                return
            on_message(parsed)


def _parse(text: str) -> dict[str, Any]:
    """The message as an object; an empty one for anything that is not."""
    try:
        parsed = json.loads(text)
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}
