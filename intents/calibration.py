"""Turning evidence into probabilities that mean what they say, on utterances the models were not trained on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import expit, log_softmax, logsumexp
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from intents.evidence import Evidence, Labels, Scores

KEPT = 0.97
"""The part of in-scope utterances, none of them trained on, whose `out_of_scope` stays below one half."""
RECIPE = (1.0, 1.0, 1.0, 0.5, 1.0)
"""How much each sign of being in scope counts, in its deviations. Weights learnt from a hundred strays were no better
on other strays."""
INSIDE = (0.25, 0.5, 1.0, 1.5)
"""How much the log odds of any intent may count beside them: the one that tells the strays apart best. A border learnt
from a hundred strays tells their like apart and others less well, and then counts little."""

FIRST_SHARES = (0.9, 1.5, 3.0, 3.0)
"""Where the search for the shares of logits, margins, nearest and centre begins."""

Vector = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Calibration:
    """`shares` are what logits, margins, nearest and centre count in the log probability; the rest is for the scope."""

    shares: tuple[float, ...]
    means: tuple[float, ...]
    deviations: tuple[float, ...]
    weights: tuple[float, ...]
    bias: float

    def log_probabilities(self, evidence: Evidence) -> Scores:
        """Log probability of each intent, given that one of them is meant: `[n, intents]`."""
        return _mixed(evidence, self.shares)

    def out_of_scope(self, evidence: Evidence) -> Vector:
        """Probability that no intent is meant: `[n]`; one half at the `KEPT` quantile of in-scope utterances."""
        signs = _signs(evidence, self.shares, self.means, self.deviations)
        return np.asarray(expit(-(signs @ np.array(self.weights) + self.bias)), np.float64)

    @classmethod
    def fit(cls, evidence: Evidence, labels: Labels, strays: Evidence | None = None) -> Calibration:
        """Fit on held-out evidence with its true labels; `strays` are utterances known to be out of scope.

        Where there are none, each utterance seen as if its own intent did not exist stands in for one.
        """
        shares = _shares(evidence, labels)
        raw = _raw(evidence, shares)
        means, deviations = tuple(raw.mean(axis=0).tolist()), tuple(np.maximum(raw.std(axis=0), 1e-6).tolist())
        inside = _signs(evidence, shares, means, deviations)
        outside = _signs(strays or evidence.without(labels), shares, means, deviations)
        weights = _scaled(inside, outside)
        bias = -float(np.quantile(inside @ weights, 1 - KEPT))
        return cls(shares, means, deviations, tuple(weights.tolist()), bias)


def _mixed(evidence: Evidence, shares: Sequence[float]) -> Scores:
    logits, margins, nearest, centre = shares
    known = logits * log_softmax(evidence.logits, axis=1) + margins * evidence.margins
    return np.asarray(log_softmax(known + nearest * evidence.nearest + centre * evidence.centre, axis=1), np.float32)


def _shares(evidence: Evidence, labels: Labels) -> tuple[float, ...]:
    """The four temperatures that make the true labels most likely."""
    rows = np.arange(len(labels))

    def loss(shares: Vector) -> float:
        return -float(_mixed(evidence, tuple(np.exp(shares).tolist()))[rows, labels].mean())

    found = minimize(loss, np.log(FIRST_SHARES), method="Nelder-Mead", options={"maxfev": 150, "fatol": 1e-4})
    return tuple(np.exp(np.clip(found.x, -4, 4)).tolist())


def _signs(evidence: Evidence, shares: Sequence[float], means: Sequence[float], deviations: Sequence[float]) -> Vector:
    """Six signs that some intent is meant: `[n, 6]`, each higher for in scope."""
    even = (_raw(evidence, shares) - np.array(means)) / np.array(deviations)
    return np.concatenate([even, evidence.inside[:, None].astype(np.float64)], axis=1)


def _raw(evidence: Evidence, shares: Sequence[float]) -> Vector:
    """Five of the signs, each on a scale of its own."""
    columns = (
        logsumexp(evidence.logits, axis=1),
        evidence.nearest.max(axis=1),
        evidence.centre.max(axis=1),
        _mixed(evidence, shares).max(axis=1),
        evidence.margins.max(axis=1),
    )
    return np.stack(columns, axis=1).astype(np.float64)


def _scaled(inside: Vector, outside: Vector) -> Vector:
    """The recipe's weights, with the best of `INSIDE` and one common slope that is learnt."""
    signs = np.concatenate([inside, outside])
    truth = np.arange(len(signs)) < len(inside)
    recipes = [np.array((*RECIPE, share)) for share in INSIDE]
    recipe = max(recipes, key=lambda weights: float(roc_auc_score(truth, signs @ weights)))
    scores = (signs @ recipe)[:, None]
    head = LogisticRegression(class_weight="balanced").fit(scores, truth)
    return recipe * max(float(head.coef_[0, 0]), 0.05)
