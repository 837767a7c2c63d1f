"""The trunks and the dispatch rule that `config.yaml` asks for, and what has to change for the server to have them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, TypeVar

from google.protobuf.duration_pb2 import Duration
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from livekit import api
from livekit.protocol.sip import SIPHeaderOptions, SIPTransport

from telephony.dispatch import room_configuration
from telephony.errors import TrunkError
from telephony.livekit_settings import LiveKitSettings, SipSettings

MADE_BY = "made by townline sip setup; do not edit"
"""The metadata of everything that is ours. What does not carry it is never touched."""

_TRANSPORTS = {
    "auto": SIPTransport.SIP_TRANSPORT_AUTO,
    "udp": SIPTransport.SIP_TRANSPORT_UDP,
    "tcp": SIPTransport.SIP_TRANSPORT_TCP,
    "tls": SIPTransport.SIP_TRANSPORT_TLS,
}
_SECRET = frozenset({"auth_password"})
_NOT_COMPARED = frozenset({"sip_trunk_id", "sip_dispatch_rule_id", "created_at", "updated_at", "trunk_ids"})

Kind = Literal["inbound trunk", "outbound trunk", "dispatch rule"]
Found = api.SIPInboundTrunkInfo | api.SIPOutboundTrunkInfo | api.SIPDispatchRuleInfo
F = TypeVar("F", api.SIPInboundTrunkInfo, api.SIPOutboundTrunkInfo, api.SIPDispatchRuleInfo)


@dataclass(frozen=True, slots=True)
class Passwords:
    """Digest passwords of the two trunks; empty where there is none."""

    inbound: str = ""
    outbound: str = ""


@dataclass(frozen=True)
class Wanted:
    """What the server should have for one installation."""

    inbound: api.SIPInboundTrunkInfo
    outbound: api.SIPOutboundTrunkInfo | None
    rule: api.SIPDispatchRuleInfo


@dataclass(frozen=True)
class Present:
    """What the server has, ours and others'."""

    inbound: tuple[api.SIPInboundTrunkInfo, ...]
    outbound: tuple[api.SIPOutboundTrunkInfo, ...]
    rules: tuple[api.SIPDispatchRuleInfo, ...]


@dataclass(frozen=True)
class Change:
    """One thing to create or update. `lines` say what is different, passwords left out."""

    kind: Kind
    what: Literal["create", "update", "keep", "remove"]
    name: str
    lines: tuple[str, ...] = ()
    id: str = ""

    def __str__(self) -> str:
        return "\n".join((f"{self.what} {self.kind} {self.name}", *(f"    {line}" for line in self.lines)))


def wanted(livekit: LiveKitSettings, sip: SipSettings, passwords: Passwords, *, longest_minutes: int) -> Wanted:
    """What `config.yaml` asks for. Raises `TrunkError` when a username has no password."""
    if sip.username and not passwords.inbound:
        raise TrunkError("the trunk has a username; its password belongs in TOWNLINE_SIP_PASSWORD")
    outbound = sip.outbound
    if outbound is not None and outbound.username and not passwords.outbound:
        raise TrunkError("the outbound trunk has a username; its password belongs in TOWNLINE_SIP_OUTBOUND_PASSWORD")
    return Wanted(
        inbound=api.SIPInboundTrunkInfo(
            name=f"{livekit.agent_name} in",
            metadata=MADE_BY,
            numbers=sip.numbers,
            allowed_addresses=sip.addresses,
            auth_username=sip.username,
            auth_password=passwords.inbound if sip.username else "",
            include_headers=SIPHeaderOptions.SIP_X_HEADERS,
            ringing_timeout=_duration(sip.ringing_seconds),
            # The line itself ends a call before that, and says so.
            max_call_duration=_duration((longest_minutes + 1) * 60),
        ),
        outbound=None
        if outbound is None
        else api.SIPOutboundTrunkInfo(
            name=f"{livekit.agent_name} out",
            metadata=MADE_BY,
            address=outbound.address,
            transport=_TRANSPORTS[outbound.transport],
            numbers=[outbound.number],
            auth_username=outbound.username,
            auth_password=passwords.outbound if outbound.username else "",
        ),
        rule=api.SIPDispatchRuleInfo(
            name=f"{livekit.agent_name} calls",
            metadata=MADE_BY,
            # By the number that was called: a room named after the caller would put their number into every log.
            rule=api.SIPDispatchRule(
                dispatch_rule_callee=api.SIPDispatchRuleCallee(room_prefix=livekit.room_prefix, randomize=True)
            ),
            room_config=room_configuration(livekit),
        ),
    )


async def present(lkapi: api.LiveKitAPI) -> Present:
    """What the server has."""
    inbound = await lkapi.sip.list_inbound_trunk(api.ListSIPInboundTrunkRequest())
    outbound = await lkapi.sip.list_outbound_trunk(api.ListSIPOutboundTrunkRequest())
    rules = await lkapi.sip.list_dispatch_rule(api.ListSIPDispatchRuleRequest())
    return Present(tuple(inbound.items), tuple(outbound.items), tuple(rules.items))


