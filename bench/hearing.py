"""How well and how fast the line hears: by window, by noise, by caller. Run it with `python -m bench.hearing`."""

from __future__ import annotations

import argparse
import io
import json
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import jiwer
import numpy as np
import soundfile
import soxr
from num2words import num2words
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from agent import models
from voices.plausibility import words
from voices.speech import Hints, Pcm
from voices.transcript import Nothing
from voices.whisper import FULL, SAMPLE_RATE, Recogniser, Window

Audio = NDArray[np.float32]

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
SPEAKERS = ("george", "jackson", "lucas", "nicolas", "theo", "yweweler")

STRATEGIES = {
    "30 s window": FULL,
    "10 s, 0.3 s before": Window(),
    "10 s, nothing before": Window(before=0.0),
    "10 s, nothing before, no hiss": Window(before=0.0, dither=0.0),
    "10 s, greedy": Window(beam=1),
    "6 s, 0.3 s before": Window(shortest=6.0),
}
NOISES = (None, 20, 10, 5)


@dataclass(frozen=True, slots=True)
class Utterance:
    """What a caller says (`audio`: 16 kHz, its own level) and who."""

    caller: str
    text: str
    audio: Audio


@dataclass(frozen=True, slots=True)
class Row:
    """Word error rate (0 to 1), and milliseconds of one way to hear: by the clock, and of processor time."""

    strategy: str
    caller: str
    noise_db: int | None
    wer: float
    unheard: int
    utterances: int
    ms_median: float
    ms_p95: float
    cpu_ms_median: float


def callers(digits: Path) -> list[Utterance]:
    """Synthetic callers, none of them the line's voice, and human digits where `digits` has recordings."""
    return [*_synthetic("hibari", _hibari()), *_synthetic("espeak rp", _espeak), *_human_digits(digits)]


def measure(recogniser: Recogniser, utterances: list[Utterance], strategy: str, noise_db: int | None) -> Iterator[Row]:
    """One row for each caller."""
    for caller in dict.fromkeys(utterance.caller for utterance in utterances):
        spoken = [utterance for utterance in utterances if utterance.caller == caller]
        times, busy, heard, unheard = [], [], [], 0
        for number, utterance in enumerate(spoken):
            audio = _arriving(utterance.audio, noise_db, seed=number)
            began, worked = time.perf_counter(), time.process_time()
            found = recogniser.transcribe(audio, Hints())
            times.append((time.perf_counter() - began) * 1000)
            busy.append((time.process_time() - worked) * 1000)
            unheard += isinstance(found, Nothing)
            heard.append("" if isinstance(found, Nothing) else comparable(found.text))
        wer = jiwer.wer([comparable(utterance.text) for utterance in spoken], heard)
        median, p95 = np.quantile(times, [0.5, 0.95])
        yield Row(
            strategy, caller, noise_db, wer, unheard, len(spoken), float(median), float(p95), float(np.median(busy))
        )


def comparable(text: str) -> str:
    """Small letters, digits one by one as words, so that `14` and `one four` are the same."""
    digits = re.sub(r"\d", lambda digit: f" {num2words(int(digit.group()))} ", text)
    return " ".join(words(digits)).replace("pot hole", "pothole")


def run(digits: Path) -> list[Row]:
    """All windows on a quiet line, and the default one in noise."""
    utterances = callers(digits)
    rows: list[Row] = []
    for strategy, window in STRATEGIES.items():
        recogniser = Recogniser(models.path("whisper-tiny-en"), window=window)
        recogniser.transcribe(np.zeros(SAMPLE_RATE, dtype=np.int16))
        for noise_db in NOISES if window == Window() else (None,):
            rows.extend(measure(recogniser, utterances, strategy, noise_db))
    return rows


