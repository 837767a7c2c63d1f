"""What may happen in a call: the inputs of `agent.dialogue.decide`."""

from __future__ import annotations

from dataclasses import dataclass, field

from agent.state import Recorded
from intents.entities.phrases import Act
from intents.understanding import Danger, Understanding
from voices.transcript import Heard, Nothing, Transcript, Unclear


@dataclass(frozen=True, slots=True)
class Rang:
    """The call begins, or goes on after a fault had cut it off."""


@dataclass(frozen=True, slots=True)
class Spoke:
    """The caller said something (or typed it)."""

    transcript: Heard | Unclear
    understanding: Understanding
    act: Act
    danger: Danger | None = None
    held: Spoke | None = None
    """What was said before the line asked whether there is danger."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """The caller pressed keys: digits, `*` and `#`."""

    keys: str
    understanding: Understanding
    held: Spoke | None = None
    """What was said before the line asked whether there is danger."""


@dataclass(frozen=True, slots=True)
class Silent:
    """Nobody spoke for a while. There may be `music`, as of another queue's."""

    nothing: Nothing
    music: bool = False


@dataclass(frozen=True, slots=True)
class TalkedOn:
    """The caller has not let the line speak for a long while, for the `times`th time running (from 1)."""

    times: int


@dataclass(frozen=True, slots=True)
class LookedUp:
    """A service's check answered: what came out, and the facts for wordings."""

    outcome: str
    facts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LookUpFailed:
    """A service's check did not answer in time, or at all."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The drafts of the last decision are in the store; `delivered` says whether the council's system has them."""

    recorded: tuple[Recorded, ...]
    delivered: bool = True
    facts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NotKept:
    """The store could not be written: nothing may be promised."""


@dataclass(frozen=True, slots=True)
class Faulted:
    """Something broke while the caller's words were being decided on."""


@dataclass(frozen=True, slots=True)
class NobodyCame:
    """No adviser took the call in the set time."""


@dataclass(frozen=True, slots=True)
class Returned:
    """The adviser left, and the caller is still there."""


@dataclass(frozen=True, slots=True)
class TimeUp:
    """The call has lasted as long as a call may."""


Consequence = LookedUp | LookUpFailed | Kept | NotKept
"""What follows from a decision, within the same turn."""

Input = Rang | Spoke | Pressed | Silent | TalkedOn | Consequence | Faulted | NobodyCame | Returned | TimeUp

__all__ = [
    "Consequence",
    "Faulted",
    "Input",
    "Kept",
    "LookUpFailed",
    "LookedUp",
    "NobodyCame",
    "NotKept",
    "Pressed",
    "Rang",
    "Returned",
    "Silent",
    "Spoke",
    "TalkedOn",
    "TimeUp",
    "Transcript",
]
