"""How many calls the models can serve well, and which of them have a place. Reads no clock."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

RECENT_SECONDS = 30.0
"""A call that asked for something this long ago still goes on."""
_WINDOW_SECONDS = 10.0
_LONGEST_MEAN_WAIT = 0.3
_FEWEST_WAITS = 5


@dataclass
class Admission:
    """Places for calls. `holder` is the connection on which a call was let in: the place is free when it closes."""

    capacity: int
    _placed: dict[str, str] = field(default_factory=dict)
    _seen: dict[str, float] = field(default_factory=dict)
    _waits: deque[tuple[float, float]] = field(default_factory=lambda: deque(maxlen=500))

    def admit(self, call: str, holder: str, now: float) -> bool:
        """Give a call a place, unless the models are full or too slow for one more."""
        if call not in self._going_on(now) and self.left(now) == 0:
            return False
        self._placed[call] = holder
        return True

    def release(self, call: str) -> None:
        """The call is over."""
        self._placed.pop(call, None)
        self._seen.pop(call, None)

    def closed(self, holder: str) -> None:
        """A connection was closed: the calls on it are over."""
        for call in [call for call, of in self._placed.items() if of == holder]:
            self.release(call)

    def holds(self, holder: str) -> bool:
        """Whether a call has its place by this connection."""
        return holder in self._placed.values()

    def seen(self, call: str, now: float) -> None:
        """A call asked for something, whether or not it was let in first: it counts for a while."""
        self._seen[call] = now
        if len(self._seen) > 4 * self.capacity + 64:
            self._seen = {call: at for call, at in self._seen.items() if now - at < RECENT_SECONDS}

    def waited(self, seconds: float, now: float) -> None:
        """How long something urgent waited for its turn."""
        self._waits.append((now, seconds))

    def calls(self, now: float) -> int:
        """How many calls go on."""
        return len(self._going_on(now))

    def left(self, now: float) -> int:
        """How many more calls can be served well."""
        return 0 if self.slow(now) else max(0, self.capacity - self.calls(now))

    def slow(self, now: float) -> bool:
        """Whether those who are being served wait too long already."""
        recent = [seconds for at, seconds in tuple(self._waits) if now - at < _WINDOW_SECONDS]
        return len(recent) >= _FEWEST_WAITS and sum(recent) / len(recent) > _LONGEST_MEAN_WAIT

    def _going_on(self, now: float) -> set[str]:
        return {*self._placed.copy(), *(call for call, at in self._seen.copy().items() if now - at < RECENT_SECONDS)}
