"""Making a page: the template's own values, and what the frame around every page needs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import aiohttp_jinja2
import jinja2
from aiohttp import web

TEMPLATES = Path(__file__).resolve().parent / "templates"


def set_up(app: web.Application, *, council: str) -> None:
    """Make the templates known to `app`."""
    environment = aiohttp_jinja2.setup(
        app,
        loader=jinja2.FileSystemLoader(TEMPLATES),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["council"] = council


def page(request: web.Request, template: str, *, status: int = 200, **values: Any) -> web.Response:
    """The page that `template` makes of `values`."""
    return aiohttp_jinja2.render_template(template, request, {**_frame(request), **values}, status=status)


def _frame(request: web.Request) -> dict[str, Any]:
    links = (("/", "Test call"),)
    return {
        "navigation": [{"href": href, "text": text, "here": request.path == href} for href, text in links],
        "person": None,
        "csrf": "",
    }
