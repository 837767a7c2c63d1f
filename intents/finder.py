"""Finding a service of the directory by its names, where the trained classifier is not sure of another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, hstack
from scipy.special import expit
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from intents.directory import Entry
from intents.encoder import Vectors
from intents.lesson import spoken

MEANING = 0.65
"""How much the cosine of the embeddings counts; that of the words makes up the rest."""
SHARPNESS = 20.0
"""How fast the second nearest falls behind the nearest."""
NAMED = 0.6
"""How near an utterance is to a name that it is taken to say."""
CLAIMED = 0.6
"""From this claim on, `TAKEN` holds in full; below it an entry needs the less, the weaker the claim is."""
TAKEN = 0.01
"""The part of the utterances a service with a file is rightly guessed for that an entry may be likelier for."""
_WORD = r"\b\w+\b"

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Seen:
    """Utterances as the trained classifier sees them, one row each."""

    texts: Sequence[str]
    """As they sound."""
    vectors: Vectors
    nearest: Numbers
    """Cosine to the nearest example of any service with a file."""
    margins: Numbers
    """How far the words alone speak for the best of those services."""
    claims: Numbers
    """How likely it is, all in all, that the best of those services is meant."""


@dataclass(frozen=True, slots=True)
class Pair:
    """The two nearest entries of one utterance, and the probability that it means one of them."""

    first: Entry
    second: Entry
    share: float
    """How much of the probability is the first's."""
    probability: float


class Finder:
    """The names of the directory, ready to be searched. `weights` come from `learn`: features, bias and guard."""

    def __init__(self, entries: Sequence[Entry], vectors: Vectors, weights: Sequence[float] = ()) -> None:
        self.entries, self.vectors, self.weights = tuple(entries), vectors, tuple(weights)
        names = [spoken(name) for entry in entries for name in entry.names]
        self._owner = np.repeat(np.arange(len(entries)), [len(entry.names) for entry in entries])
        self._starts = np.searchsorted(self._owner, np.arange(len(entries)))
        self._intents = np.array([entry.intent for entry in entries])
        self._letters = (
            TfidfVectorizer(token_pattern=_WORD, sublinear_tf=True),
            TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True),
        )
        self._words = hstack([kind.fit_transform(names) for kind in self._letters]).tocsr()

    @staticmethod
    def names(entries: Sequence[Entry]) -> list[str]:
        """What has to be embedded, in the order that `vectors` are expected in."""
        return [spoken(name) for entry in entries for name in entry.names]

    def learn(self, seen: Seen, truth: Sequence[str | None], settled: npt.NDArray[np.bool_], own: Seen) -> Finder:
        """The same, with weights fitted to utterances whose intent is known (`None`: none), and to its own names.

        Of the utterances that are `settled`, since the classifier is right about them, no more than `TAKEN` are taken.
        A name is left out while it is looked for, so only those of entries with another name can be found.
        """
        others, pairs = self._features(seen)
        meant = np.array([intent in self._intents[pair] for intent, pair in zip(truth, pairs, strict=True)])
        named, places = self._features(own, left_out=True)
        several = np.bincount(self._owner)[self._owner] > 1
        found = (self._owner[:, None] == places).any(axis=1)[several]
        head = LogisticRegression(C=10, max_iter=1000)
        head.fit(np.concatenate([others, named[several]]), np.concatenate([meant, found]))
        bias = float(head.intercept_[0])
        border = float(np.quantile(others[settled & ~meant] @ head.coef_[0] + bias, 1 - TAKEN))
        return Finder(self.entries, self.vectors, (*head.coef_[0].tolist(), bias, max(border, 0.0)))

    def find(self, seen: Seen) -> list[Pair]:
        """The two nearest entries of each utterance."""
        features, pairs = self._features(seen)
        *weights, bias, guard = self.weights
        held = np.clip(seen.claims / CLAIMED, 0, 1)
        sure = expit(features @ np.array(weights) + bias - guard * held)
        shares = expit(SHARPNESS * features[:, 2])
        return [
            Pair(self.entries[first], self.entries[second], float(share), float(probability))
            for (first, second), share, probability in zip(pairs, shares, sure, strict=True)
        ]

    def number(self, text: str, vector: Vectors, intent: str) -> int | None:
        """The number of the entry of `intent` that one utterance all but names, or `None`."""
        meaning, words = self._likeness([text], vector[None, :])
        score = (MEANING * meaning + (1 - MEANING) * words)[0]
        own = np.flatnonzero(self._intents == intent)
        if not len(own) or score[own].max() < NAMED:
            return None
        nearest: int = own[score[own].argmax()]
        return self.entries[nearest].number

    def _likeness(self, texts: Sequence[str], vectors: Vectors, *, left_out: bool = False) -> tuple[Numbers, Numbers]:
        """Cosines of meaning and of words to the nearest name of each entry: `[n, entries]`."""
        meaning = np.asarray(vectors @ self.vectors.T, np.float64)
        rows = hstack([kind.transform(texts) for kind in self._letters])
        words = np.asarray((csr_matrix(rows) @ self._words.T).toarray(), np.float64) / len(self._letters)
        if left_out:
            np.fill_diagonal(meaning, 0)
            np.fill_diagonal(words, 0)
        return (
            np.maximum.reduceat(meaning, self._starts, axis=1),
            np.maximum.reduceat(words, self._starts, axis=1),
        )

    def _features(self, seen: Seen, *, left_out: bool = False) -> tuple[Numbers, npt.NDArray[np.intp]]:
        """What tells whether the nearest entry is meant, and the places of the two nearest: `[n, 2]`."""
        meaning, words = self._likeness(seen.texts, seen.vectors, left_out=left_out)
        score = MEANING * meaning + (1 - MEANING) * words
        rows = np.arange(len(score))
        first = score.argmax(axis=1)
        rest = score.copy()
        rest[rows, first] = -1
        second = rest.argmax(axis=1)
        columns = (
            meaning[rows, first],
            words[rows, first],
            score[rows, first] - score[rows, second],
            meaning[rows, first] - seen.nearest,
            seen.margins,
        )
        return np.stack(columns, axis=1), np.stack([first, second], axis=1)
