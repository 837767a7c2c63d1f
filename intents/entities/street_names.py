"""Finding street names in what was said: by spelling and by sound, with a probability for each street."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz, process

from intents.entities.sound import phrase_key
from intents.entities.tokens import Token, fold, listed
from intents.places import Street

TYPES = frozenset(
    listed(
        "road street lane avenue close crescent drive way gardens grove terrace walk place court row hill rise park "
        "green view yard square mews approach wharf parade gate bank end mount vale square broadway"
    )
)
"""The last word of most street names."""
_SHORT = {
    "rd": "road", "ln": "lane", "ave": "avenue", "av": "avenue", "cl": "close", "cres": "crescent", "dr": "drive",
    "gdns": "gardens", "gr": "grove", "terr": "terrace", "pl": "place", "ct": "court", "sq": "square", "lain": "lane",
    "laine": "lane", "rode": "road", "rowed": "road", "wei": "way", "clothes": "close", "cresent": "crescent",
}  # fmt: skip
_SHARPNESS = 0.028
_NOBODY = 0.80
LONGEST_NAME = 5


@dataclass(frozen=True, slots=True)
class StreetMatch:
    """A street that may have been meant, from the tokens `[start, end)`; the probabilities of all sum to below 1."""

    street: Street
    probability: float
    start: int = 0
    end: int = 0
    score: float = 1.0


@lru_cache(maxsize=20_000)
def plain(name: str) -> str:
    """`St. John's Rd` → `saint johns road`."""
    parts = re.findall(r"[a-z0-9]+", fold(name).replace("'", ""))
    spelled = [_SHORT.get(part, part) if at else part for at, part in enumerate(parts)]
    return " ".join(_saint(part, at, len(spelled)) for at, part in enumerate(spelled))


def _saint(part: str, at: int, length: int) -> str:
    if part != "st":
        return part
    return "street" if at == length - 1 and at > 0 else "saint"


class StreetIndex:
    """The street names of one council, ready to be looked up in."""

    def __init__(self, streets: Iterable[Street]) -> None:
        self._by_name: dict[str, list[Street]] = defaultdict(list)
        for street in streets:
            self._by_name[plain(street.name)].append(street)
        self._names = tuple(self._by_name)
        self._keys = tuple(phrase_key(name) for name in self._names)
        self._without_the = {name.removeprefix("the "): name for name in self._names}

    def match(self, phrase: str, *, limit: int = 5) -> tuple[StreetMatch, ...]:
        """The streets that `phrase` may name, likeliest first."""
        spoken = plain(phrase)
        scores = self._scores(spoken, limit)
        weights = {name: math.exp((score - 1) / _SHARPNESS) for name, score in scores.items()}
        total = sum(weights.values()) + math.exp((_NOBODY - 1) / _SHARPNESS)
        found = [
            StreetMatch(street, weight / total / len(self._by_name[name]), score=scores[name])
            for name, weight in weights.items()
            for street in self._by_name[name]
        ]
        return tuple(sorted(found, key=lambda match: (-match.probability, match.street.usrn)))[:limit]

    def _scores(self, spoken: str, limit: int) -> dict[str, float]:
        spoken = self._without_the.get(spoken, spoken)
        near = process.extract(spoken, self._names, scorer=fuzz.ratio, score_cutoff=55, limit=2 * limit)
        sounding = process.extract(phrase_key(spoken), self._keys, scorer=fuzz.ratio, score_cutoff=75, limit=limit)
        places = {at for _, _, at in near} | {at for _, _, at in sounding}
        typed = spoken.split()[-1:] and spoken.split()[-1] in TYPES
        return {self._names[at]: self._score(spoken, at, typed=bool(typed)) for at in places}

    def _score(self, spoken: str, at: int, *, typed: bool) -> float:
        name, key = self._names[at], self._keys[at]
        spelled = fuzz.ratio(spoken, name) / 100
        sounds = fuzz.ratio(phrase_key(spoken), key) / 100
        score = max(spelled, 0.7 * spelled + 0.3 * sounds)
        core = name.rsplit(" ", 1)
        if typed and len(core) == 2:
            score = min(score, 0.5 + 0.5 * _core_likeness(spoken.rpartition(" ")[0], core[0]))
        if not typed and len(core) == 2 and core[1] in TYPES and len(core[0]) > 2:
            score = max(score, 0.97 * fuzz.ratio(spoken, core[0].removeprefix("the ")) / 100)
        return score

    def spans(self, spoken: Sequence[Token], *, expected: bool = False) -> tuple[tuple[StreetMatch, ...], ...]:
        """Each place in an utterance where a street is named, with the streets it may be, left to right.

        `expected`: a street or an address was asked for, so that a name without its `Road` counts too.
        """
        found: list[tuple[StreetMatch, ...]] = []
        taken = 0
        for start, end in self._windows([token.text for token in spoken], expected):
            if start < taken:
                continue
            phrase = " ".join(token.text for token in spoken[start:end])
            matches = self.match(phrase)
            if matches and matches[0].score >= (0.78 if expected else 0.84):
                found.append(tuple(StreetMatch(m.street, m.probability, start, end, m.score) for m in matches))
                taken = end
        return tuple(found)

    def _windows(self, words: Sequence[str], expected: bool) -> list[tuple[int, int]]:
        """Where names may stand: exact ones, then those that end in `Road`, then any if one was asked for."""
        windows = self._exact(words)
        for at, word in enumerate(words):
            if _SHORT.get(word, word) in TYPES or (word == "st" and at == len(words) - 1 > 0):
                window = self._best(words, range(max(0, at - LONGEST_NAME + 1), at), at + 1)
                if window is not None and not any(_overlap(window, other) for other in windows):
                    windows.append(window)
        if expected and not windows:
            ends = [self._best(words, range(max(0, end - 3), end), end) for end in range(1, len(words) + 1)]
            windows += self._strongest(words, [window for window in ends if window is not None])
        return sorted(windows)

    def _exact(self, words: Sequence[str]) -> list[tuple[int, int]]:
        found: list[tuple[int, int]] = []
        at = 0
        while at < len(words):
            ends = (end for end in range(min(len(words), at + LONGEST_NAME), at, -1) if self._knows(words[at:end]))
            end = next(ends, None)
            if end is not None:
                found.append((at, end))
            at = end or at + 1
        return found

    def _knows(self, words: Sequence[str]) -> bool:
        phrase = plain(" ".join(words))
        return phrase in self._by_name or (" " in phrase and phrase in self._without_the)

    def _best(self, words: Sequence[str], starts: Iterable[int], end: int) -> tuple[int, int] | None:
        ranked = [(self._top(words[start:end]), start) for start in starts if not _number(words[start])]
        score, start = max(ranked, default=(0.0, 0))
        return (start, end) if score >= 0.78 else None

    def _strongest(self, words: Sequence[str], windows: list[tuple[int, int]]) -> list[tuple[int, int]]:
        ranked = sorted(windows, key=lambda window: -self._top(words[window[0] : window[1]]))
        return ranked[:1]

    def _top(self, words: Sequence[str]) -> float:
        return max(self._scores(plain(" ".join(words)), 2).values(), default=0.0)


def _core_likeness(spoken: str, name: str) -> float:
    same_sound = 0.85 if phrase_key(spoken) == phrase_key(name) else 0.0
    return max(fuzz.ratio(spoken.removeprefix("the "), name.removeprefix("the ")) / 100, same_sound)


def _number(word: str) -> bool:
    return word[0].isdigit()


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]
