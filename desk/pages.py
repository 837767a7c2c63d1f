"""Making a page: the template's own values, and what the frame around every page needs."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp_jinja2
import jinja2
from aiohttp import web

from agent.records import Role
from desk.sessions import SESSION, Session

TEMPLATES = Path(__file__).resolve().parent / "templates"

MENU: tuple[tuple[str, str, Role | None], ...] = (
    ("/", "Test call", None),
    ("/desk", "Callers waiting", "staff"),
    ("/desk/callbacks", "Call backs", "staff"),
    ("/desk/cases", "Cases", "staff"),
    ("/desk/deliveries", "Deliveries", "staff"),
    ("/admin", "Services", "admin"),
    ("/admin/releases", "Releases", "admin"),
    ("/admin/pages", "Published pages", "admin"),
    ("/admin/passwords", "Passwords", "admin"),
)
"""Address, text, and who sees it."""


def set_up(app: web.Application, *, council: str, zone: ZoneInfo) -> None:
    """Make the templates known to `app`; times are shown in `zone`."""
    environment = aiohttp_jinja2.setup(
        app,
        loader=jinja2.FileSystemLoader(TEMPLATES),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["council"] = council
    environment.filters["clock"] = lambda moment: moment.astimezone(zone).strftime("%H:%M")
    environment.filters["when"] = lambda moment: when(moment.astimezone(zone))
    environment.filters["words"] = words


def page(request: web.Request, template: str, *, status: int = 200, **values: Any) -> web.Response:
    """The page that `template` makes of `values`."""
    return aiohttp_jinja2.render_template(template, request, {**_frame(request), **values}, status=status)


def fragment(request: web.Request, template: str, **values: Any) -> str:
    """A piece of a page."""
    return aiohttp_jinja2.render_string(template, request, values)


def _frame(request: web.Request) -> dict[str, Any]:
    session = request.get(SESSION) or Session()
    links = [(href, text) for href, text, role in MENU if role is None or session.may(role)]
    if session.role is None:
        links.append(("/sign-in", "Sign in"))
    here = max((href for href, _ in links if _within(request.path, href)), key=len, default=None)
    return {
        "navigation": [{"href": href, "text": text, "here": href == here} for href, text in links],
        "person": session if session.role else None,
        "csrf": session.csrf,
    }


def _within(path: str, href: str) -> bool:
    return path == href or (href != "/" and path.startswith(f"{href}/"))


def when(moment: dt.datetime) -> str:
    """`24 November 2026, 14:05`."""
    return f"{moment.day} {moment:%B %Y, %H:%M}"


def words(name: str) -> str:
    """`bin_type` as `Bin type`."""
    text = name.replace("_", " ")
    return text[:1].upper() + text[1:]
