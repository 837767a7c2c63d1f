"""One utterance that the recogniser heard in several ways: what all of them together mean."""

from __future__ import annotations

from collections.abc import Sequence

from intents.lesson import spoken
from intents.understanding import Guess, Guessed

FALL = 2 / 3
"""How much each hearing counts, of the one before it."""

MOST = 4
"""Hearings that are looked at."""


def different(text: str, others: Sequence[str]) -> list[str]:
    """Those of the `others` that differ from `text`, and from each other, in their words."""
    known, found = {"", spoken(text)}, []
    for other in others:
        if (words := spoken(other)) not in known:
            known.add(words)
            found.append(other)
    return found[: MOST - 1]


def together(hearings: Sequence[Guessed], most: int) -> Guessed:
    """The mean of what each hearing means, best hearing first; at most `most` guesses."""
    if len(hearings) == 1:
        return hearings[0]
    weights = [FALL**rank for rank in range(len(hearings))]
    likely: dict[str, float] = {}
    outside = 0.0
    for weight, one in zip(weights, hearings, strict=True):
        share = weight / sum(weights)
        outside += share * one.out_of_scope
        for guess in one.guesses:
            likely[guess.intent] = likely.get(guess.intent, 0.0) + share * guess.probability
    best = sorted(likely.items(), key=lambda item: -item[1])[:most]
    return Guessed(tuple(Guess(intent, probability) for intent, probability in best), outside, hearings[0].also)
