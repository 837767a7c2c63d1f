"""Callers' voices: synthesised, none of them the line's own, with pauses inside, over a hissing 8 kHz µ-law line."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import soxr
from hibari import Hibari
from numpy.typing import NDArray

from telephony.direct import CALLER_RATE
from telephony.recording import Pcm

Samples = NDArray[np.float64]

TELEPHONE_RATE = 8_000
PAUSE = "|"
"""In a text: the caller pauses here."""
SHORTEST, LONGEST = 0.3, 0.8
"""Seconds of a pause."""
_HIBARI_RATE = 24_000
_PEAK = 0.5
_HISS = 0.001
"""RMS of the line's own noise, of full scale: -60 dB."""
_BLOCK = TELEPHONE_RATE // 100
_LOOK_AROUND = 25
_FADE = 40
_QUIET = 0.02


@dataclass(frozen=True, slots=True)
class CallerVoice:
    """Hibari's voice at a speed and a pitch (1.0 is its own)."""

    name: str
    speed: float = 1.0
    pitch: float = 1.0


VOICES = (
    CallerVoice("at ease"),
    CallerVoice("slow and low", speed=0.9, pitch=0.88),
    CallerVoice("quick and high", speed=1.1, pitch=1.1),
    CallerVoice("slow", speed=0.85, pitch=1.0),
    CallerVoice("quick and low", speed=1.12, pitch=0.92),
)


@dataclass(frozen=True, slots=True)
class Said:
    """One utterance as it arrives: int16 mono, 16 kHz. `pauses`: where each begins, and how long it is, in seconds."""

    text: str
    pcm: Pcm
    pauses: tuple[tuple[float, float], ...] = ()


def said(text: str, voice: CallerVoice, pauses: Sequence[float] = ()) -> Said:
    """`text` with a silence at each `|`, as long as `pauses` says (seconds, in turn).

    The whole sentence is synthesised at once, a comma at each pause, so its melody goes on across it.
    """
    parts = [part.strip() for part in text.split(PAUSE)]
    whole = " ".join(_with_comma(part) for part in parts[:-1]) + " " + parts[-1]
    samples = _spoken(whole.strip(), voice)
    found: list[tuple[int, float]] = []
    if pauses:
        sounds = [len("".join(_voice().phonemize(part))) for part in parts]
        ends = np.cumsum(sounds)[:-1] / sum(sounds) * len(samples)
        # The last pause first: what lies before it stays where it is.
        for end, seconds in reversed(list(zip(ends, pauses, strict=True))):
            longer, begin = _paused(samples, int(end), seconds)
            found = [(begin, seconds), *((at + len(longer) - len(samples), length) for at, length in found)]
            samples = longer
    heard = telephone(samples, seed=len(samples))
    return Said(" ".join(parts), heard, tuple((at / TELEPHONE_RATE, seconds) for at, seconds in found))


def telephone(samples: Samples, seed: int = 0) -> Pcm:
    """`samples` (8 kHz, full scale 1.0) as the far end hears them: hiss, µ-law, and 16 kHz again."""
    noisy = np.clip(samples + np.random.default_rng(seed).normal(0, _HISS, len(samples)), -1, 1)
    companded = np.round(np.sign(noisy) * np.log1p(255 * np.abs(noisy)) / np.log(256) * 127) / 127
    expanded = np.sign(companded) * (256 ** np.abs(companded) - 1) / 255
    wide = soxr.resample(expanded, TELEPHONE_RATE, CALLER_RATE)
    pcm: Pcm = (np.clip(wide, -1, 1) * 32767).astype(np.int16)
    return pcm


@cache
def hiss(seconds: int = 10) -> Pcm:
    """The line while nobody speaks."""
    return telephone(np.zeros(seconds * TELEPHONE_RATE))


def _with_comma(part: str) -> str:
    return part if part.endswith((",", ".", "?", "!")) else f"{part},"


@cache
def _voice() -> Hibari:
    return Hibari()


def _spoken(text: str, voice: CallerVoice) -> Samples:
    # Played faster, a voice is higher; spoken slower first, it keeps its pace.
    made = _voice()(text, speed=voice.speed / voice.pitch, seed=1).astype(np.float64)
    narrow = soxr.resample(made, _HIBARI_RATE * voice.pitch, TELEPHONE_RATE)
    loud = np.flatnonzero(np.abs(narrow) > _QUIET * np.abs(narrow).max())
    levelled: Samples = narrow[loud[0] : loud[-1] + 1] * (_PEAK / np.abs(narrow).max())
    return levelled


def _paused(samples: Samples, expected: int, seconds: float) -> tuple[Samples, int]:
    """With a silence in place of the quietest stretch near `expected`, and where that begins (in samples)."""
    levels = np.abs(samples[: len(samples) // _BLOCK * _BLOCK]).reshape(-1, _BLOCK).max(axis=1)
    first = max(1, expected // _BLOCK - _LOOK_AROUND)
    last = min(len(levels) - 1, expected // _BLOCK + _LOOK_AROUND)
    begin, end = _quiet_run(levels, first, last)
    before, after = samples[: begin * _BLOCK].copy(), samples[end * _BLOCK :].copy()
    before[-_FADE:] *= np.linspace(1, 0, min(_FADE, len(before)))
    after[:_FADE] *= np.linspace(0, 1, min(_FADE, len(after)))
    silence = np.zeros(int(seconds * TELEPHONE_RATE))
    return np.concatenate([before, silence, after]), len(before)


def _quiet_run(levels: Samples, first: int, last: int) -> tuple[int, int]:
    """The longest run of quiet blocks of 10 ms between `first` and `last`; without any, the quietest place."""
    quiet = levels < _QUIET * _PEAK
    runs: list[tuple[int, int]] = []
    for at in range(first, last):
        if quiet[at]:
            begin = runs.pop()[0] if runs and runs[-1][1] == at else at
            runs.append((begin, at + 1))
    if runs:
        return max(runs, key=lambda run: run[1] - run[0])
    at = first + int(np.argmin(levels[first:last]))
    return at, at


def held_out(text: str) -> bool:
    """Whether recordings of this text are kept from tuning: half of all texts are."""
    plain = "".join(letter for letter in text.lower() if letter.isalpha())
    return zlib.crc32(plain.encode()) % 2 == 1