def main() -> None:
    """Print a table, and write `var/bench/hearing.json`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--digits", type=Path, default=Path("../shared/data/fsdd"), help="the Free Spoken Digit Dataset"
    )
    parser.add_argument("--out", type=Path, default=Path("var/bench/hearing.json"))
    arguments = parser.parse_args()
    rows = run(arguments.digits)
    table = Table(
        "window", "caller", "noise", "WER %", "unheard", "ms", "p95", "CPU ms", title="Hearing, 8 kHz µ-law, tiny.en"
    )
    for row in rows:
        noise = "quiet" if row.noise_db is None else f"{row.noise_db} dB"
        wer, unheard = f"{row.wer:.1%}", f"{row.unheard}/{row.utterances}"
        times = (f"{milliseconds:.0f}" for milliseconds in (row.ms_median, row.ms_p95, row.cpu_ms_median))
        table.add_row(row.strategy, row.caller, noise, wer, unheard, *times)
    Console().print(table)
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(json.dumps([asdict(row) for row in rows], indent=1))


def _synthetic(caller: str, say: Callable[[str], Audio]) -> Iterator[Utterance]:
    for text in SENTENCES:
        yield Utterance(caller, text, _trimmed(say(text)))


def _hibari() -> Callable[[str], Audio]:
    from hibari import Hibari

    voice = Hibari()
    return lambda text: soxr.resample(voice(text, seed=1), 24_000, SAMPLE_RATE)


def _espeak(text: str) -> Audio:
    command = ["espeak-ng", "-v", "en-gb-x-rp", "-s", "150", "--stdout", text]
    wav = subprocess.run(command, capture_output=True, check=True).stdout
    audio, rate = soundfile.read(io.BytesIO(wav), dtype="float32")
    resampled: Audio = soxr.resample(audio, rate, SAMPLE_RATE)
    return resampled


def _human_digits(folder: Path) -> Iterator[Utterance]:
    """Strings of one, three and six digits by each speaker, 80 ms between the digits."""
    random = np.random.default_rng(5)
    for speaker in SPEAKERS if folder.is_dir() else ():
        for length in (1, 3, 6):
            chosen = random.integers(0, 10, length)
            pieces = [_digit(folder / f"{digit}_{speaker}_{random.integers(3)}.wav") for digit in chosen]
            yield Utterance("human digits", " ".join(num2words(int(digit)) for digit in chosen), np.concatenate(pieces))


def _digit(file: Path) -> Audio:
    audio, rate = soundfile.read(file, dtype="float32")
    audio = soxr.resample(audio / np.abs(audio).max() * 0.5, rate, SAMPLE_RATE)
    spaced: Audio = np.concatenate([audio, np.zeros(int(0.08 * SAMPLE_RATE), dtype=np.float32)])
    return spaced


def _trimmed(audio: Audio) -> Audio:
    loud = np.flatnonzero(np.abs(audio) > 0.01)
    spoken = audio[loud[0] : loud[-1] + 1]
    levelled: Audio = (spoken / np.abs(spoken).max() * 0.5).astype(np.float32)
    return levelled


def _arriving(audio: Audio, noise_db: int | None, seed: int) -> Pcm:
    """From the first sound to 0.12 s after the last, as `voices.turn_taking` decodes it, through 8 kHz µ-law."""
    padded = np.concatenate([audio, np.zeros(int(0.12 * SAMPLE_RATE), dtype=np.float32)])
    if noise_db is not None:
        power = float(np.mean(audio**2)) / 10 ** (noise_db / 10)
        padded = padded + np.random.default_rng(seed).normal(0, power**0.5, len(padded)).astype(np.float32)
    narrow = np.clip(soxr.resample(padded, SAMPLE_RATE, 8_000), -1, 1)
    companded = np.round(np.sign(narrow) * np.log1p(255 * np.abs(narrow)) / np.log(256) * 127) / 127
    expanded = np.sign(companded) * (256 ** np.abs(companded) - 1) / 255
    wide = soxr.resample(expanded, 8_000, SAMPLE_RATE)
    pcm: Pcm = (np.clip(wide, -1, 1) * 32767).astype(np.int16)
    return pcm


if __name__ == "__main__":
    main()
