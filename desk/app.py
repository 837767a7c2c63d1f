"""The web server: the test call, the staff desk and the admin pages behind one address."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from desk import frontend, pages, test_call
from desk.calls import CallLine
from desk.frontend import Frontend
from desk.guards import failures, guard
from desk.settings import DeskSettings

HERE = Path(__file__).resolve().parent
LONGEST_FORM = 1024 * 1024


@dataclass(frozen=True, slots=True)
class DeskServices:
    """What the pages work on."""

    council: str
    line: CallLine
    settings: DeskSettings = DeskSettings()


SERVICES = web.AppKey("services", DeskServices)


def create_app(services: DeskServices) -> web.Application:
    """The application, ready to be served; raises `FrontendMissingError` when GOV.UK Frontend is not installed."""
    app = web.Application(middlewares=[failures], client_max_size=LONGEST_FORM)
    app[SERVICES] = services
    pages.set_up(app, council=services.council)
    guard(app)
    frontend.add_routes(app, Frontend.load(services.settings.frontend))
    app.router.add_static("/static/", HERE / "static")
    app.router.add_get("/health", _health)
    test_call.add_routes(app, services.line)
    return app


async def _health(_request: web.Request) -> web.Response:
    return web.json_response({"ok": True})
