"""The two ends of a spoken clause: no silence that nobody asked for, and no click where clauses join."""

from __future__ import annotations

import numpy as np

from voices.speech import Pcm

_WINDOW_SECONDS = 0.005
_BEFORE_SECONDS = 0.01
_AFTER_SECONDS = 0.03
_FADE_SECONDS = 0.003
_AUDIBLE = 60.0
"""Root mean square of a window that is heard, of 32768: -55 dBFS, some 35 dB below a voice."""


def silence(seconds: float, sample_rate: int) -> Pcm:
    """That much nothing."""
    return np.zeros(round(seconds * sample_rate), dtype=np.int16)


class Trim:
    """Takes a clause in blocks; gives it from 10 ms before its first to 30 ms after its last audible sample.

    Both ends are faded over 3 ms. Silence inside the clause stays as it is.
    """

    def __init__(self, sample_rate: int) -> None:
        self._window = max(1, round(_WINDOW_SECONDS * sample_rate))
        self._before = round(_BEFORE_SECONDS * sample_rate)
        self._after = round(_AFTER_SECONDS * sample_rate)
        self._fade = round(_FADE_SECONDS * sample_rate)
        self._held: Pcm = np.zeros(0, dtype=np.int16)
        self._begun = False

    def push(self, block: Pcm) -> Pcm:
        """What can be heard so far and has not been given before; empty while there is nothing yet."""
        self._held = np.concatenate([self._held, block])
        audible = self._audible()
        if not self._begun:
            start = audible[0] - self._before if audible is not None else len(self._held) - self._before - self._window
            self._held = self._held[max(0, start) :]
            if audible is None:
                return self._held[:0]
            audible = (audible[0] - max(0, start), audible[1] - max(0, start))
            self._held = self._faded(self._held, begins=True)
            self._begun = True
        end = max(0, audible[1] - self._fade) if audible is not None else 0
        given, self._held = self._held[:end], self._held[end:]
        return given

    def finish(self) -> Pcm:
        """The clause's end."""
        if not self._begun:
            return self._held[:0]
        audible = self._audible()
        end = (audible[1] if audible is not None else self._fade) + self._after
        return self._faded(self._held[:end], begins=False)

    def _audible(self) -> tuple[int, int] | None:
        """Where the first audible window of what is held begins, and where the last one ends."""
        whole = len(self._held) // self._window
        windows = self._held[: whole * self._window].astype(np.float32).reshape(whole, self._window)
        loud = np.flatnonzero(np.sqrt(np.mean(windows**2, axis=1)) > _AUDIBLE) if whole else np.zeros(0, dtype=int)
        return (int(loud[0]) * self._window, (int(loud[-1]) + 1) * self._window) if len(loud) else None

    def _faded(self, pcm: Pcm, *, begins: bool) -> Pcm:
        samples = min(self._fade, len(pcm))
        ramp = np.linspace(0.0, 1.0, samples, endpoint=False, dtype=np.float32)
        gain = np.ones(len(pcm), dtype=np.float32)
        if begins:
            gain[:samples] = ramp
        else:
            gain[len(pcm) - samples :] = ramp[::-1]
        return (pcm * gain).astype(np.int16)
