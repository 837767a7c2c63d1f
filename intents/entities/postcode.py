"""Postcodes, however they are spelled: "Q A one four T B", "Quebec Alpha 1", "B for Bertie", "double two"."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from intents.entities.alphabet import DIGITS, LETTER_OF, LETTERS
from intents.entities.channel import Channel, Lattice, lattice
from intents.entities.decoding import bound, decode, register, silence
from intents.entities.numbers import DIGITS as DIGIT_WORDS
from intents.entities.numbers import REPEATS, TENS, UNITS
from intents.entities.tokens import Token, tokens
from intents.understanding import Value

_SHAPES = ("LDDLL", "LDDDLL", "LLDDLL", "LLDDDLL", "LDLDLL", "LLDLDLL")
_INWARD = "ABDEFGHJLNPQRSTUWXYZ"
"""The letters that the last two of a postcode are taken from."""
_FIRST = "ABCDEFGHIJKLMNOPRSTUWYZQ"
_ELSEWHERE = math.log(0.04)
"""Log prior that a caller names a postcode of another council."""
_COUNT = math.log(1_700_000)
_WRITTEN = re.compile(r"\b([a-z]{1,2}\d[a-z\d]?)\s*(\d[a-z]{2})\b")


class _Grammar:
    """Every postcode that British postcodes' rules allow."""

    known = False

    def after(self, prefix: str) -> Iterable[str]:
        return _following("".join("D" if symbol.isdigit() else "L" for symbol in prefix))

    def whole(self, prefix: str) -> float | None:
        if len(prefix) < 5:
            return None
        shape = "".join("D" if symbol.isdigit() else "L" for symbol in prefix)
        return -_COUNT if shape in _SHAPES and all(letter in _INWARD for letter in prefix[-2:]) else None


@lru_cache(maxsize=64)
def _following(shape: str) -> str:
    kinds = {whole[len(shape)] for whole in _SHAPES if whole.startswith(shape) and len(whole) > len(shape)}
    letters = _FIRST if not shape else LETTERS
    return (letters if "L" in kinds else "") + (DIGITS if "D" in kinds else "")


def read_postcode(
    text: str, *, known: tuple[str, ...] = (), expected: bool, channel: Channel | None = None
) -> tuple[Value, ...]:
    """At most one value, with up to seven alternatives.

    `known`: the postcodes of the gazetteer, sorted; the channel that was learned is used unless another is given.
    """
    spoken = tokens(text)
    start, end = (0, len(spoken)) if expected else _spelled_part(spoken)
    if end - start < 1:
        return ()
    if expected:
        start, end = _asked_part(spoken)
    spellings, nothing = _decode([token.text for token in spoken[start:end]], known, channel or Channel.load())
    prior = math.log(0.08 if expected else 0.6)
    span = (spoken[start].start, spoken[end - 1].end)
    return _values(spellings, nothing + prior, span)


def spaced(code: str) -> str:
    """`QA14TB` → `QA1 4TB`."""
    return f"{code[:-3]} {code[-3:]}"


def _decode(words: Sequence[str], known: tuple[str, ...], channel: Channel) -> tuple[dict[str, float], float]:
    heard = lattice(words)
    nothing = silence(heard)
    found: dict[str, float] = {}
    if known:
        local = decode(heard, register(tuple(code.replace(" ", "") for code in known)), channel)
        found = {spelling.code: spelling.score + math.log(1 - math.exp(_ELSEWHERE)) for spelling in local}
    if not found or not _clear(found, heard, channel):
        shift = _ELSEWHERE if known else 0.0
        for spelling in decode(heard, _Grammar(), channel, beam=24):
            found.setdefault(spelling.code, spelling.score + shift)
    return found, nothing


def _clear(found: dict[str, float], heard: Lattice, channel: Channel) -> bool:
    """Whether the register explains what was heard so well that no postcode from elsewhere can do better."""
    return max(found.values()) > bound(heard, channel) + _ELSEWHERE - _COUNT + 4


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


def _asked_part(spoken: Sequence[Token]) -> tuple[int, int]:
    """Where to look in an answer: around its spelled part if it has a long one, else in its last words."""
    start, end = _spelled_part(spoken)
    if end > start:
        return max(0, start - 3), min(len(spoken), end + 3)
    return max(0, len(spoken) - 20), len(spoken)


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
