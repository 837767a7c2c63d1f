"""GOV.UK Frontend without GOV.UK: its typeface and crest may only be used on gov.uk, so Arial takes their place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from desk.errors import FrontendMissingError

_FONT_FACE = re.compile(r"@font-face\{[^}]*\}")
_TYPEFACE = re.compile(r'"?GDS Transport"?,\s*arial,\s*sans-serif', re.IGNORECASE)
_SOURCE_MAP = re.compile(r"(/\*|//)# sourceMappingURL=\S+( \*/)?")


@dataclass(frozen=True, slots=True)
class Frontend:
    """The style sheet and script that the pages use, ready to be sent."""

    css: str
    js: str
    livekit: Path
    """LiveKit's client for browsers."""

    @classmethod
    def load(cls, folder: Path) -> Frontend:
        """Read the built files in node_modules; `folder` is GOV.UK Frontend's. `FrontendMissingError` without them."""
        try:
            css = (folder / "govuk-frontend.min.css").read_text(encoding="utf-8")
            js = (folder / "govuk-frontend.min.js").read_text(encoding="utf-8")
        except FileNotFoundError as missing:
            raise FrontendMissingError("GOV.UK Frontend is not installed: run `npm ci`") from missing
        livekit = folder.parent.parent.parent / "livekit-client" / "dist" / "livekit-client.esm.mjs"
        if not livekit.is_file():
            raise FrontendMissingError("livekit-client is not installed: run `npm ci`")
        return cls(css=without_gov_uk_typeface(css), js=_SOURCE_MAP.sub("", js), livekit=livekit)


def without_gov_uk_typeface(css: str) -> str:
    """The same rules with Arial, and nothing that would fetch the licensed font files."""
    plain = _TYPEFACE.sub("Arial,Helvetica,sans-serif", _FONT_FACE.sub("", css))
    return _SOURCE_MAP.sub("", plain)


FRONTEND = web.AppKey("frontend", Frontend)


async def _css(request: web.Request) -> web.Response:
    return web.Response(text=request.app[FRONTEND].css, content_type="text/css")


async def _js(request: web.Request) -> web.Response:
    return web.Response(text=request.app[FRONTEND].js, content_type="text/javascript")


async def _livekit(request: web.Request) -> web.FileResponse:
    headers = {"Content-Type": "text/javascript", "Cache-Control": "no-cache"}
    return web.FileResponse(request.app[FRONTEND].livekit, headers=headers)


def add_routes(app: web.Application, frontend: Frontend) -> None:
    """Serve GOV.UK Frontend and LiveKit's client under `/vendor/`."""
    app[FRONTEND] = frontend
    app.router.add_get("/vendor/govuk-frontend.css", _css)
    app.router.add_get("/vendor/govuk-frontend.js", _js)
    app.router.add_get("/vendor/livekit-client.js", _livekit)
