"""One of a few things that were offered: by name, by a word of it, by place ("the second one"), by key."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache

from rapidfuzz import fuzz

from intents.entities.numbers import UNITS, ordinal_at
from intents.entities.sound import key
from intents.entities.tokens import Token, listed, tokens
from intents.understanding import Value

NEITHER = "neither"
"""The value of an answer that takes none of what was offered."""
_NEITHER = re.compile(
    r"\b(?:neither|none|nither|not (?:any|either)(?: of)?(?: them| those)?|nothing (?:of the|like that)|"
    r"(?:something|someone|anything) else|no(?:t)? (?:one|1) of (?:them|those))\b"
)
_EMPTY = frozenset(
    listed(
        "a an the my our your it its it's is are was one ones i i'd i'll i'm would like want please yeah yes um uh er "
        "erm think that that's this of for to in on with and or so just do have need got me think would"
    )
)
_POINTERS = frozenset(listed("option number choice key press pressed answer"))
_CORRECTS = frozenset(listed("it it's its that's i the"))
_NOT = frozenset(listed("not isn't don't no without"))
_LONG_ENOUGH, _ALIKE, _APART = 6, 0.85, 0.1
_Forms = tuple[tuple[str, tuple[tuple[str, ...], ...]], ...]


def read_choice(entity: str, text: str, options: Mapping[str, Sequence[str]], *, expected: bool) -> tuple[Value, ...]:
    """At most one value with the others as alternatives. `options`: canonical value → the ways it is said, in the
    order in which they were offered."""
    spoken = tokens(text)
    if not spoken or not options:
        return ()
    forms = tuple((canonical, _forms(canonical, tuple(said))) for canonical, said in options.items())
    scored = _by_words(spoken, forms)
    if expected and (not scored or scored[0][0] < 0.75):
        scored = _by_likeness(spoken, forms) or scored
    if expected and (not scored or scored[0][0] < 0.75):
        placed = _by_place(spoken, tuple(options)) or _neither(entity, text)
        if placed is not None:
            return (_value(entity, *placed),) if isinstance(placed, tuple) else (placed,)
    scored = [entry for entry in scored if entry[0] >= (0.45 if expected else 0.8)]
    return _ranked(entity, scored, 1.0 if expected else 0.9)


@lru_cache(maxsize=4_000)
def _forms(canonical: str, said: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    forms = (canonical.replace("_", " "), *said)
    return tuple(dict.fromkeys(tuple(token.text for token in tokens(form)) for form in forms if form.strip()))


@lru_cache(maxsize=500)
def _weights(forms: _Forms) -> dict[str, float]:
    """Words that tell the options apart weigh more than those that several share."""
    shared = Counter(word for _, said in forms for word in {word for form in said for word in form})
    return {
        word: 0.12 if word in _EMPTY or 2 * count >= len(forms) > 2 or count == len(forms) > 1 else 1.0 / count
        for word, count in shared.items()
    }


def _by_words(spoken: Sequence[Token], forms: _Forms) -> list[tuple[float, str, tuple[int, int]]]:
    weights = _weights(forms)
    found = []
    for canonical, said in forms:
        best = max((_cover(spoken, form, weights) for form in said), default=(0.0, (0, 0)))
        found.append((best[0], canonical, best[1]))
    return sorted(found, key=lambda entry: -entry[0])


def _by_likeness(spoken: Sequence[Token], forms: _Forms) -> list[tuple[float, str, tuple[int, int]]]:
    """An answer that is nearly one of the ways to say an option, and like no other ("card load" for "car load")."""
    said = [token for token in spoken if token.text not in _EMPTY]
    if not said:
        return []
    heard, span = " ".join(token.text for token in said), (said[0].start, said[-1].end)
    found = []
    for canonical, ways in forms:
        written = (" ".join(word for word in way if word not in _EMPTY) for way in ways)
        likeness = max((fuzz.ratio(heard, way) / 100 for way in written if len(way) >= _LONG_ENOUGH), default=0.0)
        found.append((likeness, canonical, span))
    found.sort(key=lambda entry: -entry[0])
    clear = found[0][0] >= _ALIKE and (len(found) == 1 or found[0][0] - found[1][0] >= _APART)
    return [(0.9 * likeness, canonical, span) for likeness, canonical, span in found] if clear else []


def _cover(spoken: Sequence[Token], form: Sequence[str], weights: Mapping[str, float]) -> tuple[float, tuple[int, int]]:
    """How much of `form` was said, by weight; a little more for long forms that were said whole."""
    total = sum(weights[word] for word in form)
    heard, places = 0.0, list[int]()
    for word in form:
        likeness, at = max(((_alike(word, token.text), -n) for n, token in enumerate(spoken)), default=(0.0, 0))
        if likeness >= 0.8:
            heard += weights[word] * likeness
            places.append(-at)
    if not places or total == 0 or all(weights[form[n]] < 0.2 for n in range(len(form))):
        exact = [token.text for token in spoken] == list(form)
        return (0.95 if exact else 0.0), (spoken[0].start, spoken[-1].end)
    score = heard / total * (0.3 if _denied(spoken, min(places)) else 1.0)
    return min(1.0, score * 0.97 + 0.01 * min(3, len(places))), (spoken[min(places)].start, spoken[max(places)].end)


def _denied(spoken: Sequence[Token], at: int) -> bool:
    """ "Not the blue one": a denial stands before the words, with only small words between.

    "No, it's the blue one" corrects something else: a first "no" that "it's" follows denies nothing here.
    """
    corrects = len(spoken) > 2 and spoken[0].text == "no" and spoken[1].text in _CORRECTS
    before = [token.text for token in spoken[max(1 if corrects else 0, at - 3) : at]]
    return any(word in _NOT and all(later in _EMPTY for later in before[n + 1 :]) for n, word in enumerate(before))


@lru_cache(maxsize=50_000)
def _alike(word: str, heard: str) -> float:
    if word == heard or word.rstrip("s") == heard.rstrip("s"):
        return 1.0
    if len(word) < 4 or len(heard) < 3:
        return 0.0
    if word[:6] == heard[:6] and min(len(word), len(heard)) >= 6:
        return 0.92
    return max(fuzz.ratio(word, heard) / 100, 0.86 if key(word) == key(heard) and len(key(word)) > 1 else 0.0)


def _by_place(spoken: Sequence[Token], offered: Sequence[str]) -> tuple[str, float, tuple[int, int]] | None:
    """ "The first one", "number two", "the last", or a key."""
    words = [token.text for token in spoken]
    whole = (spoken[0].start, spoken[-1].end)
    for at, word in enumerate(words):
        place = ordinal_at(words, at)
        if place is not None and 1 <= place.value <= len(offered):
            return offered[int(place.value) - 1], 0.95, whole
        if word in {"last", "latter", "bottom"}:
            return offered[-1], 0.92, whole
        if word in {"former", "top"} and len(offered) <= 3:
            return offered[0], 0.85, whole
        if word in {"middle"} and len(offered) == 3:
            return offered[1], 0.92, whole
    rest = [word for word in words if word not in _EMPTY | _POINTERS] or [word for word in words if word == "one"]
    if len(rest) == 1:
        number = (
            int(rest[0]) if rest[0].isdigit() else UNITS.get(rest[0], {"to": 2, "too": 2, "won": 1}.get(rest[0], 0))
        )
        if 1 <= number <= len(offered):
            return offered[number - 1], 0.96, whole
    return None


def _neither(entity: str, text: str) -> Value | None:
    match = _NEITHER.search(text[:1_200].lower())
    return Value(entity, NEITHER, NEITHER, 0.9, match.span()) if match else None


def _value(entity: str, canonical: str, sure: float, span: tuple[int, int]) -> Value:
    return Value(entity, canonical, canonical.replace("_", " "), round(sure, 4), span)


def _ranked(entity: str, scored: Sequence[tuple[float, str, tuple[int, int]]], most: float) -> tuple[Value, ...]:
    if not scored:
        return ()
    shares = [math.exp(12 * (score - 1)) for score, _, _ in scored]
    total = sum(shares) + math.exp(12 * (0.62 - 1))
    values = [
        _value(entity, canonical, min(0.98, most * share / total), span)
        for share, (_, canonical, span) in zip(shares, scored, strict=True)
    ]
    first = values[0]
    return (Value(entity, first.value, first.spoken, first.probability, first.span, tuple(values[1:4])),)
