"""How well Ashcombe's held-out requests are understood, typed and spoken.

`python -m bench.understanding.requests [--all]` trains on the services as they are, then measures the utterances in
`tests/intents/data/heldout.yaml` as they are written, and as the default recogniser hears them over an 8 kHz µ-law
line, in every way that it thought of: each from one of three voices in turn, or from all three with `--all`. What was
heard is kept in `var/bench/heard.json`. `--best` takes only the likeliest way.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

from agent import models
from agent.confidence import LIMITS, Step, step_for_intent
from agent.settings import ROOT
from bench.figures.table import Machine, keep, show
from bench.understanding.hearings import Hearings, by_voice, recognised
from intents.catalogue import Catalogue
from intents.classifier import Classifier
from intents.encoder import Encoder
from intents.evaluate import calibration_error, error_by_chance
from intents.examples import DataSet
from intents.understanding import Guessed

HELD_OUT = ROOT / "tests" / "intents" / "data" / "heldout.yaml"
DIRECTORY = ROOT / "tests" / "intents" / "data" / "directory.yaml"
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
    ece_by_chance: float
    """What the error would be on average, were every probability exactly right."""


def figures(what: str, classifier: Classifier, heard: Hearings, catalogue: Catalogue) -> Figures:
    """Measure one data set, as the dialogue would take it."""
    data = heard.data
    guessed = classifier.guess_all(data.texts, heard.others)
    strays = classifier.guess_all(data.strays, heard.stray_others)
    steps = [_step(one, catalogue) for one in guessed]
    right = np.array([one.guesses[0].intent == true for one, true in zip(guessed, data.intents, strict=True)])
    either = np.array(
        [true in {g.intent for g in one.guesses[:2]} for one, true in zip(guessed, data.intents, strict=True)]
    )
    on, offered, again = (
        np.array([step is wanted for step in steps]) for wanted in (Step.GO_ON, Step.OFFER_TWO, Step.ASK_AGAIN)
    )
    likely = np.array([one.guesses[0].probability for one in guessed])
    sure = likely * (1 - np.array([one.out_of_scope for one in guessed]))
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
        ece=calibration_error(likely, right),
        ece_by_chance=error_by_chance(likely),
    )


def _step(one: Guessed, catalogue: Catalogue) -> Step:
    thresholds = catalogue.get(one.guesses[0].intent).about.thresholds
    return step_for_intent(one.guesses, one.out_of_scope, thresholds)


def _at_precision(
    sure: np.ndarray[tuple[int], np.dtype[np.float64]], right: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> float:
    hits = right[np.argsort(-sure, kind="stable")]
    good = np.flatnonzero(np.cumsum(hits) / np.arange(1, len(hits) + 1) >= EASY)
    return float((good[-1] + 1) / len(hits)) if len(good) else 0.0


def _cells(row: Figures) -> Sequence[object]:
    shares = (row.top_one, row.top_two, row.accepted, row.precise, row.accepted_at_97, row.offered, row.offered_right)
    return (
        row.what,
        row.utterances,
        *(f"{share:.3f}" for share in (*shares, row.asked_again, row.oos_recall, row.ece, row.ece_by_chance)),
    )


def main() -> None:
    """Measure, print, and write the JSON file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", action="store_true", help="every utterance from every voice")
    parser.add_argument("--encoder", default="minilm")
    parser.add_argument("--typed", action="store_true", help="nothing spoken")
    parser.add_argument("--best", action="store_true", help="only the likeliest of the ways in which each was heard")
    arguments = parser.parse_args()
    machine = Machine()
    typed, listed = DataSet.load(HELD_OUT), DataSet.load(DIRECTORY)
    heard = None if arguments.typed else recognised(typed, every=arguments.all)
    if heard is not None and arguments.best:
        heard = Hearings(heard.data)
    catalogue = Catalogue.load(ROOT / "intents" / "services")
    strays = DataSet.load(ROOT / "intents" / "strays.yaml").strays
    encoder = Encoder(models.path(arguments.encoder), threads=2)
    classifier = Classifier.train(catalogue.services, encoder, strays=strays, entries=catalogue.entries)
    sets = [("typed", Hearings(typed)), ("directory, typed", Hearings(listed))]
    if heard is not None:
        sets += [("spoken", heard), *([] if arguments.all else by_voice(heard))]
    rows = [figures(what, classifier, one, catalogue) for what, one in sets]
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
        "by chance",
    )
    show(f"Ashcombe, held out, {arguments.encoder}", columns, [_cells(row) for row in rows])
    keep(f"requests-{arguments.encoder}", machine, {"rows": [asdict(row) for row in rows]})


if __name__ == "__main__":
    main()
