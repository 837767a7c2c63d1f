"""Postcodes, however they are spelled: "Q A one four T B", "Quebec Alpha 1", "B for Bertie", "double two"."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from types import MappingProxyType

import numpy as np

from intents.entities.alphabet import AREAS, DIGITS, LETTER_OF
from intents.entities.channel import Channel, lattice
from intents.entities.decoding import Matrix, Ready, Register, Weights, added, register, search
from intents.entities.numbers import DIGITS as DIGIT_WORDS
from intents.entities.numbers import REPEATS, TENS, UNITS
from intents.entities.tokens import Token, tokens, words
from intents.understanding import Value

SHAPES: Mapping[str, float] = MappingProxyType(
    {"LDDLL": 0.075, "LDDDLL": 0.08, "LLDDLL": 0.43, "LLDDDLL": 0.4, "LDLDLL": 0.02, "LLDLDLL": 0.04}
)
"""Shapes of a postcode (letters and digits), and about how many of Britain's postcodes have each."""
_INWARD = "ABDEFGHJLNPQRSTUWXYZ"
"""The letters that the last two of a postcode are taken from."""
_THIRD, _FOURTH = "ABCDEFGHJKPSTUW", "ABEHMNPRVWXY"
"""The letters that end the first half, in the third and in the fourth place."""
_ELSEWHERE = math.log(0.04)
"""Log prior that a caller names a postcode of another council."""
_NOTHING = math.log(0.08)
"""Log prior that an answer holds no postcode."""


class Grammar:
    """Every postcode that British postcodes' rules allow; `shapes` says how many have each shape."""

    def __init__(self, shapes: Mapping[str, float] = SHAPES) -> None:
        self._priors = {shape: math.log(share / _count(shape)) for shape, share in shapes.items()}

    def after(self, prefix: str) -> Iterable[str]:
        """The symbols that may follow `prefix`."""
        return _following(_shape(prefix), prefix[:1])

    def whole(self, prefix: str) -> float | None:
        """The log prior of a whole postcode."""
        if len(prefix) < 5:
            return None
        area = prefix[: 2 if prefix[1].isalpha() else 1]
        return self._priors.get(_shape(prefix)) if area in AREAS else None


def _shape(prefix: str) -> str:
    return "".join("D" if symbol.isdigit() else "L" for symbol in prefix)


def _count(shape: str) -> int:
    """How many postcodes have a shape."""
    pair = shape[1] == "L"
    inner = 15 if shape == "LDLDLL" else 12 if shape == "LLDLDLL" else 1
    areas = sum(len(area) == 1 + pair for area in AREAS)
    return areas * int(10 ** shape.count("D")) * inner * len(_INWARD) ** 2


@lru_cache(maxsize=2_000)
def _following(shape: str, first: str) -> str:
    kinds = {whole[len(shape)] for whole in SHAPES if whole.startswith(shape) and len(whole) > len(shape)}
    letters = _THIRD if shape == "LD" else _FOURTH if shape == "LLD" else _INWARD
    if len(shape) < 2:
        letters = "".join(sorted({area[len(shape)] for area in AREAS if area.startswith(first) and area[len(shape) :]}))
    digits = DIGITS if "D" in kinds and (not first or len(shape) > 1 or first in AREAS) else ""
    return (letters if "L" in kinds else "") + digits


_GRAMMAR = Grammar()
_MOST = max(prior for shape in SHAPES if (prior := math.log(SHAPES[shape] / _count(shape))))
WEIGHTS = Weights()


def read_postcode(
    text: str, *, known: tuple[str, ...] = (), expected: bool, channel: Channel | None = None
) -> tuple[Value, ...]:
    """At most one value, with up to seven alternatives.

    `known`: the postcodes of the gazetteer, sorted; the channel that was learned is used unless another is given.
    """
    spoken = tokens(text)
    cuts = _asked_parts(spoken) if expected else [_spelled_part(spoken)]
    start, end = cuts[-1]
    if end - start < 1:
        return ()
    heard = channel or Channel.load()
    ready = [[Ready(lattice([token.text for token in spoken[first:last]]), heard) for first, last in cuts]]
    nothing = _NOTHING if expected else math.log(0.6)
    return _values(_weighed(ready, known, _GRAMMAR, WEIGHTS), nothing, (spoken[start].start, spoken[end - 1].end))


def read_attempts(
    attempts: Sequence[Sequence[str]],
    *,
    known: tuple[str, ...] = (),
    channel: Channel | None = None,
    grammar: Grammar = _GRAMMAR,
    weights: Weights = WEIGHTS,
) -> tuple[Value, ...]:
    """One postcode from several attempts at it, each with the recogniser's alternatives, best first.

    Every candidate is weighed against all attempts, so that halves and mis-hearings add up.
    """
    heard = channel or Channel.load()
    ready = [[_ready(text, heard) for text in texts[:6]] for texts in attempts]
    if not any(ready):
        return ()
    scores = _weighed([texts for texts in ready if texts], known, grammar, weights)
    return _values(scores, _NOTHING, (0, len(attempts[-1][0]) if attempts[-1] else 0))


