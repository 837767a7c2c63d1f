"""Tones that no person makes: a fax machine that rings a number for people."""

from __future__ import annotations

import numpy as np

from telephony.recording import VOICED_RMS, Pcm

_CALLING_HZ = 1100.0
"""What a fax machine that rings plays while it waits (ITU-T T.30, CNG): half a second of it, every three and a half."""

_SHORTEST, _LONGEST = 0.35, 0.75
_APART_SHORTEST, _APART_LONGEST = 2.5, 4.5
_PURE = 0.7
"""The share of the sound that is the tone. Speech and music are never so pure for so long."""


class FaxTone:
    """Listens to one caller. Time is the audio's own."""

    def __init__(self, sample_rate: int) -> None:
        self._rate = sample_rate
        self._now = 0.0
        self._since: float | None = None
        self._last = float("-inf")
        self.heard = False

    def push(self, pcm: Pcm) -> bool:
        """The next piece (int16 mono, 10 to 100 ms). Whether that makes it a fax machine; said once."""
        tone = self._is_tone(pcm)
        began = self._since
        if tone and began is None:
            self._since = self._now
        elif not tone and began is not None:
            self._since = None
            if _SHORTEST <= self._now - began <= _LONGEST and self._burst(began):
                return True
        self._now += len(pcm) / self._rate
        return False

    def _burst(self, began: float) -> bool:
        apart, self._last = began - self._last, began
        found = _APART_SHORTEST <= apart <= _APART_LONGEST and not self.heard
        self.heard = self.heard or found
        return found

    def _is_tone(self, pcm: Pcm) -> bool:
        samples = pcm.astype(np.float64)
        power = float((samples**2).sum())
        if power <= VOICED_RMS**2 * len(samples):
            return False
        turns = np.exp(-2j * np.pi * _CALLING_HZ / self._rate * np.arange(len(samples)))
        return bool(2 * abs(samples @ turns) ** 2 / (len(samples) * power) > _PURE)
