"""Examples that would be taken for another intent, were they not examples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from intents.evidence import Labels, Scores
from intents.lesson import Labelled


@dataclass(frozen=True, slots=True)
class Doubt:
    """An example of `intent` that the other examples speak for `guessed` with this probability."""

    text: str
    intent: str
    guessed: str
    probability: float


def doubts(
    data: Labelled, intents: Sequence[str], rows: Labels, labels: Labels, log_probabilities: Scores
) -> tuple[Doubt, ...]:
    """The doubtful examples among `rows` of `data`, from out-of-fold probabilities; the surest mistakes first."""
    best = log_probabilities.argmax(axis=1)
    sure = np.exp(log_probabilities.max(axis=1))
    wrong = np.flatnonzero(best != labels)
    return tuple(
        Doubt(data.texts[rows[i]], intents[labels[i]], intents[best[i]], float(sure[i]))
        for i in wrong[np.argsort(-sure[wrong], kind="stable")]
    )
