"""Who of a register was meant: the evidence of every attempt at a name, a code or a date, for every entry at once."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from intents.entities.channel import Channel, lattice
from intents.entities.decoding import Register, decode, silence
from intents.entities.sound import phrase_key
from intents.entities.tokens import fold, words
from intents.understanding import Value

Scores = npt.NDArray[np.float64]
"""Log likelihood of what was heard, one number an entry; 0 is what an attempt that says nothing gives."""

_LETTER, _SOUND = 0.55, 0.9
"""What each letter and each sound that differs costs."""
_PART = {"all": 0.0, "first": -1.6, "last": -2.3}
"""Log prior that a caller who spells a name spells this part of it."""
_NOT_SPELLED = -6.0
_FAINT = 1e-6
_ALTERNATIVES = 3
_COMPONENT = 3.5
"""What a day, a month or a year that differs costs."""


def ranked(alternatives: int) -> list[float]:
    """Weights of a recogniser's alternatives, best first: each half of the one before; they sum to 1."""
    weights = [0.5**rank for rank in range(alternatives)]
    return [weight / sum(weights) for weight in weights]


def spelled(texts: Sequence[str], codes: Register, channel: Channel) -> Mapping[str, float]:
    """Log likelihood of one attempt at spelling, for each code that it may have been."""
    totals: dict[str, float] = {}
    for weight, text in zip(ranked(len(texts)), texts, strict=True):
        heard = lattice(words(text)[-24:])
        nothing = silence(heard)
        for spelling in decode(heard, codes, channel, best=10_000):
            likelihood = spelling.score - (codes.whole(spelling.code) or 0.0) - nothing
            totals[spelling.code] = totals.get(spelling.code, 0.0) + weight * math.exp(min(60.0, likelihood))
    return {code: math.log(total + 1e-12) for code, total in totals.items()}


class Codes:
    """The codes of a register, for example its postcodes, without spaces."""

    def __init__(self, codes: Sequence[str]) -> None:
        self.codes = tuple(codes)
        self._register = Register(self.codes)

    def evidence(self, attempts: Sequence[Sequence[str]], channel: Channel) -> Scores:
        """The evidence of all attempts, added up: `[codes]`."""
        total = np.zeros(len(self.codes))
        for texts in attempts:
            found = spelled(texts[:_ALTERNATIVES], self._register, channel)
            total += np.array([max(found.get(code, _NOT_SPELLED), _NOT_SPELLED) for code in self.codes])
        return total


class Names:
    """The full names of a register, said or spelled."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        self._folded = [fold(name) for name in names]
        self._keys = [phrase_key(name) for name in self._folded]
        parts = [_parts(name) for name in self._folded]
        self._spellings = {kind: [part[kind] for part in parts] for kind in _PART}
        self._register = Register({code for part in parts for code in part.values()})

    def said(self, attempts: Sequence[Sequence[str]]) -> Scores:
        """The evidence of attempts in which the name was said as words: `[names]`."""
        total = np.zeros(len(self.names))
        for texts in attempts:
            heard = [text for text in texts if not is_spelled(text)]
            if heard:
                total += np.log(sum(w * self._likeness(t) for w, t in zip(ranked(len(heard)), heard, strict=True)))
        return total

    def spelled(self, attempts: Sequence[Sequence[str]], channel: Channel) -> Scores:
        """The evidence of attempts in which the name, or a part of it, was spelled: `[names]`."""
        total = np.zeros(len(self.names))
        for texts in attempts:
            heard = [text for text in texts[:_ALTERNATIVES] if is_spelled(text)]
            if heard:
                total += self._spelled(spelled(heard, self._register, channel))
        return total

    def _likeness(self, text: str) -> Scores:
        heard = " ".join(words(text))
        letters = process.cdist([heard], self._folded, scorer=Levenshtein.distance)[0]
        sounds = process.cdist([phrase_key(heard)], self._keys, scorer=Levenshtein.distance)[0]
        return np.asarray(np.exp(-_LETTER * letters - _SOUND * sounds) + _FAINT, np.float64)

    def _spelled(self, found: Mapping[str, float]) -> Scores:
        rows = [
            [max(found.get(code, _NOT_SPELLED), _NOT_SPELLED) + prior for code in self._spellings[kind]]
            for kind, prior in _PART.items()
        ]
        return np.asarray(np.logaddexp.reduce(np.array(rows), axis=0), np.float64)


class Dates:
    """The dates of a register, for example dates of birth."""

    def __init__(self, dates: Sequence[date]) -> None:
        self._parts = np.array([(day.year, day.month, day.day) for day in dates])

    def evidence(self, attempts: Sequence[Sequence[Value]]) -> Scores:
        """The evidence of the readings of all attempts, added up: `[dates]`."""
        total = np.zeros(len(self._parts))
        for readings in attempts:
            if not readings:
                continue
            likeness = np.full(len(self._parts), _FAINT)
            for weight, reading in zip(ranked(len(readings)), readings, strict=True):
                day = date.fromisoformat(reading.value)
                apart = (self._parts != (day.year, day.month, day.day)).sum(axis=1)
                likeness += weight * np.exp(-_COMPONENT * apart)
            total += np.log(likeness)
        return total


def is_spelled(text: str) -> bool:
    """Whether most of an utterance are letters said one by one, or pieces of two."""
    pieces = words(text)
    return len(pieces) >= 3 and 2 * sum(len(piece) <= 2 for piece in pieces) >= len(pieces)


def _parts(name: str) -> dict[str, str]:
    letters = ["".join(filter(str.isalpha, word)).upper() for word in name.split()] or [""]
    return {"all": "".join(letters), "first": letters[0], "last": letters[-1]}
