"""What the line has decided: what to say, the next state, and what has to be done once the turn is really over."""

from __future__ import annotations

from dataclasses import dataclass, field

from agent.state import CallState, Draft


@dataclass(frozen=True, slots=True)
class LookUp:
    """Run a read-only check before anything is said. `slots` are canonical values by name."""

    action: str
    slots: dict[str, str]


@dataclass(frozen=True, slots=True)
class Listening:
    """What is listened for next: the entity asked for (`None`: anything), words to expect, and keys that serve."""

    entity: str | None = None
    hotwords: tuple[str, ...] = ()
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What `decide` may know of the world. The window is when a call back would come, as ISO times and in words."""

    today: str
    people_available: bool
    callback_window: tuple[str, str]
    callback_spoken: str


@dataclass(frozen=True, slots=True)
class Decision:
    """The outcome of one turn.

    `say` are sentences in writing (the wording for the ear is made by `voices.wording`).
    `decided` names what was decided and `why` says on what grounds, both for the record and the test-call page.
    """

    state: CallState
    say: tuple[str, ...] = ()
    effects: tuple[Draft, ...] = ()
    look_up: LookUp | None = None
    listening: Listening = Listening()
    decided: str = ""
    why: str = ""
    hang_up: bool = False
    notes: tuple[str, ...] = field(default=())
    """Marks for the call's record, e.g. the safety entry that fired."""
