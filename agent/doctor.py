"""What an installation lacks, from the trunk to the voice, in words an administrator can act on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import aiohttp
from livekit import api
from livekit.protocol.models import ParticipantInfo

from agent import models
from agent.credentials import livekit_api, refusal, sip_passwords
from agent.errors import AgentError
from agent.keeping import open_store
from agent.settings import Settings
from intents.catalogue import Catalogue
from intents.errors import IntentsError
from telephony.errors import TelephonyError
from telephony.sip import differences, present, wanted
from voices.client import SpeechClient
from voices.errors import VoicesError
from voices.speech import Priority

Verdict = Literal["well", "warning", "broken"]
_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Finding:
    """How one part is. `advice` says what to do about it."""

    part: str
    verdict: Verdict
    says: str
    advice: str = ""


Check = Callable[[Settings], Awaitable[Finding]]


async def examine(settings: Settings) -> list[Finding]:
    """Look at every part, in the order in which a call meets them; one that hangs is a finding too."""
    return [await _patiently(name, check, settings) for name, check in CHECKS.items()]


async def _patiently(name: str, check: Check, settings: Settings) -> Finding:
    try:
        async with asyncio.timeout(_SECONDS):
            return await check(settings)
    except TimeoutError:
        return Finding(name, "broken", f"did not answer within {_SECONDS:.0f} seconds")


async def trunk(settings: Settings) -> Finding:
    """Whether the LiveKit server has the trunks and the rule of `config.yaml`."""
    sip, livekit = settings.telephony.sip, settings.telephony.livekit
    if sip is None or livekit is None:
        return Finding("trunk", "warning", "no telephone network", "add a sip section to config.yaml to take calls")
    try:
        want = wanted(livekit, sip, sip_passwords(), longest_minutes=settings.agent.longest_call_minutes)
        async with livekit_api(settings) as lkapi:
            changes = differences(want, await present(lkapi))
    except TelephonyError as error:
        return Finding("trunk", "broken", str(error))
    except api.ServerError as error:
        advice = "give the LiveKit server a redis section" if "not connected" in error.message else ""
        return Finding("trunk", "broken", refusal(error), advice)
    except aiohttp.ClientError:
        return Finding("trunk", "broken", "unknown while the LiveKit server cannot be reached")
    differing = [f"{change.kind} {change.name}" for change in changes if change.what != "keep"]
    if differing:
        return Finding("trunk", "broken", f"not as in config.yaml: {', '.join(differing)}", "run townline sip setup")
    number = settings.council.telephone
    if _digits(number) not in {_digits(each) for each in sip.numbers}:
        return Finding(
            "trunk", "warning", f"{number} is on no trunk: whoever rings it is not answered", "add it to numbers"
        )
    if sip.people is None:
        return Finding("trunk", "warning", "set up, but nowhere to send a call that the line cannot take", "set people")
    return Finding("trunk", "well", f"{', '.join(sip.numbers)}")


def _digits(number: str) -> str:
    """A number as its last nine digits: `01632 960 100` and `+441632960100` are the same."""
    return "".join(letter for letter in number if letter.isdigit())[-9:]


async def server(settings: Settings) -> Finding:
    """Whether the LiveKit server answers, and takes the key."""
    livekit = settings.telephony.livekit
    if livekit is None:
        return Finding("livekit", "warning", "not used: calls come from the browser only")
    try:
        async with livekit_api(settings) as lkapi:
            rooms = (await lkapi.room.list_rooms(api.ListRoomsRequest())).rooms
    except TelephonyError as error:
        return Finding("livekit", "broken", str(error))
    except api.ServerError as error:
        if error.status == 401:
            advice = "TOWNLINE_LIVEKIT_KEY and _SECRET must be one of the server's keys"
            return Finding("livekit", "broken", "the server refuses the key", advice)
        return Finding("livekit", "broken", f"the server refuses: {error.message}")
    except aiohttp.ClientError:
        return Finding("livekit", "broken", f"nothing answers at {livekit.url}", "start it, or correct livekit: url")
    return Finding("livekit", "well", f"{livekit.url}, {len(rooms)} rooms")


async def watch(settings: Settings) -> Finding:
    """Whether somebody sees to it that nobody is left ringing."""
    livekit = settings.telephony.livekit
    if livekit is None:
        return Finding("watch", "well", "not needed")
    host = "127.0.0.1" if livekit.watch_host == "0.0.0.0" else livekit.watch_host  # noqa: S104 - compared, not bound
    try:
        async with aiohttp.ClientSession() as session, session.get(f"http://{host}:{livekit.watch_port}/health") as got:
            status = got.status
    except aiohttp.ClientError:
        return Finding("watch", "broken", "does not run: a call nobody answers would ring on", "run townline watch")
    if status != 200:
        return Finding("watch", "broken", "runs, but the LiveKit server does not answer it")
    return Finding("watch", "well", "sees the LiveKit server")


async def worker(settings: Settings) -> Finding:
    """Whether a call would be answered: rings with nobody in the room, and looks whether an agent is sent."""
    livekit = settings.telephony.livekit
    if livekit is None:
        return Finding("worker", "well", "not needed")
    room = f"doctor-{livekit.agent_name}"
    try:
        async with livekit_api(settings) as lkapi:
            await lkapi.room.create_room(api.CreateRoomRequest(name=room, empty_timeout=10))
            try:
                request = api.CreateAgentDispatchRequest(room=room, agent_name=livekit.agent_name)
                await lkapi.agent_dispatch.create_dispatch(request)
                answered = await _answered(lkapi, room)
            finally:
                await lkapi.room.delete_room(api.DeleteRoomRequest(room=room))
    except (TelephonyError, api.ServerError, aiohttp.ClientError):
        return Finding("worker", "broken", "unknown while the LiveKit server cannot be used")
    if not answered:
        return Finding("worker", "broken", "no worker takes calls: none runs, or all are full", "run townline worker")
    return Finding("worker", "well", "takes calls")


async def speech(settings: Settings) -> Finding:
    """Whether the speech server speaks, and hears what it said."""
    where = settings.voices.server
    if where in ("embedded", "in-process"):
        return Finding("speech", "well", f"{where}: started by each worker")
    try:
        async with SpeechClient(where, settings.voices.speaking_server, start_seconds=3.0) as client:
            chunks = [chunk async for chunk in client.synthesise("Good morning.", priority=Priority.LATER_SENTENCE)]
            status = await client.status()
    except VoicesError as error:
        return Finding("speech", "broken", f"{where}: {error}", "run townline voices")
    if not chunks:
        return Finding("speech", "broken", f"{where} answers, and says nothing")
    places = "" if status.left is None else f", {status.left} of {status.capacity} places free"
    return Finding("speech", "well", f"{where}{places}")


async def files(settings: Settings) -> Finding:
    """Whether models and services are there and sound."""
    try:
        for name in settings.models_named():
            await asyncio.to_thread(models.path, name)
        await asyncio.to_thread(Catalogue.load, settings.file(settings.intents.services))
    except (AgentError, IntentsError) as error:
        return Finding("files", "broken", str(error))
    return Finding("files", "well", "models and services are there")


async def store(settings: Settings) -> Finding:
    """Whether the database can be read, and whether something waits in it that should be gone."""
    try:
        async with open_store(settings) as opened:
            due = await opened.next_due()
            late = due is not None and (opened.now() - due).total_seconds() > 600
    except AgentError as error:
        return Finding("database", "broken", str(error), "check TOWNLINE_DATABASE_URL, and that the disk is not full")
    if late:
        return Finding("database", "warning", "the outbox is not delivered", "a worker or townline serve delivers it")
    return Finding("database", "well", "answers")


CHECKS: dict[str, Check] = {
    "trunk": trunk,
    "livekit": server,
    "watch": watch,
    "worker": worker,
    "speech": speech,
    "files": files,
    "database": store,
}


def sound(findings: Sequence[Finding]) -> bool:
    """Whether nothing is broken."""
    return all(finding.verdict != "broken" for finding in findings)


async def _answered(lkapi: api.LiveKitAPI, room: str) -> bool:
    for _ in range(20):
        await asyncio.sleep(0.3)
        found = await lkapi.room.list_participants(api.ListParticipantsRequest(room=room))
        if any(one.kind == ParticipantInfo.Kind.AGENT for one in found.participants):
            return True
    return False
