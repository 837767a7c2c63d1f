"""Several attempts at one value, added up: what was half heard twice may be sure."""

from __future__ import annotations

import math
from collections.abc import Sequence

from intents.understanding import Value

_SPREAD = 40
"""Over how many unnamed readings the rest of an attempt's probability is thought to be spread."""
_MOST = 0.998


def combine(attempts: Sequence[Value]) -> Value:
    """One value from attempts at the same thing, each with its alternatives; the log posteriors are added.

    Raises ValueError if there is no attempt.
    """
    if not attempts:
        raise ValueError("expected at least one attempt")
    if len(attempts) == 1:
        return attempts[0]
    named = {value.value: value for attempt in attempts for value in (attempt, *attempt.alternatives)}
    scores = {name: sum(math.log(_share(attempt, name)) for attempt in attempts) for name in named}
    unnamed = sum(math.log(_rest(attempt)) for attempt in attempts) - (len(attempts) - 1) * math.log(_SPREAD)
    most = max(unnamed, *scores.values())
    weights = {name: math.exp(score - most) for name, score in scores.items()}
    total = sum(weights.values()) + math.exp(unnamed - most)
    ranked = sorted(weights.items(), key=lambda pair: (-pair[1], pair[0]))
    values = [_again(named[name], min(_MOST, weight / total)) for name, weight in ranked[:8]]
    first = values[0]
    return Value(first.entity, first.value, first.spoken, first.probability, attempts[-1].span, tuple(values[1:]))


def mix(readings: Sequence[Value]) -> Value:
    """One value from the readings of a recogniser's alternatives, best first: each counts half of the one before.

    Raises ValueError if there is no reading.
    """
    if not readings:
        raise ValueError("expected at least one reading")
    weights = [0.5**rank for rank in range(len(readings))]
    shares: dict[str, float] = {}
    named: dict[str, Value] = {}
    for weight, reading in zip(weights, readings, strict=True):
        for value in (*reading.alternatives, reading):
            shares[value.value] = shares.get(value.value, 0.0) + weight / sum(weights) * value.probability
            named[value.value] = value
    ranked = sorted(shares.items(), key=lambda pair: (-pair[1], pair[0]))
    values = [_again(named[name], share) for name, share in ranked[:12]]
    first = values[0]
    return Value(first.entity, first.value, first.spoken, first.probability, readings[0].span, tuple(values[1:]))


def _share(attempt: Value, name: str) -> float:
    """The probability an attempt gives a reading; one that it did not name gets its part of the rest."""
    given = {value.value: value.probability for value in (*attempt.alternatives, attempt)}
    return max(given.get(name, 0.0), _rest(attempt) / _SPREAD, 1e-9)


def _rest(attempt: Value) -> float:
    return max(0.002, 1 - attempt.probability - sum(value.probability for value in attempt.alternatives))


def _again(value: Value, probability: float) -> Value:
    return Value(value.entity, value.value, value.spoken, round(probability, 4), value.span)
