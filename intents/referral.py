"""The second stage: what the directory's names say, weighed against what the trained classifier says."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from intents.calibration import Calibration
from intents.directory import Entry
from intents.encoder import Encoder, Vectors
from intents.evidence import Evidence
from intents.finder import Finder, Pair, Seen
from intents.understanding import Guess, Guessed

LIKELY = 0.34
"""From this probability on an entry counts; below it, what was trained on examples is left as it is."""


def seen(texts: Sequence[str], vectors: Vectors, found: Evidence, calibration: Calibration) -> Seen:
    """Utterances as the classifier sees them; `texts` as they sound."""
    sure = np.exp(calibration.log_probabilities(found).max(axis=1)).astype(np.float64)
    return Seen(
        texts=texts,
        vectors=vectors,
        nearest=found.nearest.max(axis=1).astype(np.float64),
        margins=found.margins.max(axis=1).astype(np.float64),
        claims=sure * (1 - calibration.out_of_scope(found)),
    )


def joined(first: Seen, second: Seen) -> Seen:
    """Two lots of utterances, one after the other."""
    return Seen(
        texts=[*first.texts, *second.texts],
        vectors=np.concatenate([first.vectors, second.vectors]),
        nearest=np.concatenate([first.nearest, second.nearest]),
        margins=np.concatenate([first.margins, second.margins]),
        claims=np.concatenate([first.claims, second.claims]),
    )


def untaught(entries: Sequence[Entry], encoder: Encoder) -> Finder:
    """A finder that has its names and no weights yet."""
    return Finder(entries, encoder.embed(Finder.names(entries)))


def referred(guessed: Guessed, pair: Pair, most: int) -> Guessed:
    """The guesses with the two nearest entries among them, as likely as they are; at most `most`."""
    if pair.probability < LIKELY:
        return guessed
    weights = {guess.intent: guess.probability * (1 - pair.probability) for guess in guessed.guesses}
    for entry, share in ((pair.first, pair.share), (pair.second, 1 - pair.share)):
        weights[entry.intent] = weights.get(entry.intent, 0.0) + pair.probability * share
    best = sorted(weights.items(), key=lambda item: -item[1])[:most]
    guesses = tuple(Guess(intent, probability) for intent, probability in best)
    return Guessed(guesses, guessed.out_of_scope * (1 - pair.probability), guessed.also)
