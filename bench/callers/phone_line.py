"""An 8 kHz µ-law telephone line, and what is heard on it besides the caller."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
import soxr

from bench.callers.synthesis import PEAK, TELEPHONE_RATE, CallerVoice, Samples, synthesised
from telephony.direct import CALLER_RATE
from telephony.recording import Pcm

_HISS = 0.001
"""RMS of the line's own noise, of full scale: -60 dB."""
_BABBLE_SECONDS = 20
_OTHERS = tuple(CallerVoice(who, "flite", who, pitch=at) for who, at in (("slt", 1), ("rms", 0.95), ("awb", 1.06)))
_TALK = (
    "Did you see the match on Saturday, I could not believe that they gave it away in the last minute.",
    "I said to her that we would be there by six, and then the train was late again, so we missed the beginning.",
    "Put the kettle on would you, and ask him whether he wants one as well, there are biscuits in the tin.",
    "They have been digging up the road since March, and nobody can tell me when they are going to be finished.",
)


@dataclass(frozen=True, slots=True)
class Noise:
    """What else is heard: other people talking, or a steady rush, so many decibels below the caller's voice."""

    kind: Literal["babble", "rush"]
    decibels: float

    def __str__(self) -> str:
        return f"{self.kind} at {self.decibels:.0f} dB"


def telephone(samples: Samples, seed: int = 0, noise: Noise | None = None) -> Pcm:
    """`samples` (8 kHz, full scale 1.0) as the far end hears them: noise, hiss, µ-law, and 16 kHz again."""
    chance = np.random.default_rng(seed)
    heard = samples if noise is None else samples + _noise(noise, samples, chance)
    noisy = np.clip(heard + chance.normal(0, _HISS, len(heard)), -1, 1)
    companded = np.round(np.sign(noisy) * np.log1p(255 * np.abs(noisy)) / np.log(256) * 127) / 127
    expanded = np.sign(companded) * (256 ** np.abs(companded) - 1) / 255
    wide = soxr.resample(expanded, TELEPHONE_RATE, CALLER_RATE)
    pcm: Pcm = (np.clip(wide, -1, 1) * 32767).astype(np.int16)
    return pcm


@cache
def hiss(seconds: int = 10) -> Pcm:
    """The line while nobody speaks."""
    return telephone(np.zeros(seconds * TELEPHONE_RATE))


def _noise(noise: Noise, samples: Samples, chance: np.random.Generator) -> Samples:
    if noise.kind == "babble":
        others = np.tile(_babble(), len(samples) // (_BABBLE_SECONDS * TELEPHONE_RATE) + 2)
        begin = int(chance.integers(_BABBLE_SECONDS * TELEPHONE_RATE))
        sound = others[begin : begin + len(samples)]
    else:
        sound = chance.normal(0, 1, len(samples))
    wanted = _level(samples) * 10 ** (-noise.decibels / 20)
    levelled: Samples = sound * (wanted / (np.sqrt(np.mean(np.square(sound))) or 1.0))
    return levelled


def _level(samples: Samples) -> float:
    """RMS of what is voiced."""
    loud = samples[np.abs(samples) > 0.02 * PEAK]
    return float(np.sqrt(np.mean(np.square(loud)))) if len(loud) else PEAK / 4


@cache
def _babble() -> Samples:
    """Six people who talk across each other for 20 s, again and again."""
    length = _BABBLE_SECONDS * TELEPHONE_RATE
    mixed = np.zeros(length)
    for number in range(6):
        sentences = [synthesised(_TALK[(number + at) % len(_TALK)], _OTHERS[number % 3]) for at in range(len(_TALK))]
        mixed += np.resize(np.roll(np.concatenate(sentences), number * 7_919), length)
    return mixed
