"""Keys of a phone, gathered into answers."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

BETWEEN_KEYS_SECONDS = 2.0
"""An answer of several keys is over when no key came for this long, or with `#`."""

LONGEST = 32
"""Keys of one answer; further ones are dropped, so that a flood of tones does no harm."""

MOST_WAITING = 3
"""Answers that may wait while an earlier one is being dealt with. People key ahead; nobody keys ahead further."""

PERSON = frozenset({"0", "*"})
"""Alone, either fetches a person, whatever was asked."""

_KEYS = frozenset("0123456789*#")


class KeyCollector:
    """Gathers keys and calls `done` with each whole answer."""

    def __init__(self, done: Callable[[str], None]) -> None:
        self._done = done
        self._keys = ""
        self._timer: asyncio.TimerHandle | None = None

    def press(self, key: str, *, single: bool) -> None:
        """Take one key. `single`: one key is the whole answer. `0` or `*` alone always is: it fetches a person."""
        if key not in _KEYS:
            return
        self._stop()
        if key != "#":
            self._keys = (self._keys + key)[:LONGEST]
        if key == "#" or single or self._keys == "*":
            self._finish()
            return
        self._timer = asyncio.get_running_loop().call_later(BETWEEN_KEYS_SECONDS, self._finish)

    def close(self) -> None:
        """Forget what was pressed."""
        self._stop()
        self._keys = ""

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _finish(self) -> None:
        self._stop()
        keys, self._keys = self._keys, ""
        if keys:
            self._done(keys)


class AnswerQueue:
    """Answers by key, taken one after the other: a flood of tones is thinned out, a wish for a person never is."""

    def __init__(self) -> None:
        self._waiting: deque[str] = deque()
        self._there = asyncio.Event()
        self.dropped = 0

    def put(self, keys: str) -> None:
        """Add an answer; one too many is dropped. Whoever wants a person does not wait behind anything else."""
        if keys in PERSON:
            self._waiting.clear()
        elif len(self._waiting) >= MOST_WAITING:
            self.dropped += 1
            return
        self._waiting.append(keys)
        self._there.set()

    async def next(self) -> str:
        """The next answer, as soon as there is one."""
        while not self._waiting:
            self._there.clear()
            await self._there.wait()
        return self._waiting.popleft()