@lru_cache(maxsize=64)
def _ready(text: str, channel: Channel) -> Ready:
    return Ready(lattice(words(text)[-24:]), channel)


def _weighed(
    ready: Sequence[Sequence[Ready]], known: tuple[str, ...], grammar: Grammar, weights: Weights
) -> dict[str, float]:
    """The log evidence and prior of each code that may have been meant; 0 is that of none."""
    scores: dict[str, float] = {}
    if known:
        local = register(known)
        here = _evidence(ready, local, weights) + math.log((1 - math.exp(_ELSEWHERE)) / len(local.codes))
        best = np.argsort(-here)[:20]
        scores = {local.codes[int(at)]: float(here[at]) for at in best}
    if not scores or max(scores.values()) < _clear(ready, weights):
        # One cut of an utterance may promise much that comes to nothing, so each has a search of its own.
        searched = [[[one]] for one in ready[0]] if len(ready) == 1 else [ready]
        elsewhere = Register(chain.from_iterable(search(part, grammar, weights) for part in searched))
        shift = _ELSEWHERE if known else 0.0
        for code, score in zip(elsewhere.codes, _evidence(ready, elsewhere, weights), strict=True):
            scores.setdefault(code, float(score) + shift + (grammar.whole(code) or 0.0))
    return scores


def _evidence(ready: Sequence[Sequence[Ready]], codes: Register, weights: Weights) -> Matrix:
    return added([[one.likelihoods(codes) for one in texts] for texts in ready], weights)


def _clear(ready: Sequence[Sequence[Ready]], weights: Weights) -> float:
    """What explains the utterances so well that no postcode from elsewhere can do better."""
    most = added([[np.array([one.ahead(7)[0] / one.silence]) for one in texts] for texts in ready], weights)
    return float(most[0]) + _ELSEWHERE + _MOST + 4


def spaced(code: str) -> str:
    """`QA14TB` → `QA1 4TB`."""
    return f"{code[:-3]} {code[-3:]}"


def _values(spellings: dict[str, float], nothing: float, span: tuple[int, int]) -> tuple[Value, ...]:
    if not spellings:
        return ()
    most = max(nothing, *spellings.values())
    weights = {code: math.exp(score - most) for code, score in spellings.items()}
    total = sum(weights.values()) + math.exp(nothing - most)
    ranked = sorted(weights.items(), key=lambda pair: -pair[1])[:8]
    values = [
        Value("postcode", spaced(code), spaced(code), round(min(0.995, weight / total), 4), span)
        for code, weight in ranked
        if weight / total > 0.0005
    ]
    if not values or values[0].probability < 0.02:
        return ()
    first = values[0]
    return (Value("postcode", first.value, first.spoken, first.probability, span, tuple(values[1:])),)


def _asked_parts(spoken: Sequence[Token]) -> list[tuple[int, int]]:
    """Where to look in an answer: its spelled part, alone and with what stands around it, else its last words."""
    start, end = _spelled_part(spoken)
    if end > start:
        return list(dict.fromkeys([(start, end), (max(0, start - 3), min(len(spoken), end + 3))]))
    return [(max(0, len(spoken) - 20), len(spoken))]


def _spelled_part(spoken: Sequence[Token]) -> tuple[int, int]:
    """Where an utterance that was not asked for one may hold a postcode: the densest run of letters and digits."""
    best, run = (0, 0), 0
    for at in range(len(spoken) + 1):
        if at < len(spoken) and _spelly(spoken[at].text):
            run += 1
            continue
        symbols = [token.text for token in spoken[at - run : at]]
        size = sum(len(symbol) if _written(symbol) else 1 for symbol in symbols)
        digits = any(_digit(symbol) for symbol in symbols)
        letters = any(symbol in LETTER_OF or (_written(symbol) and not symbol.isdigit()) for symbol in symbols)
        if digits and letters and size >= 5 and run + size > best[1] - best[0]:
            best = (at - run, at)
        run = 0
    return best


def _written(word: str) -> bool:
    return len(word) == 1 or (any(c.isdigit() for c in word) and len(word) <= 8)


def _digit(word: str) -> bool:
    return any(c.isdigit() for c in word) or word in DIGIT_WORDS


def _spelly(word: str) -> bool:
    if _written(word) or word in UNITS or word in TENS:
        return True
    if word in LETTER_OF or word in DIGIT_WORDS or word in REPEATS:
        return True
    return len(word) <= 3 and not set(word) & set("aeiou")
