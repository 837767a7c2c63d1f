"""Where the council's business ends: what sets utterances that mean some service apart from those that mean none."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from intents.encoder import Vectors

FOLDS = 8

Line = npt.NDArray[np.float32]
"""One number an utterance, higher for in scope."""


class Border:
    """A logistic regression over embeddings; all zero where no utterances from outside are known."""

    def __init__(self, weights: Line, bias: float) -> None:
        self.weights, self.bias = weights, bias

    @classmethod
    def fit(cls, inside: Vectors, outside: Vectors) -> Border:
        """Train on the embeddings of both sides."""
        if not len(outside):
            return cls(np.zeros(inside.shape[1], np.float32), 0.0)
        vectors = np.concatenate([inside, outside])
        truth = np.arange(len(vectors)) < len(inside)
        with threadpool_limits(1):
            head = LogisticRegression(C=1, max_iter=1000, class_weight="balanced").fit(vectors, truth)
        return cls(head.coef_[0].astype(np.float32), float(head.intercept_[0]))

    def scores(self, vectors: Vectors) -> Line:
        """The log odds that some service is meant: `[n]`."""
        return np.asarray(vectors @ self.weights + self.bias, np.float32)

    @classmethod
    def out_of_fold(cls, inside: Vectors, outside: Vectors) -> tuple[Line, Line]:
        """Scores of both sides from models that did not see the utterance."""
        if len(outside) < FOLDS:
            return np.zeros(len(inside), np.float32), np.zeros(len(outside), np.float32)
        scores = np.zeros(len(inside), np.float32), np.zeros(len(outside), np.float32)
        shuffled = np.random.default_rng(0).permutation(len(outside)) % FOLDS
        folds = np.arange(len(inside)) % FOLDS, shuffled
        for fold in range(FOLDS):
            head = cls.fit(inside[folds[0] != fold], outside[folds[1] != fold])
            for part, vectors, numbers in zip(scores, (inside, outside), folds, strict=True):
                part[numbers == fold] = head.scores(vectors[numbers == fold])
        return scores
