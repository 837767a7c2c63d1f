"""The LiveKit server as browsers reach it: tickets to ring in, and for advisers to join a caller on the telephone."""

from __future__ import annotations

from dataclasses import dataclass

import aiohttp
from aiohttp import web
from livekit import api

from desk.errors import ExchangeUnavailableError
from telephony.dispatch import Key, adviser_token, web_caller_token
from telephony.livekit_settings import LiveKitSettings
from telephony.rooms import call_id_of

_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Ticket:
    """Lets one browser into one room. It is good for two minutes; who is in stays."""

    url: str
    token: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """A LiveKit server that has calls of ours. `key` never leaves this process."""

    settings: LiveKitSettings
    key: Key

    @property
    def address(self) -> str:
        """Where browsers connect to."""
        return self.settings.public_url or self.settings.url

    @property
    def connect_sources(self) -> tuple[str, ...]:
        """What a page has to be allowed to connect to: the address, by WebSocket and by HTTP."""
        scheme, _, place = self.address.partition("://")
        origin = place.partition("/")[0]
        return f"{scheme}://{origin}", f"{'https' if scheme == 'wss' else 'http'}://{origin}"

    def caller(self) -> Ticket:
        """To ring the line, in a new room."""
        _, token = web_caller_token(self.key, self.settings)
        return Ticket(self.address, token)

    async def adviser(self, call_id: str, adviser: str) -> Ticket | None:
        """To join the call with that id, or `None` when its caller has hung up. Raises `ExchangeUnavailableError`."""
        try:
            async with api.LiveKitAPI(
                self.settings.url,
                self.key.name,
                self.key.secret,
                failover=False,
                timeout=aiohttp.ClientTimeout(total=_SECONDS),
            ) as lkapi:
                rooms = (await lkapi.room.list_rooms(api.ListRoomsRequest())).rooms
        except (aiohttp.ClientError, api.ServerError, TimeoutError) as error:
            raise ExchangeUnavailableError("The telephone exchange does not answer. Try again.") from error
        name = next((room.name for room in rooms if call_id_of(room.name) == call_id), None)
        return None if name is None else Ticket(self.address, adviser_token(self.key, name, adviser))


EXCHANGE = web.AppKey("exchange", Exchange)
