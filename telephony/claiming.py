"""Which of several agents has a call: one claims it, and beats from then on; the others step back.

Several are sent for where one is slow to come, or when a room is lost and is there again.
"""

from __future__ import annotations

import asyncio
import itertools
from contextlib import suppress

from livekit import rtc

from telephony.errors import NoCallerError

BEAT = "townline.beat"
"""The attribute by which the process that has the call shows that it is alive."""
BEAT_SECONDS = 0.5
_CLAIM = "0"
_SETTLE_SECONDS = 0.2
"""Until then a claim made at the same moment has arrived."""
_BACK = "back"
_BACK_SECONDS = 0.4
"""Until then an agent that was sent for while the room was lost has begun to beat, or has seen that another does."""


async def claim(room: rtc.Room) -> None:
    """Take the call. Raises `NoCallerError` when another agent has it: where one is slow to come, several are sent for.

    Of several that come together, the one whose identity is first has it; one that beats already keeps it. `beat` has
    to follow at once.
    """
    await _show(room, _CLAIM)
    if not _others(room):
        return
    await asyncio.sleep(_SETTLE_SECONDS)
    for other in _others(room):
        theirs = other.attributes.get(BEAT, "")
        if theirs and (theirs != _CLAIM or other.identity < room.local_participant.identity):
            raise NoCallerError("another agent has the caller")


async def reclaim(room: rtc.Room) -> bool:
    """Go on with a call whose room was lost and is back: false when an agent that was sent for meanwhile has it."""
    await _show(room, _BACK)
    await asyncio.sleep(_BACK_SECONDS)
    return all(other.attributes.get(BEAT, "") in ("", _CLAIM) for other in _others(room))


def _others(room: rtc.Room) -> list[rtc.RemoteParticipant]:
    agent = rtc.ParticipantKind.PARTICIPANT_KIND_AGENT
    return [one for one in room.remote_participants.values() if one.kind == agent]


async def beat(room: rtc.Room) -> None:
    """Show, twice a second for ever, that this process is alive. The watch takes a call from one that is not."""
    for count in itertools.count(1):
        await _show(room, str(count))
        await asyncio.sleep(BEAT_SECONDS)


async def _show(room: rtc.Room, value: str) -> None:
    # The client misses some of the server's answers and waits five seconds for each; the attribute is set all the same.
    with suppress(TimeoutError):
        async with asyncio.timeout(BEAT_SECONDS):
            await room.local_participant.set_attributes({BEAT: value})
