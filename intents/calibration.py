"""Turning evidence into probabilities that mean what they say, on utterances the models were not trained on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import expit, log_softmax, logsumexp
from sklearn.linear_model import LogisticRegression

from intents.evidence import Evidence, Labels, Scores

KEPT = 0.975
"""The part of in-scope utterances whose `out_of_scope` stays below one half."""
RECIPE = (1.0, 1.0, 1.0, 0.5, 1.0)
"""How much each sign of being in scope counts. Weights learnt from a hundred strays were no better on other strays."""

Vector = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Calibration:
    """`meaning` and `words` are the two models' shares in the log probability; the rest tells in scope from out."""

    meaning: float
    words: float
    means: tuple[float, ...]
    deviations: tuple[float, ...]
    weights: tuple[float, ...]
    bias: float

    def log_probabilities(self, evidence: Evidence) -> Scores:
        """Log probability of each intent, given that one of them is meant: `[n, intents]`."""
        return _mixed(evidence, self.meaning, self.words)

    def out_of_scope(self, evidence: Evidence) -> Vector:
        """Probability that no intent is meant: `[n]`; one half at the `KEPT` quantile of in-scope utterances."""
        signs = (_signs(evidence, self.meaning, self.words) - np.array(self.means)) / np.array(self.deviations)
        return np.asarray(expit(-(signs @ np.array(self.weights) + self.bias)), np.float64)

    @classmethod
    def fit(cls, evidence: Evidence, labels: Labels, strays: Evidence | None = None) -> Calibration:
        """Fit on held-out evidence with its true labels; `strays` are utterances known to be out of scope.

        Where there are none, each utterance seen as if its own intent did not exist stands in for one.
        """
        meaning, words = _shares(evidence, labels)
        inside = _signs(evidence, meaning, words)
        means, deviations = inside.mean(axis=0), np.maximum(inside.std(axis=0), 1e-6)
        outside = _signs(strays or evidence.without(labels), meaning, words)
        weights = _scaled((inside - means) / deviations, (outside - means) / deviations)
        bias = -float(np.quantile((inside - means) / deviations @ weights, 1 - KEPT))
        return cls(meaning, words, tuple(means.tolist()), tuple(deviations.tolist()), tuple(weights.tolist()), bias)


def _mixed(evidence: Evidence, meaning: float, words: float) -> Scores:
    combined = meaning * log_softmax(evidence.logits, axis=1) + words * evidence.margins
    return np.asarray(log_softmax(combined, axis=1), np.float32)


def _shares(evidence: Evidence, labels: Labels) -> tuple[float, float]:
    """The two temperatures that make the true labels most likely."""
    rows = np.arange(len(labels))

    def loss(shares: Vector) -> float:
        return -float(_mixed(evidence, *np.exp(shares))[rows, labels].mean())

    found = minimize(loss, np.log([0.8, 2.5]), method="Nelder-Mead", options={"xatol": 0.01, "fatol": 1e-5})
    meaning, words = np.exp(np.clip(found.x, -4, 4))
    return float(meaning), float(words)


def _signs(evidence: Evidence, meaning: float, words: float) -> Vector:
    """Five signs that some intent is meant: `[n, 5]`, each higher for in scope."""
    columns = (
        logsumexp(evidence.logits, axis=1),
        evidence.nearest.max(axis=1),
        evidence.centre.max(axis=1),
        _mixed(evidence, meaning, words).max(axis=1),
        evidence.margins.max(axis=1),
    )
    return np.stack(columns, axis=1).astype(np.float64)


def _scaled(inside: Vector, outside: Vector) -> Vector:
    """The recipe's weights with one common slope that is learnt."""
    recipe = np.array(RECIPE)
    scores = np.concatenate([inside @ recipe, outside @ recipe])[:, None]
    truth = np.arange(len(scores)) < len(inside)
    head = LogisticRegression(class_weight="balanced").fit(scores, truth)
    return recipe * max(float(head.coef_[0, 0]), 0.05)