def differences(want: Wanted, have: Present) -> tuple[Change, ...]:
    """What has to be done, in the order to do it. Raises `TrunkError` when a number is on somebody else's trunk."""
    for trunk in have.inbound:
        taken = set(trunk.numbers) & set(want.inbound.numbers)
        if taken and not _ours(trunk, want.inbound):
            raise TrunkError(f"{', '.join(sorted(taken))} is on the trunk {trunk.name or trunk.sip_trunk_id} already")
    changes = [_change("inbound trunk", want.inbound, have.inbound)]
    ours = [trunk for trunk in have.outbound if trunk.metadata == MADE_BY]
    if want.outbound is not None:
        changes.append(_change("outbound trunk", want.outbound, have.outbound))
    else:
        prefix = want.inbound.name.removesuffix(" in")
        changes += [
            Change("outbound trunk", "remove", trunk.name, (), trunk.sip_trunk_id)
            for trunk in ours
            if trunk.name == f"{prefix} out"
        ]
    changes.append(_rule_change(want, have))
    return tuple(changes)


async def apply(lkapi: api.LiveKitAPI, want: Wanted, changes: Sequence[Change]) -> None:
    """Make the server have it."""
    trunk_id = next(change.id for change in changes if change.kind == "inbound trunk")
    for change in changes:
        if change.kind == "inbound trunk" and change.what == "create":
            made = await lkapi.sip.create_inbound_trunk(api.CreateSIPInboundTrunkRequest(trunk=want.inbound))
            trunk_id = made.sip_trunk_id
        elif change.kind == "inbound trunk" and change.what == "update":
            await lkapi.sip.update_inbound_trunk(change.id, want.inbound)
        elif change.kind == "outbound trunk":
            await _apply_outbound(lkapi, want, change)
        elif change.kind == "dispatch rule" and change.what in ("create", "update"):
            await _apply_rule(lkapi, want.rule, change, trunk_id)


async def outbound_trunk_id(lkapi: api.LiveKitAPI, livekit: LiveKitSettings) -> str:
    """The id of our outbound trunk; empty when there is none."""
    found = await lkapi.sip.list_outbound_trunk(api.ListSIPOutboundTrunkRequest())
    name = f"{livekit.agent_name} out"
    return next((t.sip_trunk_id for t in found.items if t.metadata == MADE_BY and t.name == name), "")


async def _apply_outbound(lkapi: api.LiveKitAPI, want: Wanted, change: Change) -> None:
    if change.what == "remove":
        await lkapi.sip.delete_trunk(api.DeleteSIPTrunkRequest(sip_trunk_id=change.id))
    elif change.what == "create" and want.outbound is not None:
        await lkapi.sip.create_outbound_trunk(api.CreateSIPOutboundTrunkRequest(trunk=want.outbound))
    elif change.what == "update" and want.outbound is not None:
        await lkapi.sip.update_outbound_trunk(change.id, want.outbound)


async def _apply_rule(lkapi: api.LiveKitAPI, rule: api.SIPDispatchRuleInfo, change: Change, trunk_id: str) -> None:
    complete = api.SIPDispatchRuleInfo()
    complete.CopyFrom(rule)
    complete.trunk_ids.append(trunk_id)
    if change.what == "create":
        await lkapi.sip.create_dispatch_rule(api.CreateSIPDispatchRuleRequest(dispatch_rule=complete))
    else:
        await lkapi.sip.update_dispatch_rule(change.id, complete)


def _change(kind: Kind, want: F, have: Sequence[F]) -> Change:
    found = next((one for one in have if _ours(one, want)), None)
    if found is None:
        return Change(kind, "create", want.name, _lines({}, _fields(want)))
    lines = _lines(_fields(found), _fields(want))
    return Change(kind, "update" if lines else "keep", want.name, lines, _id(found))


def _rule_change(want: Wanted, have: Present) -> Change:
    change = _change("dispatch rule", want.rule, have.rules)
    trunk = next((t.sip_trunk_id for t in have.inbound if _ours(t, want.inbound)), None)
    found = next((rule for rule in have.rules if _ours(rule, want.rule)), None)
    if found is None or list(found.trunk_ids) == [trunk]:
        return change
    return Change("dispatch rule", "update", change.name, (*change.lines, "trunk_ids: our inbound trunk"), change.id)


def _ours(found: Found, want: Found) -> bool:
    return found.metadata == MADE_BY and found.name == want.name


def _id(found: Found) -> str:
    return found.sip_dispatch_rule_id if isinstance(found, api.SIPDispatchRuleInfo) else found.sip_trunk_id


def _fields(message: Message) -> dict[str, object]:
    fields = MessageToDict(message, preserving_proto_field_name=True)
    return {name: value for name, value in fields.items() if name not in _NOT_COMPARED and value not in ({}, [])}


def _lines(have: Mapping[str, object], want: Mapping[str, object]) -> tuple[str, ...]:
    names = [name for name in sorted({*have, *want}) if have.get(name) != want.get(name)]
    return tuple(
        f"{name}: changes" if name in _SECRET else f"{name}: {have.get(name, 'none')} → {want.get(name, 'none')}"
        for name in names
    )


def _duration(seconds: int) -> Duration:
    duration = Duration()
    duration.FromTimedelta(timedelta(seconds=seconds))
    return duration
