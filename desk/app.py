"""The web server: the test call, the staff desk and the admin pages behind one address."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from aiohttp import web

from agent.records import Store
from desk import frontend, pages, sign_in, test_call
from desk.access import STORE, sessions
from desk.attempts import Attempts
from desk.calls import CallLine
from desk.frontend import Frontend
from desk.guards import failures, guard
from desk.sessions import SESSIONS, Sessions, key_in
from desk.settings import DeskSettings

HERE = Path(__file__).resolve().parent
LONGEST_FORM = 1024 * 1024


@dataclass(frozen=True, slots=True)
class DeskServices:
    """What the pages work on. `data_dir` keeps the key that seals sessions; `set_up_code` is for the first start."""

    council: str
    line: CallLine
    store: Store
    data_dir: Path
    set_up_code: str = field(default_factory=sign_in.new_set_up_code)
    settings: DeskSettings = field(default_factory=DeskSettings)
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/London"))
    attempts: Attempts = field(default_factory=Attempts)


def create_app(services: DeskServices) -> web.Application:
    """The application, ready to be served; raises `FrontendMissingError` when GOV.UK Frontend is not installed."""
    app = web.Application(middlewares=[failures, sessions], client_max_size=LONGEST_FORM)
    app[STORE] = services.store
    app[SESSIONS] = Sessions(key_in(services.data_dir), services.settings)
    pages.set_up(app, council=services.council, zone=services.zone)
    guard(app)
    frontend.add_routes(app, Frontend.load(services.settings.frontend))
    app.router.add_static("/static/", HERE / "static")
    app.router.add_get("/health", _health)
    test_call.add_routes(app, services.line)
    sign_in.add_routes(app, services.set_up_code, services.attempts)
    return app


async def _health(_request: web.Request) -> web.Response:
    return web.json_response({"ok": True})
