"""What `townline sip setup` finds different, and what it leaves alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from livekit import api
from pydantic import ValidationError

from telephony.errors import TrunkError
from telephony.livekit_settings import LiveKitSettings, OutboundSettings, SipSettings
from telephony.settings import TelephonySettings
from telephony.sip import MADE_BY, Passwords, Present, Wanted, apply, differences, present, wanted
from tests.telephony.livekit import LiveKit, livekit_server, redis_server

LIVEKIT = LiveKitSettings()
SIP = SipSettings(numbers=("+44 1632 960100",), addresses=("192.0.2.10",))
NOTHING = Present((), (), ())


def want(sip: SipSettings = SIP, passwords: Passwords = Passwords()) -> Wanted:
    return wanted(LIVEKIT, sip, passwords, longest_minutes=30)


def test_an_empty_server_gets_a_trunk_and_a_rule() -> None:
    changes = differences(want(), NOTHING)
    assert [(change.what, change.kind) for change in changes] == [
        ("create", "inbound trunk"),
        ("create", "dispatch rule"),
    ]
    assert "+441632960100" in str(changes[0])


def test_a_trunk_without_credentials_is_refused() -> None:
    with pytest.raises(ValidationError, match="anybody could ring through it"):
        SipSettings(numbers=("+441632960100",))


def test_the_whole_world_is_not_an_address() -> None:
    with pytest.raises(ValidationError, match="is everybody"):
        SipSettings(numbers=("+441632960100",), addresses=("0.0.0.0/0",))


def test_a_username_needs_its_password() -> None:
    with pytest.raises(TrunkError, match="TOWNLINE_SIP_PASSWORD"):
        want(SipSettings(numbers=("+441632960100",), username="ashcombe"))


def test_telephony_without_a_server_is_refused() -> None:
    with pytest.raises(ValidationError, match="livekit section"):
        TelephonySettings(sip=SIP)


def test_ringing_staff_needs_a_trunk_to_ring_through() -> None:
    with pytest.raises(ValidationError, match="outbound"):
        SipSettings(numbers=("+441632960100",), addresses=("192.0.2.10",), put_through="ring")


def test_a_number_on_somebody_elses_trunk_is_refused() -> None:
    other = api.SIPInboundTrunkInfo(sip_trunk_id="ST_x", name="reception", numbers=["+441632960100"])
    with pytest.raises(TrunkError, match="on the trunk reception already"):
        differences(want(), Present((other,), (), ()))


def test_a_password_is_never_shown() -> None:
    signed = SipSettings(numbers=("+441632960100",), username="ashcombe")
    shown = "\n".join(str(change) for change in differences(want(signed, Passwords("hidden-from-all")), NOTHING))
    assert "hidden-from-all" not in shown
    assert "auth_password: changes" in shown


def test_the_caller_is_not_in_the_name_of_the_room() -> None:
    rule = want().rule.rule
    assert rule.WhichOneof("rule") == "dispatch_rule_callee"
    assert rule.dispatch_rule_callee.randomize


@pytest.fixture(scope="module")
def with_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveKit]:
    folder: Path = tmp_path_factory.mktemp("sip")
    with redis_server(folder) as (redis, _), livekit_server(folder, redis=redis) as server:
        yield server


async def test_set_up_is_idempotent_and_leaves_others_alone(with_redis: LiveKit) -> None:
    async with with_redis.api() as lkapi:
        reception = api.SIPInboundTrunkInfo(
            name="reception", numbers=["+441632960200"], allowed_addresses=["192.0.2.9"]
        )
        await lkapi.sip.create_inbound_trunk(api.CreateSIPInboundTrunkRequest(trunk=reception))
        await apply(lkapi, want(), differences(want(), await present(lkapi)))
        again = differences(want(), await present(lkapi))
        assert {str(change) for change in again if change.what != "keep"} == set()

        moved = SipSettings(
            numbers=("+441632960100", "+441632960101"),
            addresses=("192.0.2.10",),
            outbound=OutboundSettings(address="sip.carrier.example", number="+441632960100"),
        )
        changes = differences(want(moved), await present(lkapi))
        assert [(change.what, change.kind) for change in changes] == [
            ("update", "inbound trunk"),
            ("create", "outbound trunk"),
            ("keep", "dispatch rule"),
        ]
        await apply(lkapi, want(moved), changes)
        await apply(lkapi, want(), differences(want(), await present(lkapi)))
        left = await present(lkapi)

    assert left.outbound == ()
    assert {trunk.name for trunk in left.inbound} == {"reception", "townline in"}
    ours = next(trunk for trunk in left.inbound if trunk.metadata == MADE_BY)
    assert list(ours.numbers) == ["+441632960100"]
    assert list(left.rules[0].trunk_ids) == [ours.sip_trunk_id]


async def test_without_redis_the_server_says_so(tmp_path: Path) -> None:
    with livekit_server(tmp_path) as server:
        async with server.api() as lkapi:
            with pytest.raises(api.ServerError) as refused:
                await present(lkapi)
    assert "not connected" in refused.value.message
