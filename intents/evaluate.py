"""How well utterances are understood, measured on a test set that nothing was trained or tuned on."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import asdict, dataclass, field

import numpy as np
import numpy.typing as npt
from sklearn.metrics import roc_auc_score

from intents.classifier import Classifier
from intents.encoder import Encoder
from intents.examples import DataSet
from intents.understanding import Guessed

THRESHOLD = 0.5
"""An utterance counts as out of scope from this `out_of_scope` on."""
PRECISION = 0.95
KEPT = 0.95
BINS = 15
DRAWS = 200
TIMED = 200
"""Utterances that are timed one by one."""

Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Confusion:
    """One utterance that was taken for another intent."""

    text: str
    intent: str
    guessed: str
    probability: float


@dataclass(frozen=True, slots=True)
class Report:
    """Figures from 0 to 1, `None` where the test set has nothing to measure them on.

    `accuracy` is over in-scope utterances before any is rejected, `in_scope_accuracy` after. `oos_recall_at_95` keeps
    95% of the in-scope ones. `coverage_at_95` is the largest part that can be accepted, by probability, at 95%
    precision. `ece` is the expected calibration error over 15 bins, and `ece_by_chance` what it would be on average if
    every probability were exactly right: on a few hundred utterances it is far from 0. `bins` are (mean probability,
    accuracy, count), `pairs` (intent, what it was taken for, how often), the most frequent first.
    """

    utterances: int
    strays: int
    accuracy: float | None
    top_two: float | None
    in_scope_accuracy: float | None
    oos_recall: float | None
    oos_precision: float | None
    auroc: float | None
    oos_recall_at_95: float | None
    coverage_at_95: float
    ece: float | None
    ece_by_chance: float | None
    ms_p50: float
    train_seconds: float
    bins: tuple[tuple[float, float, int], ...] = ()
    worst: tuple[Confusion, ...] = field(default=())
    pairs: tuple[tuple[str, str, int], ...] = ()

    def figures(self) -> dict[str, float | int | None]:
        """The figures alone, for a line of JSON."""
        return {key: value for key, value in asdict(self).items() if key not in ("bins", "worst", "pairs")}


def evaluate(train: DataSet, val: DataSet | None, test: DataSet, encoder: Encoder, *, relearn: bool = False) -> Report:
    """Train, calibrate on `val` (out of fold where it is `None`), and measure on `test`.

    With `relearn` the classifier is trained on `val` as well, once it is calibrated.
    """
    started = time.perf_counter()
    held_out = val.labelled() if val is not None and val.texts else None
    strays = train.strays + (val.strays if val is not None else ())
    classifier = Classifier.fit(train.labelled(), encoder, held_out=held_out, strays=strays, relearn=relearn)
    seconds = time.perf_counter() - started
    return measure(classifier, test, train_seconds=seconds)


def measure(classifier: Classifier, test: DataSet, *, train_seconds: float = 0.0) -> Report:
    """Measure a trained classifier on `test`."""
    inside, outside = classifier.guess_all(test.texts), classifier.guess_all(test.strays)
    right = np.array([g.guesses[0].intent == true for g, true in zip(inside, test.intents, strict=True)], bool)
    second = [true in {x.intent for x in g.guesses[:2]} for g, true in zip(inside, test.intents, strict=True)]
    sure = np.array([g.guesses[0].probability for g in inside])
    away, strays = (np.array([g.out_of_scope for g in part]) for part in (inside, outside))
    bins = _bins(sure, right)
    rejected = int((away >= THRESHOLD).sum() + (strays >= THRESHOLD).sum())
    return Report(
        utterances=len(inside),
        strays=len(outside),
        accuracy=_share(right),
        top_two=_share(np.array(second, bool)),
        in_scope_accuracy=_share(right & (away < THRESHOLD)),
        oos_recall=_share(strays >= THRESHOLD),
        oos_precision=float((strays >= THRESHOLD).sum() / rejected) if outside and rejected else None,
        auroc=_auroc(away, strays) if inside and outside else None,
        oos_recall_at_95=_share(strays > np.quantile(away, KEPT)) if inside else None,
        coverage_at_95=_coverage(sure * (1 - away), right, sure[:0] if not outside else strays, outside),
        ece=calibration_error(sure, right) if inside else None,
        ece_by_chance=error_by_chance(sure) if inside else None,
        ms_p50=_milliseconds(classifier, test.texts or test.strays),
        train_seconds=train_seconds,
        bins=bins,
        worst=_worst(test, inside),
        pairs=_pairs(test, inside),
    )


def _share(hits: Flags) -> float | None:
    return float(hits.mean()) if len(hits) else None


def _auroc(inside: Numbers, outside: Numbers) -> float:
    truth = np.arange(len(inside) + len(outside)) >= len(inside)
    return float(roc_auc_score(truth, np.concatenate([inside, outside])))


def _coverage(sure: Numbers, right: Flags, strays: Numbers, guessed: list[Guessed]) -> float:
    """The part of all utterances, strays among them, that can be accepted with `PRECISION`."""
    stray_sure = np.array([g.guesses[0].probability for g in guessed]) * (1 - strays)
    order = np.argsort(-np.concatenate([sure, stray_sure]), kind="stable")
    hits = np.concatenate([right, np.zeros(len(stray_sure), bool)])[order]
    precision = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    good = np.flatnonzero(precision >= PRECISION)
    return float((good[-1] + 1) / len(hits)) if len(good) else 0.0


def _bins(sure: Numbers, right: Flags) -> tuple[tuple[float, float, int], ...]:
    place = np.minimum((sure * BINS).astype(int), BINS - 1)
    return tuple(
        (float(sure[place == b].mean()), float(right[place == b].mean()), int((place == b).sum()))
        for b in range(BINS)
        if (place == b).any()
    )


def calibration_error(sure: Numbers, right: Flags) -> float:
    """How far probabilities are from the shares that were right, over 15 bins."""
    return sum(abs(p - a) * n for p, a, n in _bins(sure, right)) / max(len(sure), 1)


def error_by_chance(sure: Numbers) -> float:
    """The mean error over `DRAWS` in which each utterance is right with the very probability that it was given."""
    chance = np.random.default_rng(0)
    return float(np.mean([calibration_error(sure, chance.random(len(sure)) < sure) for _ in range(DRAWS)]))


def _milliseconds(classifier: Classifier, texts: tuple[str, ...]) -> float:
    """The median time for one utterance by itself."""
    taken = []
    for text in texts[:TIMED]:
        started = time.perf_counter()
        classifier.guess(text)
        taken.append(1000 * (time.perf_counter() - started))
    return float(np.median(taken))


def _worst(test: DataSet, guessed: list[Guessed], count: int = 30) -> tuple[Confusion, ...]:
    """The mistakes that the classifier was surest of."""
    wrong = [
        Confusion(text, intent, g.guesses[0].intent, g.guesses[0].probability)
        for text, intent, g in zip(test.texts, test.intents, guessed, strict=True)
        if g.guesses[0].intent != intent
    ]
    return tuple(sorted(wrong, key=lambda mistake: -mistake.probability)[:count])


def _pairs(test: DataSet, guessed: list[Guessed]) -> tuple[tuple[str, str, int], ...]:
    taken = Counter((intent, g.guesses[0].intent) for intent, g in zip(test.intents, guessed, strict=True))
    wrong = [(*pair, count) for pair, count in taken.items() if pair[0] != pair[1]]
    return tuple(sorted(wrong, key=lambda pair: (-pair[2], pair[0], pair[1])))
