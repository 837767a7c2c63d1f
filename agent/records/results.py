"""What the store answers with. All of it is frozen and has a JSON form."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from agent.state import CallState, SlotValue

CaseStatus = Literal["open", "closed", "undone"]
Delivery = Literal["none", "due", "done", "stuck", "cancelled"]
"""How a case's action stands: nothing to deliver · waiting in the outbox · done · given up, a person must look."""
HandoffStatus = Literal["waiting", "accepted", "finished", "callback"]
CallbackStatus = Literal["booked", "done", "cancelled"]


class _Result(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", from_attributes=True)


class Note(_Result):
    """What somebody wrote on a case."""

    author: str
    text: str
    at: dt.datetime


class Case(_Result):
    """One request of a resident. `due` is when the law or the service wants it done; times are UTC."""

    id: int
    reference: str
    call_id: str | None
    service: str
    title: str
    lgsl: int | None
    team: str
    slots: dict[str, SlotValue]
    action: str | None
    status: CaseStatus
    delivery: Delivery
    facts: dict[str, str]
    due: dt.datetime | None
    hazard: str | None
    created: dt.datetime
    keep_until: dt.datetime
    notes: tuple[Note, ...] = ()


class Turn(_Result):
    """One committed turn; `heard` and `said` are `None` once their retention has passed.

    `said_heard` is what of `said` the caller heard before they broke in; `None` when they let the line finish.
    """

    number: int
    at: dt.datetime
    heard: str | None
    said: str | None
    said_heard: str | None = None
    decision: str

    @property
    def as_said(self) -> str:
        """The line's words as far as they were heard."""
        if self.said_heard is None or self.said is None:
            return self.said or ""
        return f"{self.said_heard} …".lstrip()


class Call(_Result):
    """One call. `state` is what the last committed turn left."""

    call_id: str
    owner: str
    channel: str
    caller: str | None
    release: int
    started: dt.datetime
    ended: dt.datetime | None
    outcome: str | None
    state: CallState | None


class Handoff(_Result):
    """A caller who waits, or waited, for a person. `pack` is a dumped `agent.handoff.HandoffPack`."""

    id: int
    key: str
    reference: str
    call_id: str | None
    reason: str
    team: str
    urgent: bool
    status: HandoffStatus
    adviser: str | None
    pack: dict[str, Any] | None
    since: dt.datetime
    settled: dt.datetime | None


class Callback(_Result):
    """A promise to call back. `phone` is empty when no number is known yet."""

    id: int
    key: str
    reference: str
    call_id: str | None
    handoff_id: int | None
    phone: str
    reason: str
    team: str
    window_start: dt.datetime
    window_end: dt.datetime
    status: CallbackStatus
    tries: int
    """How often somebody rang without reaching them."""
    created: dt.datetime


class Entry(_Result):
    """Something in the outbox. `payload` is what the action or the message service is sent."""

    id: int
    key: str
    kind: Literal["action", "message"]
    row: int
    payload: dict[str, Any]
    state: Literal["due", "done", "dead", "cancelled"]
    due: dt.datetime
    attempts: int
    error: str | None


class Stuck(_Result):
    """A delivery that was given up. `error` is a code; `reference` is what the caller was told."""

    key: str
    kind: Literal["action", "message"]
    reference: str
    attempts: int
    error: str | None
    due: dt.datetime


class Alarm(_Result):
    """Something that a person must look at; `subject` is a reference."""

    id: int
    code: str
    subject: str
    at: dt.datetime


class ReleaseNote(_Result):
    """A release without its documents."""

    number: int
    note: str
    author: str
    created: dt.datetime
    active: bool


class Release(ReleaseNote):
    """A published set of services: file name → text."""

    documents: dict[str, str]


class Purged(_Result):
    """How much a purge deleted."""

    words: int
    """Turns whose words were taken out."""
    calls: int
    cases: int
    others: int
    """Callbacks, handoffs and messages."""
