"""A server on loopback that speaks as much of the OpenAI API as `agent.llm` uses, and replies as it is told to."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer


@dataclass
class Stub:
    """`reply` is what the model says; `status` other than 200 is an error; `hang` never finishes."""

    reply: str = ""
    status: int = 200
    hang: bool = False
    url: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    given_up: asyncio.Event = field(default_factory=asyncio.Event)

    async def complete(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(await request.json())
        if self.status != 200:
            return web.json_response({"error": {"message": "no"}}, status=self.status)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for piece in (self.reply[:3], self.reply[3:]):
            await self._send(response, piece)
        if self.hang:
            await self._until_nobody_waits(response)
        await response.write(b"data: [DONE]\n\n")
        return response

    async def _until_nobody_waits(self, response: web.StreamResponse) -> None:
        try:
            while True:
                await self._send(response, "")
                await asyncio.sleep(0.01)
        except (ConnectionError, asyncio.CancelledError):
            self.given_up.set()
            raise

    @staticmethod
    async def _send(response: web.StreamResponse, text: str) -> None:
        choice = {"index": 0, "delta": {"content": text}, "finish_reason": None}
        chunk = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "m", "choices": [choice]}
        await response.write(f"data: {json.dumps(chunk)}\n\n".encode())


@asynccontextmanager
async def openai_stub() -> AsyncIterator[Stub]:
    """The server, until the context closes."""
    stub = Stub()
    app = web.Application()
    app.router.add_post("/v1/chat/completions", stub.complete)
    async with TestServer(app) as server:
        stub.url = str(server.make_url("/v1"))
        yield stub
