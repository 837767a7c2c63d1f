"""The data that a call's decisions are made from and result in. All of it is frozen and has a JSON form."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Phase(StrEnum):
    """What the line is waiting for."""

    GREETING = "greeting"
    REQUEST = "request"
    CONFIRM_INTENT = "confirm_intent"
    CHOOSE_INTENT = "choose_intent"
    SLOT = "slot"
    CONFIRM_SLOT = "confirm_slot"
    CHOOSE_VALUE = "choose_value"
    READ_BACK = "read_back"
    CHANGE = "change"
    ANYTHING_ELSE = "anything_else"
    DANGER = "danger"
    PERSON = "person"
    CALLBACK_NUMBER = "callback_number"
    ENDED = "ended"


class SlotValue(_Frozen):
    """A value that was given: canonical form, how to say it, and how sure the line is (0 to 1)."""

    value: str
    spoken: str
    probability: float = 1.0
    confirmed: bool = False


class Filed(_Frozen):
    """A request that was finished in this call."""

    service: str
    reference: str
    kind: Literal["case", "callback", "handoff", "message"] = "case"


class Option(_Frozen):
    """One of at most three things offered to the caller. `key` is the keypad digit."""

    key: str
    value: str
    spoken: str


class SaidValue(_Frozen):
    """A value in the caller's own words, kept until it is known which request it belongs to."""

    entity: str
    value: str
    spoken: str
    probability: float


class Story(_Frozen):
    """What the caller said before it was sure what it is about; none of it has to be said twice."""

    text: str
    values: tuple[SaidValue, ...] = ()


class Suspicion(_Frozen):
    """What may be danger, while the caller is asked.

    `text` is what raised it; `phase`, `tries`, `question` and `entity` are where the call stood.
    """

    entry: str
    text: str = ""
    say: str
    record: str
    ask: str
    ask_means: Literal["yes", "no"] = "yes"
    closed: str = ""
    fetch_person: bool = False
    goes_on: bool = False
    hazard: str | None = None
    due_hours: int | None = None
    due_working_days: int | None = None
    phase: Phase
    tries: int = 0
    question: str = ""
    entity: str | None = None


class CallState(_Frozen):
    """Everything that `decide` needs to know about a call. It is stored after every committed turn."""

    call_id: str
    release: int
    phase: Phase = Phase.GREETING
    turn: int = 0
    service: str | None = None
    certainty: float = 1.0
    """The probability (0 to 1) with which `service` was taken for what the caller wants."""
    slots: dict[str, SlotValue] = Field(default_factory=dict)
    asked: str | None = None
    """The slot whose question is open."""
    options: tuple[Option, ...] = ()
    tries: int = 0
    """Failures in a row in the open question; two lead to a person."""
    silences: int = 0
    waiting: tuple[str, ...] = ()
    """Further requests of the caller, to be taken one after the other."""
    checked: str | None = None
    """The outcome that the service's check reported, once it ran."""
    story: Story | None = None
    facts: dict[str, str] = Field(default_factory=dict)
    """What check and action reported, for wordings: `next_date`, `reason`, …"""
    filed: tuple[Filed, ...] = ()
    said: str = ""
    """The line's last words, for "say that again"."""
    question: str = ""
    """The question that is open, without what was said before it."""
    pace: float = 1.0
    """Piper length scale for this call: above 1 is slower."""
    patience: float = 1.0
    """Multiplies every silence that the line waits; grows for slow and Relay UK callers."""
    warned: bool = False
    """The caller was warned about abuse once."""
    suspicion: Suspicion | None = None
    """What the caller is being asked about, while the phase is `DANGER`."""
    reassured: tuple[str, ...] = ()
    """Entries of the safety net of which the caller said that there is no danger."""
    marks: tuple[str, ...] = ()
    """Entries of the safety net that fired in this call, for the record."""
    told: tuple[str, ...] = ()
    """Hazards of which the caller was warned already."""
    failed: tuple[str, ...] = ()
    """What did not work, for the handoff pack."""
    caller_phone: str | None = None
    """The number the call came from, never trusted as identity."""


class CaseDraft(_Frozen):
    """Open a case. `key` makes it happen once; `action` is what the outbox then delivers."""

    kind: Literal["case"] = "case"
    key: str
    service: str
    title: str
    lgsl: int | None
    team: str
    slots: dict[str, SlotValue]
    action: str | None
    retention_days: int
    due: str | None = None
    """ISO time by which the law or the service wants it done (Awaab's Law); the clock starts when it is written."""
    hazard: str | None = None
    due_hours: int | None = None
    due_working_days: int | None = None
    """What the law allows; `agent.turn` turns them into `due` at the moment the case is written."""


class CallbackDraft(_Frozen):
    """Promise a call back. `window` is said to the caller and stored as two ISO times."""

    kind: Literal["callback"] = "callback"
    key: str
    phone: str
    reason: str
    team: str
    window: tuple[str, str]
    cancelled: bool = False
    """The caller does not want it: the one that was booked under this key is taken back."""


class HandoffDraft(_Frozen):
    """Fetch a person."""

    kind: Literal["handoff"] = "handoff"
    key: str
    reason: str
    team: str
    urgent: bool = False


class MessageDraft(_Frozen):
    """Send a text or an email with a link or a confirmation."""

    kind: Literal["message"] = "message"
    key: str
    to: str
    template: str
    fields: dict[str, str]


Draft = CaseDraft | CallbackDraft | HandoffDraft | MessageDraft


class Recorded(_Frozen):
    """What the store made of a draft: its spoken reference (`AB-4729`), and whether it was there already."""

    kind: Literal["case", "callback", "handoff", "message"]
    id: int
    reference: str
    again: bool = False
