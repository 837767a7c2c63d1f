"""Connections to one Wyoming server, kept for the next request."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlparse

from wyoming.event import Event

from voices.errors import ProtocolError, ServerUnavailableError
from voices.requests import error_from
from voices.wire import Limits, read_event, write_event

_LIMITS = Limits(data=8 * 1024 * 1024, payload=16 * 1024 * 1024, read_seconds=30.0)
"""Other servers describe a hundred voices, and send a whole reply at once."""
_MOST_IDLE = 32


class Link:
    """One connection, for one request at a time."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self.used = False

    @property
    def closed(self) -> bool:
        """Whether the server is known to have closed it."""
        return self._reader.at_eof() or self._writer.is_closing()

    async def send(self, *events: Event) -> None:
        """Raises `ServerUnavailableError`."""
        try:
            for event in events:
                await write_event(self._writer, event, _LIMITS)
        except (OSError, TimeoutError) as exc:
            raise ServerUnavailableError("the speech server went away") from exc

    async def read(self, *wanted: str) -> Event:
        """The next event of a type in `wanted`; others are skipped.

        Raises `ServerUnavailableError`, `ProtocolError`, and what the server tells as an `error`.
        """
        while True:
            event = await read_event(self._reader, _LIMITS)
            if event is None:
                raise ServerUnavailableError("the speech server went away")
            if event.type == "error":
                raise error_from(event)
            if event.type in wanted:
                return event

    def close(self) -> None:
        """Close at once: the server drops what it was asked for."""
        self._writer.transport.abort()


class Pool:
    """Links to the server at `uri`: `unix:///path` or `tcp://host:port`."""

    def __init__(self, uri: str) -> None:
        """Raises `ProtocolError` for any other kind of URI."""
        self._where = urlparse(uri)
        tcp = self._where.scheme == "tcp" and self._where.hostname and self._where.port
        if not tcp and not (self._where.scheme == "unix" and self._where.path):
            raise ProtocolError(f"{uri!r} is no address of a speech server: tcp://host:port or unix:///path")
        self._idle: list[Link] = []

    @asynccontextmanager
    async def link(self) -> AsyncIterator[Link]:
        """A link for one request. Unless everything went well it is closed afterwards.

        Raises `ServerUnavailableError`.
        """
        link = self._kept() or await self.open()
        try:
            yield link
        except BaseException:
            link.close()
            raise
        link.used = True
        if link.closed or len(self._idle) >= _MOST_IDLE:
            link.close()
        else:
            self._idle.append(link)

    async def open(self) -> Link:
        """A link of one's own, to be closed by whoever opened it. Raises `ServerUnavailableError`."""
        where = self._where
        try:
            if where.scheme == "unix":
                return Link(*await asyncio.open_unix_connection(where.path))
            return Link(*await asyncio.open_connection(where.hostname, where.port))
        except OSError as exc:
            raise ServerUnavailableError("the speech server cannot be reached") from exc

    def forget(self) -> None:
        """Close what is kept: the server was started again."""
        while self._idle:
            self._idle.pop().close()

    def _kept(self) -> Link | None:
        while self._idle:
            link = self._idle.pop()
            if not link.closed:
                return link
            link.close()
        return None
