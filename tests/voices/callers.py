"""Callers for the ears: a voice that is not the line's, over an 8 kHz µ-law telephone line with a little hiss."""

from __future__ import annotations

from functools import cache

import numpy as np
import soxr
from hibari import Hibari
from numpy.typing import NDArray

from voices.speech import Pcm

RATE = 16_000
Audio = NDArray[np.float32]


@cache
def _voice() -> Hibari:
    return Hibari()


@cache
def spoken(text: str, *, speed: float = 1.0) -> Pcm:
    """`text` as it arrives (int16 mono, 16 kHz), from its first to its last sound."""
    audio = soxr.resample(_voice()(text, speed=speed, seed=1), 24_000, RATE)
    loud = np.flatnonzero(np.abs(audio) > 0.01)
    audio = audio[loud[0] : loud[-1] + 1]
    return telephone((audio / np.abs(audio).max() * 0.5).astype(np.float32))


def telephone(audio: Audio) -> Pcm:
    """Through 8 kHz and µ-law and back."""
    narrow = np.clip(soxr.resample(audio, RATE, 8_000), -1, 1)
    companded = np.round(np.sign(narrow) * np.log1p(255 * np.abs(narrow)) / np.log(256) * 127) / 127
    expanded = np.sign(companded) * (256 ** np.abs(companded) - 1) / 255
    return as_pcm(soxr.resample(expanded, 8_000, RATE))


def as_pcm(audio: NDArray[np.floating]) -> Pcm:
    pcm: Pcm = (np.clip(audio, -1, 1) * 32767).astype(np.int16)
    return pcm


def hiss(seconds: float, level: float = 0.001) -> Pcm:
    """A quiet line."""
    return as_pcm(np.random.default_rng(7).normal(0, level, int(seconds * RATE)))


def cough() -> Pcm:
    burst = np.random.default_rng(3).normal(0, 0.4, RATE // 2)
    return telephone((burst * np.exp(-(np.linspace(-3, 5, RATE // 2) ** 2))).astype(np.float32))


def said(*parts: str | float | Pcm) -> Pcm:
    """Sentences, seconds of pause and sounds, one after the other, with a second of quiet in front."""
    pieces = [hiss(1.0)]
    for part in parts:
        if isinstance(part, str):
            pieces.append(spoken(part))
        else:
            pieces.append(hiss(part) if isinstance(part, float) else part)
    return np.concatenate(pieces)
