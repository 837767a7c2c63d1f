"""How this installation signs in: at its LiveKit server, and at its trunks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

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
    if key is None or secret is None:
        raise LiveKitUnavailableError("TOWNLINE_LIVEKIT_KEY and TOWNLINE_LIVEKIT_SECRET are not set")
    return Key(key.get_secret_value(), secret.get_secret_value())


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
