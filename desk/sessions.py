"""Who is signed in: a session sealed in a cookie, which only this server can read or change."""

from __future__ import annotations

import hmac
import json
import os
import secrets
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from aiohttp import web
from cryptography.fernet import Fernet, InvalidToken

from agent.records import Role
from desk.settings import DeskSettings

REFRESH = 60.0
"""Seconds after which a session in use is sealed anew, so that it does not run out."""


@dataclass(frozen=True, slots=True)
class Session:
    """`role` is `None` until somebody signs in. Times are seconds since 1970. `csrf` stands in every form."""

    role: Role | None = None
    name: str = ""
    began: float = 0.0
    seen: float = 0.0
    csrf: str = field(default_factory=lambda: secrets.token_urlsafe(24))

    def may(self, role: Role) -> bool:
        """Whether this person may use what is for `role`; an admin may use everything."""
        return self.role in (role, "admin")


class Sessions:
    """Seals sessions into cookies and opens them again while they are valid."""

    def __init__(self, key: bytes, settings: DeskSettings, clock: Callable[[], float] = time.time) -> None:
        self._fernet = Fernet(key)
        self._settings = settings
        self._clock = clock

    def open(self, request: web.Request) -> Session:
        """The request's session; a new one, signed in as nobody, when there is none or it has run out."""
        sealed = request.cookies.get(self.cookie(request))
        if sealed is None:
            return Session()
        try:
            session = Session(**json.loads(self._fernet.decrypt(sealed.encode())))
        except (InvalidToken, ValueError, TypeError):
            return Session()
        now = self._clock()
        idle, age = now - session.seen, now - session.began
        if session.role and (idle > self._settings.session_minutes * 60 or age > self._settings.session_hours * 3600):
            return Session()
        return session

    def begin(self, role: Role, name: str) -> Session:
        """A session of somebody who has just signed in; its secrets are new."""
        now = self._clock()
        return Session(role=role, name=name, began=now, seen=now)

    def write(self, request: web.Request, response: web.StreamResponse, session: Session) -> None:
        """Put the session into the answer's cookies."""
        sealed = self._fernet.encrypt(json.dumps(asdict(replace(session, seen=self._clock()))).encode()).decode()
        response.set_cookie(
            self.cookie(request), sealed, httponly=True, samesite="Strict", secure=self._https(request), path="/"
        )

    def stale(self, session: Session) -> bool:
        """Whether the session's cookie should be sealed anew."""
        return self._clock() - session.seen > REFRESH

    def _https(self, request: web.Request) -> bool:
        return request.secure or self._settings.behind_https

    def cookie(self, request: web.Request) -> str:
        """The cookie's name."""
        # Browsers take a `__Host-` cookie only from this very host and only over https.
        return "__Host-townline" if self._https(request) else "townline"


def key_in(folder: Path) -> bytes:
    """The key that seals sessions: made at the first start, kept in `folder` for this user's eyes only."""
    file = folder / "session.key"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_bytes()
    with os.fdopen(handle, "wb") as writing:
        key = Fernet.generate_key()
        writing.write(key)
    return key


SESSION = web.RequestKey("session", Session)
SESSIONS = web.AppKey("sessions", Sessions)


def same(one: str, other: str) -> bool:
    """Whether two secrets are equal, in the same time whether or not they are."""
    return hmac.compare_digest(one.encode(), other.encode())
