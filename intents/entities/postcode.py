"""Postcodes, however they are spelled: "Q A one four T B", "Quebec Alpha 1", "B for Bertie", "double two"."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain

from intents.entities.alphabet import AREAS, DIGITS, LETTER_OF, LETTERS
from intents.entities.channel import Channel, Lattice, lattice
from intents.entities.decoding import Register, bound, decode, register, silence
from intents.entities.numbers import DIGITS as DIGIT_WORDS
from intents.entities.numbers import REPEATS, TENS, UNITS
from intents.entities.tokens import Token, tokens, words
from intents.understanding import Value

_SHAPES = ("LDDLL", "LDDDLL", "LLDDLL", "LLDDDLL", "LDLDLL", "LLDLDLL")
_INWARD = "ABDEFGHJLNPQRSTUWXYZ"
"""The letters that the last two of a postcode are taken from."""
_ELSEWHERE = math.log(0.04)
"""Log prior that a caller names a postcode of another council."""
_TOGETHER = 0.7
"""How much each of several attempts counts: one voice is misheard alike every time."""
_COUNT = math.log(1_700_000)


class _Grammar:
    """Every postcode that British postcodes' rules allow."""

    known = False

    def after(self, prefix: str) -> Iterable[str]:
        return _following("".join("D" if symbol.isdigit() else "L" for symbol in prefix), prefix[:1])

    def whole(self, prefix: str) -> float | None:
        if len(prefix) < 5:
            return None
        shape = "".join("D" if symbol.isdigit() else "L" for symbol in prefix)
        area = prefix[: 2 if prefix[1].isalpha() else 1]
        allowed = shape in _SHAPES and area in AREAS and all(letter in _INWARD for letter in prefix[-2:])
        return -_COUNT if allowed else None


@lru_cache(maxsize=2_000)
def _following(shape: str, first: str) -> str:
    kinds = {whole[len(shape)] for whole in _SHAPES if whole.startswith(shape) and len(whole) > len(shape)}
    letters = LETTERS
    if len(shape) < 2:
        letters = "".join(sorted({area[len(shape)] for area in AREAS if area.startswith(first) and area[len(shape) :]}))
    digits = DIGITS if "D" in kinds and (not first or len(shape) > 1 or first in AREAS) else ""
    return (letters if "L" in kinds else "") + digits


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
    pieces = lattice([token.text for token in spoken[start:end]])
    spellings, nothing = _decode(pieces, known, channel or Channel.load())
    prior = math.log(0.08 if expected else 0.6)
    span = (spoken[start].start, spoken[end - 1].end)
    return _values(spellings, nothing + prior, span)


def read_attempts(
    attempts: Sequence[Sequence[str]], *, known: tuple[str, ...] = (), channel: Channel | None = None
) -> tuple[Value, ...]:
    """One postcode from several attempts at it, each with the recogniser's alternatives, best first.

    Every candidate of any attempt is weighed against all of them, so that halves and mis-hearings add up.
    """
    heard = channel or Channel.load()
    lattices = [[lattice(words(text)[-24:]) for text in texts[:4]] for texts in attempts]
    found = [_decode(pieces, known, heard, best=40)[0] for pieces in chain.from_iterable(lattices)]
    priors = {code: prior for spellings in found for code, prior in _priors(spellings, known).items()}
    if not priors:
        return ()
    candidates = Register(priors)
    weight = 1.0 if len(lattices) == 1 else _TOGETHER
    totals = dict(priors)
    nothing = math.log(0.08)
    for pieces in lattices:
        scores, silent = _attempt(pieces, candidates, heard)
        nothing += weight * silent
        for code in totals:
            totals[code] += weight * max(scores.get(code, silent - 6.0), silent - 6.0)
    return _values(totals, nothing, (0, len(attempts[-1][0]) if attempts and attempts[-1] else 0))


def _priors(spellings: Iterable[str], known: tuple[str, ...]) -> dict[str, float]:
    local = {code.replace(" ", "") for code in known} if known else set()
    inside, elsewhere = math.log(0.96 / max(1, len(local))), (_ELSEWHERE if known else 0.0) - _COUNT
    return {code: inside if code in local else elsewhere for code in spellings}


def _attempt(pieces: Sequence[Lattice], candidates: Register, channel: Channel) -> tuple[dict[str, float], float]:
    """The log probability of one attempt for each candidate, and if nothing was spelled; alternatives are averaged."""
    totals: dict[str, float] = {}
    silent = 0.0
    share = 1 / sum(0.5**rank for rank in range(len(pieces))) if pieces else 0.0
    for rank, heard in enumerate(pieces):
        weight = share * 0.5**rank
        base = silence(heard)
        silent += weight * base
        for spelling in decode(heard, candidates, channel, best=10_000):
            likelihood = spelling.score - (candidates.whole(spelling.code) or 0.0)
            totals[spelling.code] = totals.get(spelling.code, 0.0) + weight * math.exp(min(60.0, likelihood - base))
    return {code: math.log(total + 1e-12) + silent for code, total in totals.items()}, silent


def spaced(code: str) -> str:
    """`QA14TB` → `QA1 4TB`."""
    return f"{code[:-3]} {code[-3:]}"


def _decode(
    heard: Lattice, known: tuple[str, ...], channel: Channel, *, best: int = 8
) -> tuple[dict[str, float], float]:
    nothing = silence(heard)
    found: dict[str, float] = {}
    if known:
        local = decode(heard, register(known), channel, best=best)
        found = {spelling.code: spelling.score + math.log(1 - math.exp(_ELSEWHERE)) for spelling in local}
    if not found or not _clear(found, heard, channel):
        shift = _ELSEWHERE if known else 0.0
        for spelling in decode(heard, _Grammar(), channel, beam=16 + best, best=best):
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
