"""The `livekit`, `sip` and `limits` parts of the `telephony` section of `config.yaml`."""

from __future__ import annotations

import ipaddress
import re
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

_NUMBER = re.compile(r"^\+?\d{3,15}$")


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _plain_number(text: str) -> str:
    number = re.sub(r"[\s()-]", "", text)
    if not _NUMBER.match(number):
        raise ValueError(f"expected a telephone number such as +441632960100, not {text!r}")
    return number


class LiveKitSettings(_Section):
    """The LiveKit server that calls arrive through. Its key and secret come from the environment."""

    url: str = Field(default="ws://127.0.0.1:7880", pattern=r"^wss?://")
    public_url: str | None = Field(default=None, pattern=r"^wss?://")
    """Where browsers reach it, such as wss://calls.ashcombe.gov.example; without it, at `url`."""
    agent_name: str = Field(default="townline", min_length=1)
    """What workers register as and calls are dispatched to; another one for a second installation on one server."""
    room_prefix: str = Field(default="call-", pattern=r"^[a-z0-9-]+$")
    """Rooms named so are calls of ours; all others are left alone."""
    answer_seconds: float = Field(default=4.0, gt=0, le=60)
    """A call that nobody has answered for so long is dispatched again, and the second time goes to people."""
    silent_seconds: float = Field(default=2.5, ge=1.0, le=60)
    """A process that has not shown itself in its room for so long is taken for dead."""
    watch_host: str = "127.0.0.1"
    watch_port: int = Field(default=8090, ge=1, le=65535)
    """Where `townline watch` takes webhooks and shows health and metrics."""


class LimitSettings(_Section):
    """How many calls one number may make. Withheld numbers have none of their own and are not limited by it."""

    calls_an_hour: int = Field(default=30, ge=1)
    exempt: tuple[str, ...] = ()
    """Numbers that many people share: the council's own telephone system."""

    @field_validator("exempt")
    @classmethod
    def _are_numbers(cls, numbers: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(_plain_number(number) for number in numbers)


class OutboundSettings(_Section):
    """The trunk that staff are rung through. Its password is `TOWNLINE_SIP_OUTBOUND_PASSWORD`."""

    address: str = Field(min_length=1)
    """Host, or host:port, of the carrier or of the council's telephone system."""
    transport: Literal["auto", "udp", "tcp", "tls"] = "auto"
    number: str
    """The number that staff see."""
    username: str = ""

    @field_validator("number")
    @classmethod
    def _is_number(cls, number: str) -> str:
        return _plain_number(number)


class SipSettings(_Section):
    """The trunk that calls come in through. Its password is `TOWNLINE_SIP_PASSWORD`."""

    numbers: tuple[str, ...] = Field(min_length=1)
    """The line's own numbers, as the carrier writes them in the call."""
    addresses: tuple[str, ...] = ()
    """Addresses or networks of the carrier, `192.0.2.10` or `192.0.2.0/28`; calls from elsewhere are refused."""
    username: str = ""
    """For a carrier that signs in with a password instead of from fixed addresses."""
    ringing_seconds: int = Field(default=20, ge=5, le=180)
    """How long a call may ring before it is refused, so that the carrier's own fail-over can act."""
    people: str | None = None
    """Where a call goes that the line cannot take: a number, or a SIP address."""
    put_through: Literal["refer", "ring"] = "refer"
    """`refer` hands the call back to the carrier; `ring` rings `people` into the call over the outbound trunk."""
    outbound: OutboundSettings | None = None

    @field_validator("numbers")
    @classmethod
    def _are_numbers(cls, numbers: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(_plain_number(number) for number in numbers)

    @field_validator("addresses")
    @classmethod
    def _are_addresses(cls, addresses: tuple[str, ...]) -> tuple[str, ...]:
        for address in addresses:
            try:
                network = ipaddress.ip_network(address, strict=False)
            except ValueError as error:
                raise ValueError(f"expected an address such as 192.0.2.10 or 192.0.2.0/28, not {address!r}") from error
            if network.prefixlen == 0:
                raise ValueError(f"{address} is everybody: name the carrier's own addresses")
        return addresses

    @field_validator("people")
    @classmethod
    def _can_be_rung(cls, people: str | None) -> str | None:
        if people is None or people.startswith(("sip:", "sips:", "tel:")):
            return people
        return _plain_number(people)

    @model_validator(mode="after")
    def _is_guarded(self) -> SipSettings:
        if not self.addresses and not self.username:
            raise ValueError("a trunk needs addresses or a username: without either, anybody could ring through it")
        if self.put_through == "ring" and self.outbound is None:
            raise ValueError("put_through: ring needs an outbound trunk to ring through")
        return self
