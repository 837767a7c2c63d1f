"""How well Ashcombe's held-out requests are understood, typed and spoken.

`python -m bench.understanding.requests [--all]` trains on the services as they are, then measures the utterances in
`tests/intents/data/heldout.yaml` as they are written, and as the default recogniser hears them over an 8 kHz µ-law
line: each from one of three voices in turn, or from all three with `--all`. What was heard is kept in
`var/bench/heard.json`.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from agent import models
from agent.confidence import LIMITS, Step, step_for_intent
from agent.settings import ROOT
from bench.callers.voices import AWB, HIBARI, RMS, spoken
from bench.figures.table import FOLDER, Machine, keep, show
from intents.catalogue import Catalogue
from intents.classifier import Classifier
from intents.encoder import Encoder
from intents.evaluate import measure
from intents.examples import OUT_OF_SCOPE, DataSet
from intents.understanding import Guessed
from voices.speech import Hints
from voices.transcript import Nothing
from voices.whisper import Recogniser

HELD_OUT = ROOT / "tests" / "intents" / "data" / "heldout.yaml"
DIRECTORY = ROOT / "tests" / "intents" / "data" / "directory.yaml"
HEARD = FOLDER / "heard.json"
VOICES = (HIBARI, AWB, RMS)
OPEN = ("missed bin", "recycling", "pothole", "council tax", "street light", "fly-tipping", "repair")
"""What `agent.listening` tells the recogniser to expect at the open question."""
EASY = 0.97
"""The precision that what is accepted has to have."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares from 0 to 1 of in-scope utterances. `accepted` go on without a question, `precise` of them are right."""

    what: str
    utterances: int
    top_one: float
    top_two: float
    accepted: float
    precise: float
    accepted_at_97: float
    """The largest share that can be accepted, by probability, with a precision of 97%."""
    offered: float
    offered_right: float
    """Of those that are offered "A or B?", the share whose intent is among the two."""
    asked_again: float
    oos_recall: float
    ece: float


def figures(what: str, classifier: Classifier, data: DataSet, catalogue: Catalogue) -> Figures:
    """Measure one data set, as the dialogue would take it."""
    guessed, strays = classifier.guess_all(data.texts), classifier.guess_all(data.strays)
    steps = [_step(one, catalogue) for one in guessed]
    right = np.array([one.guesses[0].intent == true for one, true in zip(guessed, data.intents, strict=True)])
    either = np.array(
        [true in {g.intent for g in one.guesses[:2]} for one, true in zip(guessed, data.intents, strict=True)]
    )
    on, offered, again = (
        np.array([step is wanted for step in steps]) for wanted in (Step.GO_ON, Step.OFFER_TWO, Step.ASK_AGAIN)
    )
    sure = np.array([one.guesses[0].probability * (1 - one.out_of_scope) for one in guessed])
    return Figures(
        what=what,
        utterances=len(guessed),
        top_one=float(right.mean()),
        top_two=float(either.mean()),
        accepted=float(on.mean()),
        precise=float(right[on].mean()),
        accepted_at_97=_at_precision(sure, right),
        offered=float(offered.mean()),
        offered_right=float(either[offered].mean()) if offered.any() else 0.0,
        asked_again=float(again.mean()),
        oos_recall=float(np.mean([one.out_of_scope >= LIMITS.out_of_scope for one in strays])) if strays else 0.0,
        ece=measure(classifier, data).ece,
    )


def heard(data: DataSet, *, every: bool) -> DataSet:
    """The same utterances as the recogniser hears them; what it does not hear is an empty text."""
    known = json.loads(HEARD.read_text(encoding="utf-8")) if HEARD.is_file() else {}
    recogniser = Recogniser(models.path("whisper-tiny-en"))
    pairs = [*zip(data.texts, data.intents, strict=True), *((text, OUT_OF_SCOPE) for text in data.strays)]
    found: list[tuple[str, str]] = []
    for at, (text, intent) in enumerate(pairs):
        for voice in VOICES if every else (VOICES[at % len(VOICES)],):
            key = f"{voice.name}: {text}"
            if key not in known:
                transcript = recogniser.transcribe(spoken(text, voice), Hints(hotwords=OPEN))
                known[key] = "" if isinstance(transcript, Nothing) else transcript.text
                _write(known)
            found.append((known[key], intent))
    return DataSet.of(found)


def by_voice(data: DataSet) -> Iterator[tuple[str, DataSet]]:
    """The rows of each voice, where they were dealt out in turn."""
    for at, voice in enumerate(VOICES):
        yield voice.name, DataSet(data.texts[at :: len(VOICES)], data.intents[at :: len(VOICES)])


def _step(one: Guessed, catalogue: Catalogue) -> Step:
    thresholds = catalogue.get(one.guesses[0].intent).about.thresholds
    return step_for_intent(one.guesses, one.out_of_scope, thresholds)


def _at_precision(
    sure: np.ndarray[tuple[int], np.dtype[np.float64]], right: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> float:
    hits = right[np.argsort(-sure, kind="stable")]
    good = np.flatnonzero(np.cumsum(hits) / np.arange(1, len(hits) + 1) >= EASY)
    return float((good[-1] + 1) / len(hits)) if len(good) else 0.0


def _write(known: dict[str, str]) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    HEARD.write_text(json.dumps(known, indent=0, ensure_ascii=False), encoding="utf-8")


def _cells(row: Figures) -> Sequence[object]:
    shares = (row.top_one, row.top_two, row.accepted, row.precise, row.accepted_at_97, row.offered, row.offered_right)
    return (
        row.what,
        row.utterances,
        *(f"{share:.3f}" for share in (*shares, row.asked_again, row.oos_recall, row.ece)),
    )


def main() -> None:
    """Measure, print, and write the JSON file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", action="store_true", help="every utterance from every voice")
    parser.add_argument("--encoder", default="minilm")
    parser.add_argument("--typed", action="store_true", help="nothing spoken")
    arguments = parser.parse_args()
    machine = Machine()
    typed, listed = DataSet.load(HELD_OUT), DataSet.load(DIRECTORY)
    spoken_ = None if arguments.typed else heard(typed, every=arguments.all)
    catalogue = Catalogue.load(ROOT / "intents" / "services")
    strays = DataSet.load(ROOT / "intents" / "strays.yaml").strays
    encoder = Encoder(models.path(arguments.encoder), threads=2)
    classifier = Classifier.train(catalogue.services, encoder, strays=strays, entries=catalogue.entries)
    sets = [("typed", typed), ("directory, typed", listed)]
    if spoken_ is not None:
        sets += [("spoken", spoken_), *([] if arguments.all else by_voice(spoken_))]
    rows = [figures(what, classifier, _said(data), catalogue) for what, data in sets]
    columns = (
        "utterances",
        "n",
        "top 1",
        "top 2",
        "accepted",
        "right",
        "at 97%",
        "A or B",
        "either",
        "again",
        "stray",
        "ECE",
    )
    show(f"Ashcombe, held out, {arguments.encoder}", columns, [_cells(row) for row in rows])
    keep(f"requests-{arguments.encoder}", machine, {"rows": [asdict(row) for row in rows]})


def _said(data: DataSet) -> DataSet:
    """Something said in every row: what was not heard at all counts as a wrong word, not as no row."""
    return DataSet(tuple(text or "?" for text in data.texts), data.intents, tuple(text or "?" for text in data.strays))


if __name__ == "__main__":
    main()
