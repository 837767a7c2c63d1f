"""Who has the floor, and since when: nobody, or a caller who never lets the line say a word."""

from __future__ import annotations

from dataclasses import dataclass

from agent.inputs import Silent, TalkedOn
from voices.transcript import Nothing

_GIVES_WAY_SECONDS = 2.0
"""A caller who is silent for so long lets the line speak."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What is to be heard of a call right now. `music` plays on the caller's side, and no voice that is made out."""

    at: float
    line: bool
    caller: bool
    music: bool = False
    patience: float = 1.0


class Floor:
    """Of one call. Times are seconds of one steady clock; what happens in between is nobody's silence.

    `silence`: seconds without a word after which the line asks whether anybody is there; `talk`: seconds of speech
    without a pause after which it breaks in. A patient line multiplies both.
    """

    def __init__(self, silence: float = 8.0, talk: float = 45.0) -> None:
        self._silence = silence
        self._talk = talk
        self._looked: float | None = None
        self._quiet_since = self._last_voice = self._talked = 0.0
        self._broken_in = 0

    def moved(self, now: float) -> None:
        """Words or keys came, or the line answered. Noise without words is no such thing."""
        self._quiet_since = now

    def look(self, moment: Moment) -> Silent | TalkedOn | None:
        """What there is to be done about it, if anything. Looked at several times a second."""
        first = self._looked is None
        passed, self._looked = moment.at - (self._looked or moment.at), moment.at
        if moment.line or first:
            self._quiet_since = moment.at
        self._count(moment, passed)
        if self._talked > self._talk * moment.patience:
            self._talked = 0.0
            return self._talked_on(moment)
        quiet = moment.at - self._quiet_since
        if quiet <= self._silence * moment.patience or moment.line or not self._gave_way(moment):
            return None
        self._quiet_since = moment.at
        return Silent(Nothing(quiet), music=moment.music)

    def _count(self, moment: Moment, passed: float) -> None:
        if moment.caller:
            self._last_voice = moment.at
            self._talked += 0.0 if moment.line else passed
        elif self._gave_way(moment):
            self._talked, self._broken_in = 0.0, 0

    def _gave_way(self, moment: Moment) -> bool:
        return moment.at - self._last_voice >= _GIVES_WAY_SECONDS

    def _talked_on(self, moment: Moment) -> Silent | TalkedOn:
        if moment.music:
            return Silent(Nothing(moment.at - self._quiet_since), music=True)
        self._broken_in += 1
        return TalkedOn(self._broken_in)
