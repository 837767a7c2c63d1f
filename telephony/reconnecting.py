"""A connection that is lost in the middle of a call: to the LiveKit server, or to a server that was started anew.

Both ends come back by themselves, into a room of the same name, within seconds of the server: LiveKit's clients keep
trying, and its gateway to the telephone network is one of them. Until then nobody has hung up.
"""

from __future__ import annotations

import asyncio

from livekit import rtc

BACK_SECONDS = 12.0
"""How long somebody may take to be in the room again, once we are. Clients try at growing intervals."""

_LOOK_SECONDS = 0.1
_LOST = {
    rtc.DisconnectReason.UNKNOWN_REASON,
    rtc.DisconnectReason.DUPLICATE_IDENTITY,
    rtc.DisconnectReason.STATE_MISMATCH,
    rtc.DisconnectReason.MIGRATION,
    rtc.DisconnectReason.SIGNAL_CLOSE,
    rtc.DisconnectReason.CONNECTION_TIMEOUT,
    rtc.DisconnectReason.SERVER_SHUTDOWN,
}
"""No reason is known for anybody when it was our connection that broke; who comes in anew before the server has noticed
that the old connection is gone is a duplicate of themselves."""


async def comes_back(room: rtc.Room, participant: rtc.RemoteParticipant) -> bool:
    """Whether `participant`, who is out of the room, only lost the connection, or we did; true once they are back.

    Whoever hung up, or was put out, does not come back: that is known at once.
    """
    if (participant.disconnect_reason or rtc.DisconnectReason.UNKNOWN_REASON) not in _LOST:
        return False
    alone = 0.0
    while alone < BACK_SECONDS:
        if participant.identity in room.remote_participants:
            return True
        await asyncio.sleep(_LOOK_SECONDS)
        if room.connection_state == rtc.ConnectionState.CONN_DISCONNECTED:
            return False
        if room.connection_state == rtc.ConnectionState.CONN_CONNECTED:
            alone += _LOOK_SECONDS
    return False
