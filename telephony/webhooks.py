"""The watch's door: webhooks of the LiveKit server, health, and figures for Prometheus."""

from __future__ import annotations

import logging

from aiohttp import web
from livekit import api
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from telephony.dispatch import Key
from telephony.errors import WebhookRefusedError
from telephony.rescue import Rescuer

log = logging.getLogger(__name__)

WEBHOOK_PATH = "/livekit/webhook"
_LONGEST = 256 * 1024


class Webhooks:
    """Checks that a webhook comes from a server that has our key, and was not changed on its way."""

    def __init__(self, key: Key) -> None:
        self._receiver = api.WebhookReceiver(api.TokenVerifier(key.name, key.secret))

    def read(self, body: str, authorization: str) -> api.WebhookEvent:
        """The event. Raises `WebhookRefusedError` for a missing, wrong, expired or foreign signature."""
        try:
            return self._receiver.receive(body, authorization.removeprefix("Bearer "))
        except Exception as error:
            # The library has no error of its own: it raises those of three others, and bare ones for a wrong checksum.
            raise WebhookRefusedError(type(error).__name__) from error


def watch_app(rescuer: Rescuer, webhooks: Webhooks) -> web.Application:
    """`POST /livekit/webhook`, `GET /health`, `GET /metrics`."""

    async def webhook(request: web.Request) -> web.Response:
        try:
            webhooks.read(await request.text(), request.headers.get("Authorization", ""))
        except (WebhookRefusedError, UnicodeDecodeError) as error:
            log.warning("webhook refused: %s", error)
            return web.Response(status=401, text="no valid signature\n")
        rescuer.nudge()
        return web.Response(text="ok\n")

    async def health(_: web.Request) -> web.Response:
        if rescuer.sees:
            return web.Response(text="ok\n")
        return web.Response(status=503, text="the LiveKit server does not answer\n")

    async def metrics(_: web.Request) -> web.Response:
        return web.Response(
            body=generate_latest(rescuer.figures.registry), headers={"Content-Type": CONTENT_TYPE_LATEST}
        )

    app = web.Application(client_max_size=_LONGEST)
    app.router.add_post(WEBHOOK_PATH, webhook)
    app.router.add_get("/health", health)
    app.router.add_get("/metrics", metrics)
    return app
