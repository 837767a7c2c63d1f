"""How a stretch of speech ends, from its sound alone: melody, loudness and pace of the last syllables."""

from __future__ import annotations

from dataclasses import astuple, dataclass

import numpy as np
from numpy.typing import NDArray

from voices.speech import Pcm

Curve = NDArray[np.float64]

_RATE = 8_000
_HOP = 80
_WINDOW = 320
_LONGEST = 4 * _RATE
_LOWEST, _HIGHEST = 65, 380
"""Hz of voices."""
_SHAPE: Curve = np.hamming(_WINDOW)
_TAPER: Curve = np.correlate(_SHAPE, _SHAPE, "full")[_WINDOW - 1 :]
"""What the window alone takes from the autocorrelation at each lag."""
_PERIODIC = 0.45
"""Least autocorrelation of a voiced frame."""
_AUDIBLE = 20.0
"""Decibels below the loud syllables at which a sound has died away."""
_SHORTEST = 0.1
"""Seconds of a syllable."""
_DIP = 6.0
"""Decibels between two syllables."""


@dataclass(frozen=True, slots=True)
class Prosody:
    """Pitch in octaves against the speaker's own median here, level in decibels against their loud syllables.

    `fall`: the last pitch; `low`: how far that is above the lowest so far; `slope`: pitch change over the last 0.3 s;
    `fade`: the last level; `drop`: level change over the last 0.25 s; `last`: seconds of the last syllable;
    `lengthened`: that, as a multiple of the usual syllable; `seconds`: how long was spoken.
    """

    fall: float = 0.0
    low: float = 0.0
    slope: float = 0.0
    fade: float = 0.0
    drop: float = 0.0
    last: float = 0.2
    lengthened: float = 1.0
    seconds: float = 0.0

    def values(self) -> tuple[float, ...]:
        """All of them, in order."""
        return tuple(float(value) for value in astuple(self))


def prosody(pcm: Pcm) -> Prosody:
    """Of speech that ends with its last voiced sample (int16 mono, 16 kHz); of more than 4 s the last ones."""
    samples = pcm.astype(np.float64)[-2 * _LONGEST :]
    narrow = samples[: len(samples) // 2 * 2].reshape(-1, 2).mean(axis=1)
    if len(narrow) < 2 * _WINDOW:
        return Prosody(seconds=len(pcm) / (2 * _RATE))
    frames = np.lib.stride_tricks.sliding_window_view(narrow, _WINDOW)[::_HOP]
    levels = 10 * np.log10(np.mean(np.square(frames), axis=1) + 1.0)
    loud = float(np.quantile(levels, 0.9))
    sounding = int(np.flatnonzero(levels > loud - _AUDIBLE)[-1]) + 1
    frames, levels = frames[:sounding], levels[:sounding]
    pitch = _pitch(frames, levels > loud - _AUDIBLE)
    last, usual = _syllables(levels - loud)
    return Prosody(
        **_melody(pitch),
        fade=float(np.mean(levels[-6:]) - loud),
        drop=float(np.mean(levels[-5:]) - np.mean(levels[-25:-20])) if len(levels) >= 25 else 0.0,
        last=last,
        lengthened=last / usual,
        seconds=len(pcm) / (2 * _RATE),
    )


def _pitch(frames: Curve, speech: NDArray[np.bool_]) -> Curve:
    """Octaves above 1 Hz for each frame; `nan` where there is no voice."""
    shaped = (frames - frames.mean(axis=1, keepdims=True)) * _SHAPE
    spectrum = np.abs(np.fft.rfft(shaped, 2 * _WINDOW)) ** 2
    alike = np.fft.irfft(spectrum)[:, :_WINDOW] / _TAPER
    first, last = _RATE // _HIGHEST, _RATE // _LOWEST
    periods = first + np.argmax(alike[:, first:last], axis=1)
    strength = alike[np.arange(len(alike)), periods] / np.maximum(alike[:, 0], 1e-9)
    return np.where(speech & (strength > _PERIODIC), np.log2(_RATE / periods), np.nan)


def _melody(pitch: Curve) -> dict[str, float]:
    """The end of the pitch curve against all of it; jumps of half an octave are mistakes of the tracker."""
    known = np.flatnonzero(np.isfinite(pitch))
    if len(known) < 8:
        return {"fall": 0.0, "low": 0.0, "slope": 0.0}
    middle = float(np.median(pitch[known]))
    usable = known[np.abs(pitch[known] - middle) < 0.7]
    if len(usable) < 8:
        return {"fall": 0.0, "low": 0.0, "slope": 0.0}
    curve, end = pitch[usable], float(np.median(pitch[usable[-6:]]))
    recent = usable[usable > usable[-1] - 30]
    slope = float(np.polyfit(recent / 100.0, pitch[recent], 1)[0]) if len(recent) >= 6 else 0.0
    return {
        "fall": end - middle,
        "low": end - float(np.quantile(curve, 0.05)),
        "slope": float(np.clip(slope, -4.0, 4.0)),
    }


def _syllables(levels: Curve) -> tuple[float, float]:
    """Seconds of the last syllable, and of the usual one: from one dip of the level to the next."""
    smooth = np.convolve(levels, np.ones(5) / 5, "same")
    dips, low, high = [0], float(smooth[0]), float(smooth[0])
    for at, level in enumerate(smooth):
        high = max(high, float(level))
        if level < low:
            low, place = float(level), at
        if high - level > _DIP:
            low, high, place = float(level), float(level), at
        elif level - low > _DIP:
            dips.append(place)
            low = high = float(level)
    lengths = np.diff([*dips, len(levels)]) / 100.0
    return float(lengths[-1]), max(float(np.median(lengths)), _SHORTEST)
