"""Calls whose process died and whose caller is gone: ended on record, and those who waited for a person called back."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging

import aiohttp
from livekit import api

from agent.errors import StoreUnavailableError
from agent.records import Store
from telephony.hours import Hours
from telephony.rooms import call_id_of

log = logging.getLogger(__name__)

TELEPHONE = "telephone"
"""The channel of calls that come through LiveKit; their ids follow from the names of their rooms."""

_EVERY_SECONDS = 60.0
_YOUNG = dt.timedelta(minutes=1)


async def tidy_for_ever(store: Store, lkapi: api.LiveKitAPI, hours: Hours) -> None:
    """Every minute. What cannot be reached now is asked again in a minute."""
    while True:
        try:
            for call_id in await tidy(store, lkapi, hours):
                log.warning("call %s: its process died, its room is gone: interrupted", call_id)
        except (StoreUnavailableError, api.ServerError, aiohttp.ClientError, TimeoutError) as error:
            log.warning("not tidied: %s", type(error).__name__)
        await asyncio.sleep(_EVERY_SECONDS)


async def tidy(store: Store, lkapi: api.LiveKitAPI, hours: Hours) -> list[str]:
    """Once; returns the ids of the calls that were ended."""
    left = [call for call in await store.open_on(TELEPHONE) if store.now() - call.started > _YOUNG]
    if not left:
        return []
    rooms = {call_id_of(room.name) for room in (await lkapi.room.list_rooms(api.ListRoomsRequest())).rooms}
    ended: list[str] = []
    for call in left:
        if call.call_id not in rooms:
            # A job's process has one call, so its name stands for that call.
            ended += await store.recover(hours.next_window(store.now()), call.owner)
    return ended
