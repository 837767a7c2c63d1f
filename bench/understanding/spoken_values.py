"""Values as they are spoken over a telephone line: our test set by three voices, digits by six people.

`python -m bench.understanding.spoken_values [--each 8] [--types TYPE…] [--digits FOLDER] [--held-out]` prints two
tables and writes `var/bench/values.json`.
The digits are recordings of people (Free Spoken Digit Dataset, CC BY-SA 4.0), joined as a caller joins them.
"""

from __future__ import annotations

import argparse
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import soundfile
import soxr
from rapidfuzz.distance import Levenshtein

from bench.callers.synthesis import PEAK, TELEPHONE_RATE, Samples
from bench.callers.voices import AWB, HIBARI, RMS, spoken, telephone
from bench.callers.ways import Said
from bench.figures.table import Machine, keep, show
from bench.understanding import typed
from bench.understanding.recognised import Recognised
from intents.entities.digits import runs
from intents.entities.numbering import valid
from intents.entities.phone import read_phone
from intents.entities.tokens import tokens
from intents.gazetteer import Gazetteer
from voices.transcript import Heard, Nothing, Transcript, Unclear

SPEAKERS = ("george", "lucas", "theo")
HELD_OUT = ("jackson", "nicolas", "yweweler")
"""Whose recordings nothing was chosen on."""
KINDS = {"digit": ((1,),), "house number": ((2,),), "reference": ((4,),), "telephone": ((5, 3, 3), (3, 4, 4))}
"""How many digits callers say in one go, group by group."""
HINTS = {
    "date": ("today", "yesterday", "last week", "two weeks ago", "Monday", "the 1st of December"),
    "number": ("1", "2", "3", "4", "5", "6", "10"),
    "yes_no": ("Yes", "Yes please", "No", "No thank you", "That's right"),
}
"""What the line tells the recogniser to expect, as in `agent.listening`."""
_SAID = {"0": "oh", "1": "one", "2": "two", "3": "three", "4": "four", "5": "five", "6": "six", "7": "seven",
         "8": "eight", "9": "nine", "@": "at", ".": "dot", "_": "underscore", "-": "dash"}  # fmt: skip
_BETWEEN, _GROUPS = (0.05, 0.14), (0.25, 0.4)
"""Seconds between digits, and between groups of them."""
_AFTER = 0.12
_UNCLEAR = typed.SURE - 0.01
"""What is read from unclear words is never sure."""


@dataclass(frozen=True, slots=True)
class DigitFigures:
    """One speaker's strings of one kind: shares of digits and of whole strings that were read right, and of those that
    the line would have taken without reading them back (`sure`), right or wrong (`silently_wrong`)."""

    speaker: str
    kind: str
    strings: int
    digit: float
    string: float
    sure: float
    silently_wrong: float


def digits(recogniser: Recognised, folder: Path, each: int, speakers: Sequence[str]) -> Iterator[DigitFigures]:
    """A row for each speaker and kind of string."""
    for speaker in speakers:
        for kind, ways in KINDS.items():
            random = np.random.default_rng(zlib.crc32(f"{speaker} {kind}".encode()))
            strings = [_string(kind, number, random) for number in range(each)]
            pcms = [telephone(_said(folder, speaker, string, ways[n % len(ways)], random), n)
                    for n, string in enumerate(strings)]  # fmt: skip
            yield _figures(speaker, kind, strings, [_digits(kind, recogniser.transcribe(pcm)) for pcm in pcms])


def _string(kind: str, number: int, random: np.random.Generator) -> str:
    """Any digits, or a telephone number that somebody may have: a mobile's and one of London's in turn."""
    if kind != "telephone":
        return "".join(str(digit) for digit in random.integers(0, 10, sum(KINDS[kind][0])))
    while True:
        start = f"02{random.integers(2) * 8}" if number % 2 else f"07{random.integers(3, 10)}"
        made = start + "".join(str(digit) for digit in random.integers(0, 10, 11 - len(start)))
        if valid(made):
            return made


def _digits(kind: str, heard: Transcript) -> tuple[str, float]:
    """The digits of what was heard, and how sure they are."""
    if isinstance(heard, Nothing):
        return "", 0.0
    if kind != "telephone":
        plain = re.sub(r"[-,.]", " ", heard.text)
        return "".join(run.digits for run in runs(tokens(plain))), 0.0
    found = read_phone(heard.text, expected=True, others=heard.alternatives if isinstance(heard, Heard) else ())
    sure = 1.0 if isinstance(heard, Heard) else _UNCLEAR
    return (found[0].value, min(sure, found[0].probability)) if found else ("", 0.0)


