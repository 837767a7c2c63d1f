"""How much longer than others one caller is waited for: slow speakers, and calls through a relay operator."""

from __future__ import annotations

import re

_LONG_PAUSE = 0.6
_PER_PAUSE, _PER_CUT, _RELAY = 1.15, 1.25, 2.5
_MOST = 3.0
_RELAYED = re.compile(r"\b(?:relay uk|text relay|relay (?:operator|assistant)|type ?talk)\b", re.IGNORECASE)
_GO_AHEAD = re.compile(r"\S.*\bgo ahead\W*$", re.IGNORECASE | re.DOTALL)
"""At the end of other words it is a relay operator's sign that the caller is done."""


def handed_over(text: str) -> bool:
    """Whether the words end with a relay operator's "go ahead"."""
    return _GO_AHEAD.search(text) is not None


class Patience:
    """Learns from one call; `factor` multiplies every wait, and never shrinks."""

    def __init__(self) -> None:
        self.factor = 1.0

    def paused(self, seconds: float) -> None:
        """The caller went on in the same turn after so much silence."""
        if seconds >= _LONG_PAUSE:
            self._grow(_PER_PAUSE)

    def was_cut(self) -> None:
        """The line took a turn that the caller had not finished."""
        self._grow(_PER_CUT)

    def heard(self, text: str) -> None:
        """Words of a turn: somebody who relays them needs time."""
        if _RELAYED.search(text) or handed_over(text):
            self.factor = max(self.factor, _RELAY)

    def _grow(self, by: float) -> None:
        self.factor = max(self.factor, min(_MOST, self.factor * by))
