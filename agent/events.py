"""What a call publishes while it runs, one JSON object an event, for the command line, the web and the records."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from pydantic import BaseModel, ConfigDict


class _Event(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TranscriptEvent(_Event):
    """What was heard. `confidence` is the probability (0 to 1) that the words are right."""

    event: Literal["transcript"] = "transcript"
    kind: Literal["interim", "preflight", "final"]
    text: str
    confidence: float


class RunnerUp(_Event):
    """The second-best intent."""

    intent: str
    lgsl: int | None
    probability: float


class DecisionEvent(_Event):
    """What was decided and why. `safety` is the entry of the safety net that fired."""

    event: Literal["decision"] = "decision"
    intent: str | None
    lgsl: int | None
    probability: float | None
    runner_up: RunnerUp | None
    safety: str | None
    decided: str
    why: str


class ReplyEvent(_Event):
    """What the line says, in writing."""

    event: Literal["reply"] = "reply"
    text: str


class BrokenOffEvent(_Event):
    """The caller broke into the line's reply; `heard` is what of it they had heard."""

    event: Literal["broken_off"] = "broken_off"
    heard: str


class EffectEvent(_Event):
    """Something was kept that will not be lost."""

    event: Literal["effect"] = "effect"
    kind: Literal["case", "callback", "handoff", "message"]
    reference: str
    service: str | None = None
    delivered: bool | None = None


class GapEvent(_Event):
    """Milliseconds from the caller's last voiced sample to the line's first voiced one, measured on the audio."""

    event: Literal["gap"] = "gap"
    ms: int


class FormSlot(_Event):
    """One line of the form; `spoken` is empty until the slot is filled."""

    slot: str
    spoken: str = ""
    probability: float = 0.0
    confirmed: bool = False


class FormEvent(_Event):
    """The form as it stands."""

    event: Literal["form"] = "form"
    service: str
    title: str
    slots: tuple[FormSlot, ...]


class HandoffEvent(_Event):
    """Where fetching a person stands."""

    event: Literal["handoff"] = "handoff"
    status: Literal["waiting", "accepted", "nobody", "left"]
    reference: str = ""


class ClearEvent(_Event):
    """The line stopped speaking at once: throw away what has not been played."""

    event: Literal["clear"] = "clear"


class EndEvent(_Event):
    """The call is over. `outcome` says how."""

    event: Literal["end"] = "end"
    outcome: str


Event = (
    TranscriptEvent
    | DecisionEvent
    | ReplyEvent
    | BrokenOffEvent
    | EffectEvent
    | GapEvent
    | FormEvent
    | HandoffEvent
    | ClearEvent
    | EndEvent
)

Listener = Callable[[Event], None]
