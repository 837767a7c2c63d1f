"""When somebody speaks: a speech probability for every 32 ms becomes a start, a last voiced sample, and silence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from livekit.local_inference import VAD, VAD_WINDOW_SAMPLES
from numpy.typing import NDArray

from voices.speech import Pcm

SAMPLE_RATE = 16_000
WINDOW = int(VAD_WINDOW_SAMPLES)
"""Samples in one window."""
_FRAME = 128
_QUIET = 10.0
"""RMS of a very quiet line."""
_SHORT_GAP = 0.1
"""Seconds. After a longer pause one lone voiced window (a breath, a click) is not yet going on."""


class Detector(Protocol):
    """A voice-activity model on one stream. It judges a window by what it remembers of those before."""

    def predict(self, pcm: Pcm, /) -> float:
        """P(speech) of one window (int16 mono, 16 kHz)."""
        ...

    def reset(self) -> None:
        """Remember nothing."""
        ...


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """`start` and `stay`: probabilities at which speech begins and goes on; `windows`: how many in a row begin it."""

    start: float = 0.5
    stay: float = 0.35
    windows: int = 2
    above_floor: float = 2.5
    """A voiced frame is this many times louder than the noise between words."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """What is known of the speech that goes on, in samples since the stream began."""

    started: int
    last_voiced: int
    voiced: int
    """Samples in voiced windows so far."""


def detector() -> Detector:
    """A fresh voice-activity model for one stream."""
    fresh: Detector = VAD()
    return fresh


class Activity:
    """Follows one stream of audio (int16 mono, 16 kHz). Reads no clock: time is the audio's own."""

    def __init__(self, detector: Detector, sensitivity: Sensitivity = Sensitivity()) -> None:
        self._detector = detector
        self._sensitivity = sensitivity
        self._rest: Pcm = np.zeros(0, dtype=np.int16)
        self._floor = 0.0
        self._run = 0
        self.position = 0
        """Samples judged so far, a multiple of `WINDOW`."""
        self.spoken: Spoken | None = None

    @property
    def silence(self) -> float:
        """Seconds since the last voiced sample; 0 while nobody has begun to speak."""
        return 0.0 if self.spoken is None else (self.position - self.spoken.last_voiced) / SAMPLE_RATE

    @property
    def stirring(self) -> bool:
        """Whether the last window was voiced."""
        return self._run > 0

    def push(self, pcm: Pcm) -> list[bool]:
        """Take audio of any length; for each window that it completes, whether that is voiced."""
        audio = np.concatenate([self._rest, pcm])
        whole = len(audio) // WINDOW * WINDOW
        self._rest = audio[whole:]
        return [self._window(audio[start : start + WINDOW]) for start in range(0, whole, WINDOW)]

    def finish(self) -> None:
        """The turn is over: the next voiced window begins another.

        The model forgets the turn. With sentences behind it and some silence it can be deaf to a loud, short "two".
        """
        self._detector.reset()
        self.spoken = None
        self._run = 0

    def _window(self, pcm: Pcm) -> bool:
        limit = self._sensitivity.stay if self._run else self._sensitivity.start
        voiced = self._detector.predict(pcm) >= limit
        self._run = self._run + 1 if voiced else 0
        self.position += WINDOW
        if not voiced:
            self._follow_floor(pcm)
        elif self.spoken is not None:
            if self._run >= self._sensitivity.windows or self.silence < _SHORT_GAP:
                self.spoken = Spoken(self.spoken.started, self._last_loud(pcm), self.spoken.voiced + WINDOW)
        elif self._run >= self._sensitivity.windows:
            begun = self.position - self._run * WINDOW
            self.spoken = Spoken(begun, self._last_loud(pcm), self._run * WINDOW)
        return voiced

    def _follow_floor(self, pcm: Pcm) -> None:
        level = float(np.median(_levels(pcm)))
        # Up only slowly, from digital silence too: the first window of speech often passes for silence.
        rising = self._floor + 0.05 * (min(level, 2 * self._floor + _QUIET) - self._floor)
        self._floor = min(level, rising)

    def _last_loud(self, pcm: Pcm) -> int:
        """Position after the last 8 ms that stand out of the noise. The model itself lags by 30 to 60 ms."""
        loud = np.flatnonzero(_levels(pcm) > max(self._floor * self._sensitivity.above_floor, 30.0))
        start = self.position - WINDOW
        if len(loud):
            return start + (int(loud[-1]) + 1) * _FRAME
        return self.spoken.last_voiced if self.spoken is not None else start


def _levels(pcm: Pcm) -> NDArray[np.float64]:
    """Root mean square of each 8 ms."""
    frames = pcm[: len(pcm) // _FRAME * _FRAME].reshape(-1, _FRAME).astype(np.float64)
    levels: NDArray[np.float64] = np.sqrt(np.mean(frames**2, axis=1))
    return levels
