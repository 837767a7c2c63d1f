"""Values as they are spoken over a telephone line: our test set by three voices, digits by six people.

`python -m bench.spoken_values [--each 8] [--digits FOLDER]` prints two tables and writes `var/bench/values.json`.
The digits are recordings of people (Free Spoken Digit Dataset, CC BY-SA 4.0), joined as a caller joins them.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import soundfile
import soxr
from rapidfuzz.distance import Levenshtein

from agent import models
from bench import typed
from bench.callers import AWB, HIBARI, RMS, spoken, telephone
from bench.synthesis import PEAK, TELEPHONE_RATE, Samples
from bench.table import Machine, keep, show
from intents.entities.digits import runs
from intents.entities.tokens import tokens
from telephony.recording import Pcm
from voices.speech import Hints
from voices.transcript import Heard, Unclear
from voices.whisper import Recogniser

SPEAKERS = ("george", "jackson", "lucas", "nicolas", "theo", "yweweler")
KINDS = {"house number": ((2,),), "reference": ((4,),), "telephone": ((5, 3, 3), (3, 4, 4))}
"""How many digits callers say in one go, group by group."""
HINTS = {
    "date": ("today", "yesterday", "last week", "two weeks ago", "Monday", "the 1st of December"),
    "phone": ("07700 900123", "01632 960100"),
    "number": ("1", "2", "3", "4", "5", "6", "10"),
    "yes_no": ("Yes", "Yes please", "No", "No thank you", "That's right"),
}
"""What the line tells the recogniser to expect, as in `agent.listening`."""
_BETWEEN, _GROUPS = (0.05, 0.14), (0.25, 0.4)
"""Seconds between digits, and between groups of them."""
_AFTER = 0.12


@dataclass(frozen=True, slots=True)
class DigitFigures:
    """One speaker's strings of one kind: shares of digits and of whole strings that were read right."""

    speaker: str
    kind: str
    strings: int
    digit: float
    string: float


def digits(recogniser: Recogniser, folder: Path, each: int) -> Iterator[DigitFigures]:
    """A row for each speaker and kind of string."""
    random = np.random.default_rng(11)
    for speaker in SPEAKERS:
        for kind, ways in KINDS.items():
            wanted: list[str] = []
            heard: list[str] = []
            for number in range(each):
                groups = ways[number % len(ways)]
                wanted.append("".join(str(digit) for digit in random.integers(0, 10, sum(groups))))
                pcm = telephone(_said(folder, speaker, wanted[-1], groups, random), number)
                heard.append(_digits_of(_text(recogniser, pcm, HINTS["phone"])))
            pairs = list(zip(wanted, heard, strict=True))
            right = sum(Levenshtein.similarity(one, other) for one, other in pairs) / sum(map(len, wanted))
            yield DigitFigures(speaker, kind, each, right, sum(one == other for one, other in pairs) / each)


def _said(folder: Path, speaker: str, wanted: str, groups: Sequence[int], random: np.random.Generator) -> Samples:
    ends = set(np.cumsum(groups).tolist())
    pieces: list[Samples] = []
    for at, digit in enumerate(wanted, start=1):
        samples, rate = soundfile.read(folder / f"{digit}_{speaker}_{random.integers(3)}.wav", dtype="float64")
        gap = random.uniform(*(_GROUPS if at in ends else _BETWEEN))
        pieces += [soxr.resample(samples / np.abs(samples).max() * PEAK, rate, TELEPHONE_RATE)]
        pieces += [np.zeros(int(gap * TELEPHONE_RATE))]
    joined: Samples = np.concatenate(pieces)
    return joined


def _digits_of(text: str) -> str:
    return "".join(run.digits for run in runs(tokens(text.replace("-", " ").replace(",", " ").replace(".", " "))))


def _text(recogniser: Recogniser, pcm: Pcm, hotwords: Sequence[str] = ()) -> str:
    heard = recogniser.transcribe(pcm, Hints(hotwords=tuple(hotwords)))
    return heard.text if isinstance(heard, Heard | Unclear) else ""


def types(recogniser: Recogniser, each: int) -> list[typed.TypeFigures]:
    """The figures of each type, `each` ways of saying a value by each of three voices."""
    known = typed.gazetteer()
    everything = list(typed.everything(known))
    readings: list[typed.Reading] = []
    for type_ in dict.fromkeys(said.type for said in everything):
        ways = [said for said in everything if said.type == type_]
        hotwords = HINTS.get(type_.partition(":")[0], ())
        if type_ in {"address", "street"}:
            hotwords = tuple(street.name for street in known.streets)
        for said in ways[:: max(1, len(ways) // each)][:each]:
            for voice in (HIBARI, RMS, AWB):
                pcm = np.concatenate([spoken(said.text, voice), np.zeros(int(_AFTER * 16_000), np.int16)])
                readings.append(typed.read(said, known, _text(recogniser, pcm, hotwords)))
    return typed.figures(readings, "spoken")


def main() -> None:
    """Measure, print, and write the JSON file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=8, help="ways of saying a value, of each type")
    parser.add_argument("--strings", type=int, default=8, help="strings of digits, of each kind and speaker")
    parser.add_argument(
        "--digits", type=Path, default=Path("../shared/data/fsdd"), help="the Free Spoken Digit Dataset"
    )
    arguments = parser.parse_args()
    recogniser = Recogniser(models.path("whisper-tiny-en"))
    machine = Machine()
    found = types(recogniser, arguments.each)
    people = list(digits(recogniser, arguments.digits, arguments.strings)) if arguments.digits.is_dir() else []
    keep("values", machine, {"types": [asdict(row) for row in found], "digits": [asdict(row) for row in people]})
    show(
        "Values as they are spoken, three voices",
        ("type", "held out", "right", "sure", "wrong when sure", "development", "right"),
        [
            [r.type, r.n, f"{r.right:.0%}", f"{r.sure:.0%}", f"{r.wrong_when_sure:.0%}", r.n_development,
             f"{r.right_development:.0%}"] for r in found
        ],
    )  # fmt: skip
    show(
        "Digits as six people speak them",
        ("speaker", "string", "strings", "digits right", "strings right"),
        [[r.speaker, r.kind, r.strings, f"{r.digit:.1%}", f"{r.string:.0%}"] for r in people],
    )


if __name__ == "__main__":
    main()
