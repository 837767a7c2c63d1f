"""What every answer of the web server carries, and what every page that fails says."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence

from aiohttp import web

from agent.errors import AgentError
from desk.pages import page

_log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

CONTENT = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
)
POLICY = web.AppKey("policy", str)

HEADERS = {
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=(), display-capture=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

_WORDS = {
    403: (
        "You may not do that",
        "Your account does not allow it, or the page was open for too long. Load the page again and try again.",
    ),
    404: ("Page not found", "Check the address, or use the menu."),
    405: ("Page not found", "Check the address, or use the menu."),
    503: ("The records cannot be reached", "Nothing was changed. Try again in a minute."),
    500: ("Something went wrong", "It has been noted in the log. Try again in a minute."),
}


async def _headers(request: web.Request, response: web.StreamResponse) -> None:
    response.headers.setdefault("Content-Security-Policy", request.app[POLICY])
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers.pop("Server", None)


@web.middleware
async def failures(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A page that fails becomes a page that says so; what failed goes to the log, without what anybody said."""
    if "Upgrade" in request.headers:
        return await handler(request)
    try:
        return await handler(request)
    except web.HTTPException as answer:
        if answer.status not in _WORDS or not _wants_page(request):
            raise
        return _failure(request, answer.status)
    except AgentError as error:
        _log.warning("request failed: %s %s: %s", request.method, _route(request), error.code)
        return _failure(request, 503 if error.retryable else 500)
    except Exception:  # noqa: BLE001 - the outermost boundary: the person gets a page, the log gets the cause
        _log.exception("request failed: %s %s", request.method, _route(request))
        return _failure(request, 500)


def _route(request: web.Request) -> str:
    """The route's pattern: the path itself may hold a reference."""
    resource = request.match_info.route.resource
    return resource.canonical if resource else "unknown"


def _wants_page(request: web.Request) -> bool:
    return "text/html" in request.headers.get("Accept", "")


def _failure(request: web.Request, status: int) -> web.StreamResponse:
    title, text = _WORDS[status]
    return page(request, "failure.html", status=status, title=title, text=text)


def guard(app: web.Application, connect: Sequence[str] = ()) -> None:
    """Add the security headers to everything `app` answers. Pages may also connect to the places in `connect`."""
    app[POLICY] = "; ".join((*CONTENT, " ".join(("connect-src 'self'", *connect))))
    app.on_response_prepare.append(_headers)
