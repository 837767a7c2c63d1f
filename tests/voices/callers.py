"""Callers for the ears: a voice that is not the line's, over an 8 kHz µ-law telephone line with a little hiss."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from bench.callers import voices as callers
from bench.callers.voices import HIBARI, CallerVoice, cough
from voices.speech import Pcm

__all__ = ["RATE", "as_pcm", "cough", "hiss", "said", "spoken"]

RATE = 16_000


@cache
def spoken(text: str, *, speed: float = 1.0) -> Pcm:
    """`text` as it arrives (int16 mono, 16 kHz), from its first to its last sound."""
    return callers.spoken(text, HIBARI if speed == 1.0 else CallerVoice("hibari", speed=speed))


def as_pcm(audio: NDArray[np.floating]) -> Pcm:
    pcm: Pcm = (np.clip(audio, -1, 1) * 32767).astype(np.int16)
    return pcm


def hiss(seconds: float, level: float = 0.001) -> Pcm:
    """A quiet line."""
    return as_pcm(np.random.default_rng(7).normal(0, level, int(seconds * RATE)))


def said(*parts: str | float | Pcm) -> Pcm:
    """Sentences, seconds of pause and sounds, one after the other, with a second of quiet in front."""
    pieces = [hiss(1.0)]
    for part in parts:
        if isinstance(part, str):
            pieces.append(spoken(part))
        else:
            pieces.append(hiss(part) if isinstance(part, float) else part)
    return np.concatenate(pieces)
