"""The web server: the test call, the staff desk and the admin pages behind one address."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from weakref import WeakSet
from zoneinfo import ZoneInfo

from aiohttp import web

from agent.handoff import HandoffQueue
from agent.publishing import Publisher
from agent.records import Store
from desk import (
    admin,
    admin_draft,
    admin_pages,
    adviser,
    frontend,
    pages,
    records,
    ringing,
    sign_in,
    test_call,
    waiting,
)
from desk.access import STORE, sessions
from desk.attempts import Attempts
from desk.calls import CallLine
from desk.exchange import Exchange
from desk.frontend import Frontend
from desk.guards import failures, guard
from desk.sessions import SESSIONS, Sessions, key_in
from desk.settings import DeskSettings
from desk.sockets import SOCKETS, close_all

HERE = Path(__file__).resolve().parent
LONGEST_FORM = 1024 * 1024


@dataclass(frozen=True, slots=True)
class DeskServices:
    """What the pages work on.

    `data_dir` keeps the key that seals sessions; `hours` are the names of opening hours in `config.yaml`;
    `set_up_code` is shown on the terminal for the first start.
    """

    council: str
    line: CallLine
    store: Store
    queue: HandoffQueue
    publisher: Publisher
    data_dir: Path
    hours: tuple[str, ...] = ()
    set_up_code: str = field(default_factory=sign_in.new_set_up_code)
    settings: DeskSettings = field(default_factory=DeskSettings)
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/London"))
    attempts: Attempts = field(default_factory=Attempts)
    exchange: Exchange | None = None
    """The LiveKit server, where calls of the telephone come through one."""
    rations: Attempts = field(default_factory=lambda: Attempts(most=ringing.MOST_CALLS, window=ringing.WINDOW_SECONDS))


def create_app(services: DeskServices) -> web.Application:
    """The application, ready to be served; raises `FrontendMissingError` when GOV.UK Frontend is not installed."""
    app = web.Application(middlewares=[failures, sessions], client_max_size=LONGEST_FORM)
    app[STORE] = services.store
    app[SOCKETS] = WeakSet()
    app.on_shutdown.append(close_all)
    app[SESSIONS] = Sessions(key_in(services.data_dir), services.settings)
    pages.set_up(app, council=services.council, zone=services.zone)
    guard(app, services.exchange.connect_sources if services.exchange else ())
    frontend.add_routes(app, Frontend.load(services.settings.frontend))
    app.router.add_static("/static/", HERE / "static")
    app.router.add_get("/health", _health)
    test_call.add_routes(app, services.line)
    ringing.add_routes(app, services.exchange, services.rations)
    sign_in.add_routes(app, services.set_up_code, services.attempts)
    waiting.add_routes(app, services.queue)
    adviser.add_routes(app)
    records.add_routes(app)
    admin.add_routes(app, services.publisher, services.hours)
    admin_draft.add_routes(app, services.zone)
    admin_pages.add_routes(app)
    return app


async def _health(_request: web.Request) -> web.Response:
    return web.json_response({"ok": True})
