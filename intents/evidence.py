"""What speaks for each intent in an utterance, from its meaning (embeddings) and from its words (TF-IDF)."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC
from threadpoolctl import threadpool_limits

from intents.border import Line
from intents.encoder import Vectors

_WORD = r"\b\w+\b"

NEAREST = 3
"""Examples that count as near; one alone may be a slip of whoever wrote it."""

_CHANCE = threading.Lock()
"""The SVM's solver draws from one source of chance for the whole process: what is trained beside it would as well, and
the same data would not give the same machine."""

Labels = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float32]
"""One row an utterance, one column an intent."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Four views of the same utterances, each `[n, intents]`, and one that is the same for all intents."""

    logits: Scores
    """Logistic regression over the embeddings."""
    margins: Scores
    """Linear SVM over the words; one against the rest."""
    nearest: Scores
    """Cosine to the nearest examples of the intent."""
    centre: Scores
    """Cosine to the middle of the intent's examples."""
    inside: Line
    """Log odds that any intent is meant: `[n]`."""

    def without(self, labels: Labels) -> Evidence:
        """The same evidence as if each utterance's own intent did not exist."""
        rows = np.arange(len(labels))
        masked = [matrix.copy() for matrix in (self.logits, self.margins, self.nearest, self.centre)]
        for matrix in masked:
            matrix[rows, labels] = matrix.min(axis=1) - 1
        logits, margins, nearest, centre = masked
        return Evidence(logits, margins, nearest, centre, self.inside)

    def of(self, rows: npt.NDArray[np.bool_]) -> Evidence:
        """Only these utterances."""
        return Evidence(
            self.logits[rows], self.margins[rows], self.nearest[rows], self.centre[rows], inside=self.inside[rows]
        )

    @staticmethod
    def merged(parts: Sequence[Evidence], order: Sequence[npt.NDArray[np.intp]]) -> Evidence:
        """Put the folds together; `order` holds the rows that each part stands for."""
        back = np.argsort(np.concatenate(list(order)))
        stacked = {
            name: np.concatenate([getattr(part, name) for part in parts])[back]
            for name in ("logits", "margins", "nearest", "centre", "inside")
        }
        return Evidence(**stacked)


class Meaning:
    """The trained head over frozen embeddings, with the examples themselves."""

    def __init__(self, weights: Scores, bias: Scores, vectors: Vectors, labels: Labels) -> None:
        self.weights, self.bias, self.vectors, self.labels = weights, bias, vectors, labels
        self._starts = np.searchsorted(labels, np.arange(len(bias)))
        sums = np.add.reduceat(vectors, self._starts, axis=0)
        self._centres = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)

    @classmethod
    def fit(cls, vectors: Vectors, labels: Labels) -> Meaning:
        """Train on embeddings; every label from 0 to the highest has at least one row."""
        # On small matrices a second thread of the linear algebra waits more than it works.
        with threadpool_limits(1):
            head = LogisticRegression(C=10, max_iter=1000, tol=1e-4).fit(vectors, labels)
        weights, bias = head.coef_, head.intercept_
        if len(weights) == 1:
            weights, bias = np.concatenate([-weights, weights]) / 2, np.concatenate([-bias, bias]) / 2
        order = np.argsort(labels, kind="stable")
        return cls(weights.astype(np.float32), bias.astype(np.float32), vectors[order], labels[order])

    def arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        """What `Meaning` is made of, by the names of its arguments."""
        return {"weights": self.weights, "bias": self.bias, "vectors": self.vectors, "labels": self.labels}

    def scores(self, vectors: Vectors) -> tuple[Scores, Scores, Scores]:
        """Logits, nearest and centre cosines, each `[n, intents]`."""
        nearest = [self._nearest(vectors[start : start + 256]) for start in range(0, len(vectors), 256)]
        return vectors @ self.weights.T + self.bias, np.concatenate(nearest), vectors @ self._centres.T

    def _nearest(self, vectors: Vectors) -> Scores:
        """The mean cosine to the `NEAREST` nearest examples of each intent."""
        cosines = vectors @ self.vectors.T
        ends = [*self._starts[1:], cosines.shape[1]]
        columns = []
        for start, end in zip(self._starts, ends, strict=True):
            count = min(NEAREST, end - start)
            own = np.partition(cosines[:, start:end], end - start - count, axis=1)
            columns.append(own[:, end - start - count :].mean(axis=1))
        return np.stack(columns, axis=1)


