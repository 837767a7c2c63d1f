"""Nobody is left ringing, or in silence: what the watch makes of a room, as pure logic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from telephony.livekit_settings import LiveKitSettings

_STEADY_SECONDS = 30.0
"""An agent that has had a call for so long starts with a clean sheet: its failure is the first one again."""

_HURRY_SECONDS = 1.0
"""An agent is in the room within half a second; LiveKit waits ten for a worker that froze, and then gives up."""

Deed = Literal["dispatch", "people"]
Why = Literal["nobody came", "not answered", "fell silent"]


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent in a room: whether it is to be heard, and its latest sign of life."""

    identity: str
    audible: bool
    beat: str


@dataclass(frozen=True, slots=True)
class Seen:
    """A room as it is at one moment. `caller` is empty while nobody who rang is in it."""

    room: str
    caller: str
    agents: tuple[Agent, ...] = ()
    staff: bool = False
    """An adviser is in it: the call has a person."""


@dataclass(frozen=True, slots=True)
class Rescue:
    """What has to be done for a room: put `dead` agents out, and dispatch a new one or fetch people."""

    room: str
    caller: str
    deed: Deed
    why: Why
    dead: tuple[str, ...] = ()


@dataclass
class _Call:
    since: float
    """When the present wait for an agent began."""
    hurried: float = 0.0
    """When an agent was last sent for, beyond the first, in the present wait."""
    failures: int = 0
    steady_since: float | None = None
    answered: bool = False
    given_up: bool = False
    beats: dict[str, tuple[str, float]] = field(default_factory=dict)


class Watch:
    """Remembers what it saw. Times are seconds of one steady clock."""

    def __init__(self, settings: LiveKitSettings) -> None:
        self._answer_seconds = settings.answer_seconds
        self._silent_seconds = settings.silent_seconds
        self._calls: dict[str, _Call] = {}

    def look(self, rooms: Mapping[str, Seen], now: float) -> list[Rescue]:
        """What to do about the rooms as they are now; keys and `Seen.room` are their names."""
        for gone in self._calls.keys() - rooms.keys():
            del self._calls[gone]
        return [rescue for seen in rooms.values() if (rescue := self._look_at(seen, now)) is not None]

    def blind(self, now: float) -> None:
        """The server could not be looked at: calls may have come apart with it, and get their time to come back."""
        for call in self._calls.values():
            call.since, call.answered = now, False

    def failed(self, room: str, now: float) -> None:
        """A rescue could not be carried out: the room is looked at afresh."""
        if (call := self._calls.get(room)) is not None:
            call.since = now - self._answer_seconds
            call.given_up = False

    def _look_at(self, seen: Seen, now: float) -> Rescue | None:
        call = self._calls.setdefault(seen.room, _Call(since=now))
        if not seen.caller or seen.staff or call.given_up:
            call.since = now
            return None
        dead = tuple(agent.identity for agent in seen.agents if not self._alive(call, agent, now))
        living = [agent for agent in seen.agents if agent.identity not in dead]
        if any(agent.audible for agent in living):
            self._is_well(call, now)
            return None
        if call.answered:
            return self._rescue(call, seen, now, "fell silent", dead)
        if now - call.since >= self._answer_seconds:
            return self._rescue(call, seen, now, "not answered", tuple(agent.identity for agent in seen.agents))
        if not seen.agents and now - max(call.since, call.hurried) >= _HURRY_SECONDS:
            call.hurried = now
            return Rescue(seen.room, seen.caller, "dispatch", "nobody came")
        return None

    def _alive(self, call: _Call, agent: Agent, now: float) -> bool:
        """Whether its beat changed lately; being seen for the first time counts."""
        beat, since = call.beats.get(agent.identity, (None, now))
        if agent.beat != beat:
            call.beats[agent.identity] = (agent.beat, now)
            return True
        return now - since < self._silent_seconds

    def _is_well(self, call: _Call, now: float) -> None:
        call.answered = True
        call.since = now
        if call.steady_since is None:
            call.steady_since = now
        elif now - call.steady_since >= _STEADY_SECONDS:
            call.failures = 0

    def _rescue(
        self,
        call: _Call,
        seen: Seen,
        now: float,
        why: Why,
        dead: tuple[str, ...],
    ) -> Rescue:
        call.failures += 1
        call.since, call.steady_since, call.answered = now, None, False
        call.given_up = call.failures > 1
        return Rescue(seen.room, seen.caller, "people" if call.given_up else "dispatch", why, dead)
