"""A stand-in for GOV.UK Notify that speaks its real protocol: JWT, v2 routes, its errors, its references."""

from __future__ import annotations

import json
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from notifications_python_client.authentication import decode_jwt_token, get_token_issuer
from notifications_python_client.errors import TokenError

SERVICE = "26785a09-ab16-4eb0-8407-a37497a57506"
SECRET = "3d844edf-8d35-48ac-975b-e847b4f122b0"
API_KEY = f"townline_test-{SERVICE}-{SECRET}"
TEMPLATE = "11111111-2222-3333-4444-555555555555"


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class NotifyServer:
    """What was sent, and how it should misbehave next."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.url = ""
        self.fail_next: list[int] = []
        """Status codes for the coming requests, before anything is sent."""
        self.lose_answers = 0
        """So many messages are sent, but the answer does not arrive."""

    def app(self) -> web.Application:
        @web.middleware
        async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
            return self._refusal(request) or await handler(request)

        app = web.Application(middlewares=[guard])
        app.router.add_post("/v2/notifications/sms", self._sms)
        app.router.add_post("/v2/notifications/email", self._email)
        app.router.add_get("/v2/notifications", self._list)
        return app

    def _refusal(self, request: web.Request) -> web.Response | None:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        try:
            assert get_token_issuer(token) == SERVICE  # type: ignore[no-untyped-call]
            decode_jwt_token(token, SECRET)  # type: ignore[no-untyped-call]
        except (TokenError, AssertionError):
            return _error(403, "AuthError", "Invalid token: signature, api token not found")
        if not self.fail_next:
            return None
        status = self.fail_next.pop(0)
        return _error(status, "RateLimitError" if status == 429 else "Exception", "no")

    async def _sms(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        if not body["phone_number"].replace(" ", "").lstrip("+").isdigit():
            return _error(400, "ValidationError", "phone_number Must not contain letters or symbols")
        return await self._send(request, body, body["phone_number"], {"body": "text", "from_number": "ASHCOMBE"})

    async def _email(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        content = {"body": "text", "subject": "Ashcombe", "from_email": "line@ashcombe.example"}
        return await self._send(request, body, body["email_address"], content)

    async def _send(
        self, request: web.Request, body: dict[str, Any], to: str, content: dict[str, str]
    ) -> web.StreamResponse:
        if body["template_id"] != TEMPLATE:
            return _error(400, "BadRequestError", "Template not found")
        sent = {
            "id": str(uuid.uuid4()),
            "reference": body.get("reference"),
            "to": to,
            "personalisation": body.get("personalisation"),
        }
        self.sent.append(sent)
        if self.lose_answers:
            self.lose_answers -= 1
            assert request.transport is not None
            request.transport.close()
        template = {"id": TEMPLATE, "version": 1, "uri": f"{self.url}/v2/template/{TEMPLATE}"}
        answer = {"id": sent["id"], "reference": sent["reference"], "content": content, "template": template}
        return web.json_response({**answer, "uri": f"{self.url}/v2/notifications/{sent['id']}"}, status=201)

    async def _list(self, request: web.Request) -> web.Response:
        wanted = request.query.get("reference")
        found = [one for one in self.sent if wanted in (None, one["reference"])]
        return web.json_response({"notifications": found, "links": {"current": str(request.url)}})


def _error(status: int, error: str, message: str) -> web.Response:
    body = {"status_code": status, "errors": [{"error": error, "message": message}]}
    return web.Response(status=status, text=json.dumps(body), content_type="application/json")


@asynccontextmanager
async def notify() -> AsyncIterator[NotifyServer]:
    """Serve it on a free port of loopback."""
    server = NotifyServer()
    runner = web.AppRunner(server.app())
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        server.url = f"http://{host}:{port}"
        yield server
    finally:
        await runner.cleanup()
