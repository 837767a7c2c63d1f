"""Who may do what: opens the session of each request, checks forms, and guards pages by role."""

from __future__ import annotations

import functools
from urllib.parse import quote

from aiohttp import web

from agent.records import Role, Store
from desk.guards import Handler
from desk.sessions import SESSION, SESSIONS, Session, same

STORE = web.AppKey("store", Store)


@web.middleware
async def sessions(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Open the request's session, refuse forms that are not from our own page, and keep the session alive."""
    if request.path.startswith(("/static/", "/vendor/")):
        return await handler(request)
    session = await _current(request, request.app[SESSIONS].open(request))
    request[SESSION] = session
    if request.method == "POST":
        await _check_form(request, session)
    try:
        response = await handler(request)
    except web.HTTPException as answer:
        _keep(request, answer, session)
        raise
    _keep(request, response, session)
    return response


async def _current(request: web.Request, session: Session) -> Session:
    """The session, unless its password was changed since it began."""
    if session.role is None:
        return session
    changed = await request.app[STORE].password_set(session.role)
    return session if changed is not None and changed.timestamp() <= session.began else Session()


async def _check_form(request: web.Request, session: Session) -> None:
    token = (await request.post()).get("csrf", "")
    if not isinstance(token, str) or not same(token, session.csrf):
        raise web.HTTPForbidden


def _keep(request: web.Request, response: web.StreamResponse, session: Session) -> None:
    box = request.app[SESSIONS]
    if response.prepared or box.cookie(request) in response.cookies:
        return
    if box.cookie(request) not in request.cookies or box.stale(session):
        box.write(request, response, session)


def needs(role: Role, handler: Handler) -> Handler:
    """`handler` for people who may do what `role` may; others are asked to sign in, or refused."""

    @functools.wraps(handler)
    async def guarded(request: web.Request) -> web.StreamResponse:
        session = request[SESSION]
        if session.may(role):
            return await handler(request)
        if session.role is None and request.method == "GET" and "text/html" in request.headers.get("Accept", ""):
            raise web.HTTPSeeOther(f"/sign-in?next={quote(request.path_qs)}")
        raise web.HTTPForbidden

    return guarded


async def field(request: web.Request, name: str) -> str:
    """One field of the posted form, trimmed; empty when it is missing or a file."""
    value = (await request.post()).get(name, "")
    return value.strip() if isinstance(value, str) else ""
