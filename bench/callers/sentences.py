"""What is said to measure hearing: sentences by several speakers, and digits by human ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import soundfile
import soxr
from num2words import num2words

from bench.callers.synthesis import PEAK, TELEPHONE_RATE, Samples, synthesised
from bench.callers.voices import HARD_TO_HEAR, PEOPLE

SENTENCES = (
    "My bin has not been collected.",
    "Yes please, that's right.",
    "No.",
    "Yes.",
    "There's a pothole outside number nine on the High Street.",
    "The street light is out on Church Road.",
    "Can I speak to a person please?",
    "I want to book a bulky waste collection for a sofa and a mattress.",
    "There's damp in my son's bedroom and he has asthma.",
    "Someone has dumped rubbish and an old fridge by the canal.",
    "I have moved house and need to change my address for council tax.",
    "There's a dead fox in the road by the school.",
    "Next Tuesday morning.",
    "Can you say that again?",
    "I don't know.",
    "What time does the tip open on Sunday?",
)
_SPEAKERS = ("george", "jackson", "lucas", "nicolas", "theo", "yweweler")


@dataclass(frozen=True, slots=True)
class Utterance:
    """What a caller says (8 kHz, full scale 1.0) and who."""

    caller: str
    text: str
    samples: Samples


def sentences(speed: float = 1.0) -> Iterator[Utterance]:
    """Every sentence by every synthetic caller, none of them the line's voice, `speed` times as fast as usual."""
    for voice in (*PEOPLE, HARD_TO_HEAR):
        for text in SENTENCES:
            yield Utterance(voice.name, text, synthesised(text, replace(voice, speed=voice.speed * speed)))


def human_digits(folder: Path) -> Iterator[Utterance]:
    """Strings of one, three and six digits by each speaker, 80 ms between the digits; none without the recordings."""
    random = np.random.default_rng(5)
    for speaker in _SPEAKERS if folder.is_dir() else ():
        for length in (1, 3, 6):
            chosen = random.integers(0, 10, length)
            pieces = [_digit(folder / f"{digit}_{speaker}_{random.integers(3)}.wav") for digit in chosen]
            yield Utterance("human digits", " ".join(num2words(int(digit)) for digit in chosen), np.concatenate(pieces))


def _digit(file: Path) -> Samples:
    samples, rate = soundfile.read(file, dtype="float64")
    narrow = soxr.resample(samples / np.abs(samples).max() * PEAK, rate, TELEPHONE_RATE)
    spaced: Samples = np.concatenate([narrow, np.zeros(int(0.08 * TELEPHONE_RATE))])
    return spaced
