"""Giving a call to people over the telephone network: handing it back to the carrier, or ringing them into it."""

from __future__ import annotations

from datetime import timedelta

import aiohttp
from google.protobuf.duration_pb2 import Duration
from livekit import api

from telephony.errors import NotPutThroughError
from telephony.livekit_settings import SipSettings
from telephony.rooms import ADVISER

_RINGING_SECONDS = 45
_REASONS = {486: "busy", 600: "busy", 603: "declined", 404: "no such number", 408: "no answer", 480: "no answer"}


async def put_through(
    lkapi: api.LiveKitAPI, settings: SipSettings, *, room: str, caller: str, trunk_id: str = ""
) -> None:
    """Give the caller to `settings.people`; returns once somebody has answered, or the carrier has taken the call.

    `caller` is the participant's identity, `trunk_id` the outbound trunk to ring through.
    Raises `NotPutThroughError`; the caller is then still in the room.
    """
    if settings.people is None:
        raise NotPutThroughError("config.yaml names no people")
    try:
        if settings.put_through == "ring":
            await _ring(lkapi, settings.people, room, trunk_id)
        else:
            await _refer(lkapi, settings.people, room, caller)
    except api.ServerError as error:
        raise NotPutThroughError(reason(error)) from error
    except (aiohttp.ClientError, TimeoutError) as error:
        raise NotPutThroughError("the LiveKit server cannot be reached") from error


def reason(error: api.ServerError) -> str:
    """What the telephone network says, in a word or two: busy, declined, no answer."""
    if isinstance(error, api.SipCallError) and error.sip_status_code is not None:
        return _REASONS.get(error.sip_status_code, f"SIP {error.sip_status_code}")
    if error.code == api.ServerErrorCode.CANCELED:
        return "no answer"
    if error.code == api.ServerErrorCode.UNAVAILABLE or error.status == 503:
        return "the SIP service is not there, or is full"
    return error.code


async def _refer(lkapi: api.LiveKitAPI, people: str, room: str, caller: str) -> None:
    to = people if ":" in people else f"tel:{people}"
    await lkapi.sip.transfer_sip_participant(
        api.TransferSIPParticipantRequest(
            room_name=room,
            participant_identity=caller,
            transfer_to=to,
            play_dialtone=True,
            ringing_timeout=_seconds(_RINGING_SECONDS),
        )
    )


async def _ring(lkapi: api.LiveKitAPI, people: str, room: str, trunk_id: str) -> None:
    if not trunk_id:
        raise NotPutThroughError("the outbound trunk is not set up; run `townline sip setup`")
    await lkapi.sip.create_sip_participant(
        api.CreateSIPParticipantRequest(
            sip_trunk_id=trunk_id,
            sip_call_to=people,
            room_name=room,
            participant_identity=f"{ADVISER}phone",
            play_dialtone=True,
            wait_until_answered=True,
            ringing_timeout=_seconds(_RINGING_SECONDS),
        )
    )


def _seconds(seconds: int) -> Duration:
    duration = Duration()
    duration.FromTimedelta(timedelta(seconds=seconds))
    return duration