class Words:
    """A linear SVM over TF-IDF of words (1 and 2) and of characters (3 to 5)."""

    def __init__(self, vectorizers: tuple[TfidfVectorizer, TfidfVectorizer], weights: Scores, bias: Scores) -> None:
        self.vectorizers, self.weights, self.bias = vectorizers, weights, bias
        self._columns = np.ascontiguousarray(weights.T)

    @classmethod
    def fit(cls, texts: Sequence[str], labels: Labels, *, cost: float = 1.0, balanced: bool = False) -> Words:
        """Train on texts; every label from 0 to the highest stands at least once. `cost` weighs mistakes; `balanced`
        makes those of a rare label weigh more."""
        vectorizers = _vectorizers(None, None)
        rows = hstack([vectorizer.fit_transform(texts) for vectorizer in vectorizers]).tocsr()
        weight = "balanced" if balanced else None
        machine = LinearSVC(C=cost, class_weight=weight, random_state=0, max_iter=5000, tol=1e-2)
        with _CHANCE:
            machine.fit(rows, labels)
        weights, bias = machine.coef_, machine.intercept_
        if len(weights) == 1:
            weights, bias = np.concatenate([-weights, weights]), np.concatenate([-bias, bias])
        return cls(vectorizers, weights.astype(np.float32), bias.astype(np.float32))

    def scores(self, texts: Sequence[str]) -> Scores:
        """Margins `[n, intents]`."""
        rows = csr_matrix(hstack([vectorizer.transform(texts) for vectorizer in self.vectorizers]), dtype=np.float32)
        return np.asarray(rows @ self._columns + self.bias, np.float32)

    @property
    def vocabulary(self) -> str:
        """Words and runs of characters, in the order of their weights, as JSON."""
        vocabularies = [sorted(v.vocabulary_, key=v.vocabulary_.__getitem__) for v in self.vectorizers]
        return json.dumps(vocabularies, ensure_ascii=False)

    @property
    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """All else that makes it up, by name."""
        first, second = (vectorizer.idf_ for vectorizer in self.vectorizers)
        return {"word_weights": self.weights, "word_bias": self.bias, "idf_words": first, "idf_letters": second}

    def save(self, file: Path) -> dict[str, npt.NDArray[Any]]:
        """Write the vocabulary as JSON and give the arrays to keep beside it."""
        file.write_text(self.vocabulary, encoding="utf-8")
        return self.arrays

    @classmethod
    def of(cls, vocabulary: str, arrays: Mapping[str, npt.NDArray[Any]]) -> Words:
        """Put together again from `vocabulary` and `arrays`."""
        words, letters = json.loads(vocabulary)
        vectorizers = _vectorizers(words, letters)
        vectorizers[0].idf_, vectorizers[1].idf_ = arrays["idf_words"], arrays["idf_letters"]
        return cls(vectorizers, arrays["word_weights"], arrays["word_bias"])

    @classmethod
    def load(cls, file: Path, arrays: dict[str, npt.NDArray[Any]]) -> Words:
        """Read what `save` wrote."""
        return cls.of(file.read_text(encoding="utf-8"), arrays)


def _vectorizers(words: list[str] | None, letters: list[str] | None) -> tuple[TfidfVectorizer, TfidfVectorizer]:
    return (
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, vocabulary=words, token_pattern=_WORD),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, vocabulary=letters),
    )
