"""The places that calls have at a speech server. Each is kept by a connection: when this process dies, all are free."""

from __future__ import annotations

import asyncio

from wyoming.event import Event

from voices.errors import ServerUnavailableError
from voices.pool import Link, Pool
from voices.wire import ADMIT, ADMITTED, EXTRA, extra

_ANSWER_SECONDS = 5.0


class Places:
    """Those of one client."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._links: dict[str, Link] = {}

    async def admit(self, call: str) -> bool:
        """Whether the call has a place now. Raises `ServerUnavailableError`."""
        if call in self._links:
            return True
        link = await self._pool.open()
        try:
            admitted = await self._asked(link, call)
        except BaseException:
            link.close()
            raise
        if admitted:
            self._links[call] = link
        else:
            link.close()
        return admitted

    def release(self, call: str) -> None:
        """The call needs its place no more."""
        if (link := self._links.pop(call, None)) is not None:
            link.close()

    def close(self) -> None:
        """All calls are over."""
        while self._links:
            self._links.popitem()[1].close()

    async def _asked(self, link: Link, call: str) -> bool:
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                await link.send(Event(ADMIT, {EXTRA: {"call": call}}))
                return extra(await link.read(ADMITTED)).get("admitted") is True
        except TimeoutError as exc:
            raise ServerUnavailableError("the speech server does not answer") from exc
