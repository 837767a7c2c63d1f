"""How this installation signs in: at its LiveKit server, and at its trunks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from livekit import api

from agent.settings import Settings, secrets
from telephony.dispatch import Key
from telephony.errors import LiveKitUnavailableError
from telephony.livekit_settings import LiveKitSettings
from telephony.sip import Passwords


def livekit_settings(settings: Settings) -> LiveKitSettings:
    """The `livekit` section. Raises `LiveKitUnavailableError` when there is none."""
    if settings.telephony.livekit is None:
        raise LiveKitUnavailableError("config.yaml has no telephony: livekit: section")
    return settings.telephony.livekit


def livekit_key() -> Key:
    """The key. Raises `LiveKitUnavailableError` when it is not in the environment."""
    key, secret = secrets().livekit_key, secrets().livekit_secret
    name, word = (one.get_secret_value() if one else "" for one in (key, secret))
    if not name or not word:
        raise LiveKitUnavailableError("TOWNLINE_LIVEKIT_KEY and TOWNLINE_LIVEKIT_SECRET are not set")
    return Key(name, word)


def sip_passwords() -> Passwords:
    """The trunks' passwords; empty where there is none."""
    inbound, outbound = secrets().sip_password, secrets().sip_outbound_password
    return Passwords(inbound.get_secret_value() if inbound else "", outbound.get_secret_value() if outbound else "")


@asynccontextmanager
async def livekit_api(settings: Settings) -> AsyncIterator[api.LiveKitAPI]:
    """The server's API, with all rights. Raises `LiveKitUnavailableError` when section or key is missing."""
    url, key = livekit_settings(settings).url, livekit_key()
    async with api.LiveKitAPI(url, key.name, key.secret, failover=False) as lkapi:
        yield lkapi


def refusal(error: api.ServerError) -> str:
    """Why the server refuses, in words an administrator can act on."""
    if error.status == 401:
        return "the LiveKit server refuses the key: TOWNLINE_LIVEKIT_KEY and _SECRET must be one of its keys"
    if "not connected" in error.message or "redis" in error.message:
        return "the LiveKit server runs without Redis, which SIP needs"
    if "connection refused" in error.message or "dial tcp" in error.message:
        return "the LiveKit server cannot reach its Redis, which SIP needs: start it again"
    return f"the LiveKit server refuses: {error.message}"


async def signed_in(settings: Settings) -> None:
    """Make sure that the server takes the key: a wrong one is said at once, not after minutes of trying.

    A server that is not there yet is nobody's mistake. Raises `LiveKitUnavailableError`.
    """
    try:
        async with livekit_api(settings) as lkapi:
            await lkapi.room.list_rooms(api.ListRoomsRequest())
    except api.ServerError as error:
        if error.status == 401:
            raise LiveKitUnavailableError(refusal(error)) from error
    except (aiohttp.ClientError, TimeoutError):
        return
