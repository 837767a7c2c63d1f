"""How well and how fast the line hears: by window, noise, speed, network and caller.

`python -m bench.speech.hearing [--only "6 s"]` prints a table and writes `var/bench/hearing.json`.
"""

from __future__ import annotations

import argparse
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import jiwer
import numpy as np
from num2words import num2words

from agent import models
from bench.callers.packets import lossy
from bench.callers.phone_line import telephone
from bench.callers.sentences import Utterance, human_digits, sentences
from bench.callers.synthesis import TELEPHONE_RATE, Samples
from bench.callers.voices import Noise
from bench.figures.table import Machine, keep, show
from voices.plausibility import words
from voices.speech import Pcm
from voices.transcript import Nothing
from voices.whisper import FULL, SAMPLE_RATE, Recogniser, Window

_AFTER = int(0.12 * TELEPHONE_RATE)
"""`voices.turn_taking` decodes so much silence after the last sound."""
_EVERYBODY = "everybody"


@dataclass(frozen=True, slots=True)
class Line:
    """What lies between the caller and the recogniser; always an 8 kHz µ-law line."""

    name: str
    noise: Noise | None = None
    loss: float = 0.0
    speed: float = 1.0

    def carries(self, samples: Samples, seed: int) -> Pcm:
        """`samples` (8 kHz, full scale 1.0) as they arrive: int16 mono, 16 kHz."""
        padded = np.concatenate([samples, np.zeros(_AFTER)])
        heard = telephone(padded, seed, self.noise)
        return lossy(heard, self.loss, seed) if self.loss else heard


CLEAN = Line("clean")
LINES = (
    *(Line(f"rush {decibels} dB", Noise("rush", decibels)) for decibels in (20, 10, 5)),
    *(Line(f"babble {decibels} dB", Noise("babble", decibels)) for decibels in (20, 10, 5)),
    Line("1% lost", loss=0.01),
    Line("3% lost", loss=0.03),
    Line("1.25 × as fast", speed=1.25),
    Line("0.8 × as fast", speed=0.8),
)
STRATEGIES = {
    "30 s": FULL,
    "10 s, 0.3 s before": Window(shortest=10.0),
    "10 s, nothing before": Window(shortest=10.0, before=0.0),
    "6 s, 0.3 s before": Window(shortest=6.0),
    "6 s, greedy": Window(shortest=6.0, beam=1),
    "4 s, 0.3 s before": Window(shortest=4.0),
}


@dataclass(frozen=True, slots=True)
class Row:
    """Word error rate (0 to 1), and milliseconds of one way to hear: by the clock, and of processor time."""

    window: str
    line: str
    caller: str
    wer: float
    unheard: int
    utterances: int
    ms_median: float
    ms_p95: float
    cpu_ms_mean: float


@dataclass(frozen=True, slots=True)
class _Heard:
    caller: str
    said: str
    text: str
    unheard: bool
    ms: float
    cpu_ms: float


def measure(recogniser: Recogniser, spoken: Sequence[Utterance], window: str, line: Line) -> Iterator[Row]:
    """One row for each caller, and one for everybody."""
    heard = [_heard(recogniser, one, line.carries(one.samples, seed)) for seed, one in enumerate(spoken)]
    for caller in (*dict.fromkeys(one.caller for one in heard), _EVERYBODY):
        own = [one for one in heard if caller in (one.caller, _EVERYBODY)]
        median, p95 = np.quantile([one.ms for one in own], [0.5, 0.95])
        yield Row(
            window,
            line.name,
            caller,
            jiwer.wer([one.said for one in own], [one.text for one in own]),
            sum(one.unheard for one in own),
            len(own),
            float(median),
            float(p95),
            float(np.mean([one.cpu_ms for one in own])),
        )


def comparable(text: str) -> str:
    """Small letters, digits one by one as words, so that `14` and `one four` are the same."""
    digits = re.sub(r"\d", lambda digit: f" {num2words(int(digit.group()))} ", text)
    return " ".join(words(digits)).replace("pot hole", "pothole").replace("mold", "mould")


def run(digits: Path, only: str) -> list[Row]:
    """All windows whose names begin with `only` on a clean line, and the default one on all others."""
    usual = [*sentences(), *human_digits(digits)]
    rows: list[Row] = []
    for name, window in STRATEGIES.items():
        if not name.startswith(only):
            continue
        recogniser = Recogniser(models.path("whisper-tiny-en"), window=window)
        recogniser.transcribe(np.zeros(SAMPLE_RATE, dtype=np.int16))
        for line in (CLEAN, *(LINES if window == Window() else ())):
            spoken = usual if line.speed == 1.0 else list(sentences(line.speed))
            rows.extend(measure(recogniser, spoken, name, line))
            print(f"{name}, {line.name}: WER {rows[-1].wer:.1%}", flush=True)
    return rows


def cells(row: Row) -> list[object]:
    """One line of the table."""
    unheard = f"{row.unheard} of {row.utterances}"
    times = (f"{milliseconds:.0f}" for milliseconds in (row.ms_median, row.ms_p95, row.cpu_ms_mean))
    return [row.window, row.line, row.caller, f"{row.wer:.1%}", unheard, *times]


def main() -> None:
    """Measure, print, and write the JSON file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--digits", type=Path, default=Path("../shared/data/fsdd"), help="the Free Spoken Digit Dataset"
    )
    parser.add_argument("--only", default="", help="windows whose names begin so")
    arguments = parser.parse_args()
    machine = Machine()
    rows = run(arguments.digits, arguments.only)
    columns = ("window", "line", "caller", "WER", "unheard", "ms p50", "p95", "CPU ms")
    together = [row for row in rows if row.caller == _EVERYBODY]
    show("Hearing over an 8 kHz µ-law line, tiny.en, everybody", columns, [cells(row) for row in together])
    default = [row for row in rows if row.window == _default() and row.line in (CLEAN.name, "rush 10 dB")]
    show("The default window by caller", columns, [cells(row) for row in default])
    keep("hearing", machine, {"rows": [asdict(row) for row in rows]})


def _heard(recogniser: Recogniser, one: Utterance, arrived: Pcm) -> _Heard:
    began, worked = time.perf_counter(), time.process_time()
    found = recogniser.transcribe(arrived)
    ms, cpu_ms = (time.perf_counter() - began) * 1000, (time.process_time() - worked) * 1000
    text = "" if isinstance(found, Nothing) else comparable(found.text)
    return _Heard(one.caller, comparable(one.text), text, isinstance(found, Nothing), ms, cpu_ms)


def _default() -> str:
    return next(name for name, window in STRATEGIES.items() if window == Window())


if __name__ == "__main__":
    main()
