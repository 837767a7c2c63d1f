"""Who is let into which room, and how a call gets its agent. Every token is for one room and for minutes."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass

from livekit import api

from telephony.livekit_settings import LiveKitSettings
from telephony.rooms import ADVISER, WEB_CALLER

_TOKEN_MINUTES = 2
"""A token is only needed to get in; who is in stays."""

_EMPTY_SECONDS = 20
_DEPARTURE_SECONDS = 2
_MOST_PARTICIPANTS = 8


@dataclass(frozen=True, slots=True)
class Key:
    """The key of the LiveKit server."""

    name: str
    secret: str


def room_configuration(settings: LiveKitSettings) -> api.RoomConfiguration:
    """What every room of a call is made with: our agent is sent for at its birth, and it ends when nobody is left."""
    return api.RoomConfiguration(
        empty_timeout=_EMPTY_SECONDS,
        departure_timeout=_DEPARTURE_SECONDS,
        max_participants=_MOST_PARTICIPANTS,
        agents=[api.RoomAgentDispatch(agent_name=settings.agent_name)],
    )


def adviser_token(key: Key, room: str, adviser: str) -> str:
    """Lets one adviser into one call, to speak and listen."""
    return _token(key, room, f"{ADVISER}{adviser}").to_jwt()


def web_caller_token(key: Key, settings: LiveKitSettings) -> tuple[str, str]:
    """A new room, and what lets a browser ring the line in it as a caller."""
    room = f"{settings.room_prefix}web-{secrets.token_hex(6)}"
    token = _token(key, room, f"{WEB_CALLER}{secrets.token_hex(4)}").with_room_config(room_configuration(settings))
    return room, token.to_jwt()


def _token(key: Key, room: str, identity: str) -> api.AccessToken:
    grants = api.VideoGrants(
        room_join=True,
        room=room,
        can_publish=True,
        can_subscribe=True,
        can_publish_data=True,
        can_publish_sources=["microphone"],
    )
    token = api.AccessToken(key.name, key.secret).with_identity(identity).with_grants(grants)
    return token.with_ttl(dt.timedelta(minutes=_TOKEN_MINUTES))