def _figures(speaker: str, kind: str, wanted: Sequence[str], read: Sequence[tuple[str, float]]) -> DigitFigures:
    pairs = [(one, value, sure >= typed.SURE) for one, (value, sure) in zip(wanted, read, strict=True)]
    digit = sum(Levenshtein.similarity(one, value) for one, value, _ in pairs) / sum(map(len, wanted))
    shares = [
        sum(one == value for one, value, _ in pairs),
        sum(sure for _, _, sure in pairs),
        sum(sure and one != value for one, value, sure in pairs),
    ]
    return DigitFigures(speaker, kind, len(pairs), digit, *(share / len(pairs) for share in shares))


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


def aloud(said: Said) -> str:
    """How a caller says what is written in signs: a voice would say "01632" as a number of thousands."""
    if said.type == "phone":
        return re.sub(r"\d+(?: \d+)*", _in_groups, said.text)
    if said.type == "email":
        return re.sub(r"@|(?<=\w)[._-](?=\w)", lambda sign: f" {_SAID[sign.group()]} ", said.text)
    return said.text


def _read(said: Said, known: Gazetteer, heard: Transcript) -> typed.Reading:
    """The value that the line would read: unclear words are asked for again, unless they make a telephone number."""
    if isinstance(heard, Heard):
        return typed.read(said, known, heard.text, heard.alternatives)
    reading = typed.read(said, known, heard.text if isinstance(heard, Unclear) and said.type == "phone" else "")
    return replace(reading, probability=min(reading.probability, _UNCLEAR))


def _in_groups(number: re.Match[str]) -> str:
    return ", ".join(" ".join(_SAID[digit] for digit in group) for group in number.group().split())


def types(recogniser: Recognised, each: int, wanted: Sequence[str] = ()) -> list[typed.TypeFigures]:
    """The figures of each type (or of those `wanted`), `each` ways of saying a value by each of three voices."""
    known = typed.gazetteer()
    everything = list(typed.everything(known))
    readings: list[typed.Reading] = []
    for type_ in dict.fromkeys(said.type for said in everything if not wanted or said.type in wanted):
        ways = [said for said in everything if said.type == type_]
        hotwords = HINTS.get(type_.partition(":")[0], ())
        if type_ in {"address", "street"}:
            hotwords = tuple(street.name for street in known.streets)
        for said in ways[:: max(1, len(ways) // each)][:each]:
            for voice in (HIBARI, RMS, AWB):
                pcm = np.concatenate([spoken(aloud(said), voice), np.zeros(int(_AFTER * 16_000), np.int16)])
                readings.append(_read(said, known, recogniser.transcribe(pcm, hotwords)))
    return typed.figures(readings, "spoken")


def main() -> None:
    """Measure, print, and write the JSON file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=8, help="ways of saying a value, of each type")
    parser.add_argument("--types", nargs="*", default=(), help="only these types of values")
    parser.add_argument("--strings", type=int, default=12, help="strings of digits, of each kind and speaker")
    parser.add_argument("--held-out", action="store_true", help="also the speakers whom nothing was chosen on")
    parser.add_argument(
        "--digits", type=Path, default=Path("../shared/data/fsdd"), help="the Free Spoken Digit Dataset"
    )
    arguments = parser.parse_args()
    recogniser = Recognised()
    machine = Machine()
    found = types(recogniser, arguments.each, arguments.types)
    speakers = (*SPEAKERS, *(HELD_OUT if arguments.held_out else ())) if arguments.digits.is_dir() else ()
    people = list(digits(recogniser, arguments.digits, arguments.strings, speakers))
    keep("values", machine, {"types": [asdict(row) for row in found], "digits": [asdict(row) for row in people]})
    show(
        "Values as they are spoken, three voices",
        ("type", "held out", "right", "sure", "wrong when sure", "development", "right", "sure", "wrong when sure"),
        [
            [r.type, r.n, f"{r.right:.0%}", f"{r.sure:.0%}", f"{r.wrong_when_sure:.0%}", r.n_development,
             f"{r.right_development:.0%}", f"{r.sure_development:.0%}", f"{r.wrong_when_sure_development:.0%}"]
            for r in found
        ],
    )  # fmt: skip
    show(
        "Digits as people speak them",
        ("speaker", "string", "strings", "digits right", "strings right", "sure", "silently wrong"),
        [
            [r.speaker, r.kind, r.strings, f"{r.digit:.1%}", f"{r.string:.0%}", f"{r.sure:.0%}",
             f"{r.silently_wrong:.0%}"] for r in people
        ],
    )  # fmt: skip


if __name__ == "__main__":
    main()
