"""Callers, none of them the line's own voice: what they say as it arrives, with pauses inside."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bench.callers.phone_line import Noise, hiss, telephone
from bench.callers.synthesis import PEAK, QUIET, TELEPHONE_RATE, CallerVoice, Samples, sounds, synthesised
from telephony.recording import Pcm

__all__ = ["CallerVoice", "Noise", "Said", "cough", "hiss", "said", "spoken", "telephone"]

PAUSE = "|"
"""In a text: the caller pauses here."""
SHORTEST, LONGEST = 0.3, 0.8
"""Seconds of a pause."""
_BLOCK = TELEPHONE_RATE // 100
_LOOK_AROUND = 30
_FADE = 40

HIBARI = CallerVoice("hibari")
AWB = CallerVoice("awb", "flite", "awb", speed=0.87)
RMS = CallerVoice("rms", "flite", "rms", speed=0.9)
KUMO = CallerVoice("kumo", "kokoro", "jm_kumo")
GONGITSUNE = CallerVoice("gongitsune", "kokoro", "jf_gongitsune")
NEZUMI = CallerVoice("nezumi", "kokoro", "jf_nezumi")
PEOPLE = (HIBARI, AWB, RMS, KUMO, GONGITSUNE, NEZUMI)
"""Six different speakers whom the recogniser understands: an American woman, a Scotsman and an American man in two
generations of synthesis, and a man and two women with British sounds."""

VOICES = (
    HIBARI,
    RMS,
    CallerVoice("hibari, slow and low", speed=0.9, pitch=0.88),
    AWB,
    CallerVoice("hibari, quick and high", speed=1.1, pitch=1.1),
    CallerVoice("rms, quick and high", "flite", "rms", speed=1.0, pitch=1.08),
)
"""For calls in real time: three speakers, quickly made."""
HARD_TO_HEAR = CallerVoice("West Midlands", "espeak-ng", "en-gb-x-gbcwmd", speed=0.8)
"""The recogniser gets every third word of it wrong."""


@dataclass(frozen=True, slots=True)
class Said:
    """One utterance as it arrives: int16 mono, 16 kHz. `pauses`: where each begins, and how long it is, in seconds."""

    text: str
    pcm: Pcm
    pauses: tuple[tuple[float, float], ...] = ()


def spoken(text: str, voice: CallerVoice) -> Pcm:
    """`text` as it arrives over the telephone: int16 mono, 16 kHz, from its first to its last sound."""
    return telephone(synthesised(text, voice))


def cough() -> Pcm:
    """Half a second of a cough, as it arrives."""
    length = TELEPHONE_RATE // 2
    burst = np.random.default_rng(3).normal(0, 0.4, length)
    return telephone(burst * np.exp(-(np.linspace(-3, 5, length) ** 2)))


def said(
    text: str,
    voice: CallerVoice,
    pauses: Sequence[float] = (),
    *,
    noise: Noise | None = None,
    around: tuple[float, float] = (0.0, 0.0),
) -> Said:
    """`text` with a silence at each `|`, as long as `pauses` says (seconds, in turn).

    The whole sentence is synthesised at once, a comma at each pause, so its melody goes on across it. `around`: seconds
    of the line, noise and all, before the first and after the last word.
    """
    parts = [part.strip() for part in text.split(PAUSE)]
    whole = " ".join(_with_comma(part) for part in parts[:-1]) + " " + parts[-1]
    samples = synthesised(whole.strip(), voice)
    found: list[tuple[int, float]] = []
    if pauses:
        lengths = [sounds(part) for part in parts]
        ends = np.cumsum(lengths)[:-1] / sum(lengths) * len(samples)
        # The last pause first: what lies before it stays where it is.
        for end, seconds in reversed(list(zip(ends, pauses, strict=True))):
            longer, begin = _paused(samples, int(end), seconds)
            found = [(begin, seconds), *((at + len(longer) - len(samples), length) for at, length in found)]
            samples = longer
    before, after = (np.zeros(int(seconds * TELEPHONE_RATE)) for seconds in around)
    heard = telephone(np.concatenate([before, samples, after]), seed=len(samples), noise=noise)
    shifted = tuple(((at + len(before)) / TELEPHONE_RATE, seconds) for at, seconds in found)
    return Said(" ".join(parts), heard, shifted)


def _with_comma(part: str) -> str:
    return part if part.endswith((",", ".", "?", "!")) else f"{part},"


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
    quiet = levels < QUIET * PEAK
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
