"""How much danger is caught when it is spoken: each phrasing over an 8 kHz µ-law line, by three callers in turn.

`python -m bench.understanding.danger PHRASINGS… [--every]` prints a table and writes `var/bench/danger.json`.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from agent import models
from agent.commands.configuration import configuration
from agent.safety_net import open_safety
from bench.callers.voices import AWB, HIBARI, RMS, CallerVoice, spoken
from bench.figures.table import Machine, keep, show
from bench.understanding.hearings import OPEN
from intents.encoder import Encoder
from intents.safety import Safety
from intents.safety_evaluation import NOTHING, load_phrasings
from voices.speech import Hints
from voices.transcript import Heard as Understood
from voices.transcript import Nothing
from voices.whisper import SAMPLE_RATE, Recogniser

CALLERS = (HIBARI, AWB, RMS)
"""Three speakers; the line's own voice is none of them."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A phrasing as it was recognised, with the entry that fired; `asked` where it was only suspected."""

    text: str
    entry: str
    caller: str
    heard: str
    found: str
    asked: bool


def hear(recogniser: Recogniser, safety: Safety, text: str, entry: str, voice: CallerVoice) -> Heard:
    """Say one phrasing, recognise it, and look for danger."""
    transcript = recogniser.transcribe(spoken(text, voice), Hints(hotwords=OPEN))
    words = "" if isinstance(transcript, Nothing) else transcript.text
    danger = safety.check(words, transcript.alternatives if isinstance(transcript, Understood) else ())
    found = danger.entry if danger else NOTHING
    return Heard(text, entry, voice.name, words, found, asked=danger is not None and danger.suspected)


def measure(phrasings: Sequence[tuple[str, str]], safety: Safety, *, every: bool) -> Iterator[Heard]:
    """Each phrasing by one caller, in turn, or by every one."""
    recogniser = Recogniser(models.path("whisper-tiny-en"))
    recogniser.transcribe(np.zeros(SAMPLE_RATE, dtype=np.int16))
    for at, (text, entry) in enumerate(phrasings):
        for voice in CALLERS if every else (CALLERS[at % len(CALLERS)],):
            yield hear(recogniser, safety, text, entry, voice)


def row(name: str, heard: Sequence[Heard], typed: Safety) -> list[object]:
    """One line of the table: recall as typed and as heard, and false alarms among what is no danger."""
    danger = [one for one in heard if one.entry != NOTHING]
    calm = [one for one in heard if one.entry == NOTHING]
    return [
        name,
        len(danger),
        _share([typed.check(one.text) is not None for one in danger]),
        _share([one.found != NOTHING for one in danger]),
        _share([one.found != NOTHING and not one.asked for one in danger]),
        len(calm),
        _share([one.found != NOTHING for one in calm]),
    ]


def main() -> None:
    """Measure, print, and write the JSON file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("phrasings", type=Path, nargs="+", help="YAML `entry: [text, …]`; `none` must not fire")
    parser.add_argument("--every", action="store_true", help="each phrasing by all three callers")
    arguments = parser.parse_args()
    machine, settings = Machine(), configuration()
    safety = open_safety(settings, Encoder(models.path(settings.intents.encoder)))
    rows, kept = [], {}
    for file in arguments.phrasings:
        heard = list(measure(load_phrasings(file), safety, every=arguments.every))
        callers = dict.fromkeys(one.caller for one in heard)
        rows += [row(f"{file.stem}, {name}", [o for o in heard if o.caller == name], safety) for name in callers]
        rows.append(row(file.stem, heard, safety))
        kept[file.stem] = [asdict(one) for one in heard]
    columns = ("phrasings", "danger", "typed", "spoken", "of it sure", "calm", "alarms")
    show("Danger over an 8 kHz µ-law line, tiny.en", columns, rows)
    keep("danger", machine, kept)


def _share(hits: Sequence[bool]) -> str:
    return f"{np.mean(hits):.1%}" if hits else "-"


if __name__ == "__main__":
    main()
