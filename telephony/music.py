"""Music on the caller's side, as of another queue that put the call on hold.

Notes stand still where a voice glides: in a spectrogram music leaves long level lines and speech none (Seyerlehner,
Pohle, Schedl, Widmer: Automatic Music Detection in Television Productions, DAFx 2007, there called continuous
frequency activation).
"""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

from telephony.recording import Pcm

_WINDOW, _HOP = 1024, 512
_HIGHEST_HZ, _LOWEST_HZ = 4000.0, 200.0
"""A telephone carries no more; below is the hum of the mains, which stands still as well."""
_AROUND = 10
"""Bins on each side with whose average one is compared."""
_ABOVE_DB, _AUDIBLE_DB = 6.0, 45.0
_BLOCK = 78
"""Windows whose lines are looked at together: two and a half seconds."""
_NEAR = 6
_LINES = 5
_BLOCKS = 5
_BEGINS, _GOES_ON = 3.1, 2.5
"""The scores, of 0 to 5, at which the last seven seconds are music, and stay so. Five pieces of music on hold had
medians of 3.4 to 4.2, and nine speakers over the same telephone 1.9 to 2.8."""

_Levels = NDArray[np.float64]


class HoldMusic:
    """Listens to one caller (int16 mono). Time is the audio's own."""

    def __init__(self, sample_rate: int) -> None:
        hertz = sample_rate / _WINDOW
        self._bins = slice(int(_LOWEST_HZ / hertz), int(_HIGHEST_HZ / hertz))
        self._shape = np.hanning(_WINDOW)
        self._rest: Pcm = np.zeros(0, dtype=np.int16)
        self._lines: deque[NDArray[np.bool_]] = deque(maxlen=_BLOCK)
        self._since = 0
        self._scores: deque[float] = deque(maxlen=_BLOCKS)
        self.plays = False
        """Whether the last seconds were music, with or without a voice above it."""

    def push(self, pcm: Pcm) -> None:
        """The next piece, of any length."""
        audio = np.concatenate([self._rest, pcm])
        count = max(0, (len(audio) - _WINDOW) // _HOP + 1)
        self._rest = audio[count * _HOP :]
        for start in range(0, count * _HOP, _HOP):
            self._lines.append(self._level(audio[start : start + _WINDOW]))
            self._since += 1
            if len(self._lines) == _BLOCK and self._since >= _BLOCK // 2:
                self._since = 0
                self._scores.append(_score(np.mean(self._lines, axis=0)))
                least = _GOES_ON if self.plays else _BEGINS
                self.plays = len(self._scores) == _BLOCKS and float(np.median(self._scores)) >= least

    def _level(self, window: Pcm) -> NDArray[np.bool_]:
        """Which bins stand out of those around them."""
        spectrum = np.abs(np.fft.rfft(window * self._shape))
        level = 20 * np.log10(spectrum[: self._bins.stop + _AROUND] + 1.0)
        around = np.convolve(
            np.pad(level, _AROUND, mode="edge"), np.full(2 * _AROUND + 1, 1 / (2 * _AROUND + 1)), "valid"
        )
        stands_out: NDArray[np.bool_] = (level - around > _ABOVE_DB) & (level > _AUDIBLE_DB)
        return stands_out[self._bins]


def _score(activation: _Levels) -> float:
    """How far the clearest lines rise above their surroundings; `activation` is each bin's share of the time."""
    inner = activation[1:-1]
    peaks = np.flatnonzero((inner >= activation[:-2]) & (inner > activation[2:])) + 1
    heights = [activation[at] - activation[max(0, at - _NEAR) : at + _NEAR + 1].min() for at in peaks]
    return float(sum(sorted(heights)[-_LINES:]))
