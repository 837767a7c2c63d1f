"""Slows down guessing: after some wrong passwords from one address, none is looked at for a while.

Whatever else one address may only do so often is counted in the same way.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

MOST = 5
WINDOW = 15 * 60.0
"""Seconds."""
MOST_ADDRESSES = 10_000


class Attempts:
    """Failures by address, in memory: a restart forgets them, and needs the machine."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, *, most: int = MOST, window: float = WINDOW
    ) -> None:
        self._clock = clock
        self._most = most
        self._window = window
        self._failures: dict[str, deque[float]] = {}

    def blocked(self, address: str) -> bool:
        """Whether this address has to wait."""
        recent = self._recent(address)
        return len(recent) >= self._most

    def failed(self, address: str) -> None:
        """Note a wrong password."""
        if address not in self._failures and len(self._failures) >= MOST_ADDRESSES:
            self._failures.pop(next(iter(self._failures)))
        self._failures.setdefault(address, deque(maxlen=self._most)).append(self._clock())

    def succeeded(self, address: str) -> None:
        """Forget this address's failures."""
        self._failures.pop(address, None)

    def _recent(self, address: str) -> deque[float]:
        failures = self._failures.get(address, deque())
        while failures and self._clock() - failures[0] > self._window:
            failures.popleft()
        return failures
