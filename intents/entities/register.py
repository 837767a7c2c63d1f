"""Who of a register was meant: the evidence of every attempt at a name, a code or a date, for every entry at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from intents.entities.births import births
from intents.entities.channel import Channel, lattice
from intents.entities.decoding import Matrix, Ready, Register, Weights, added
from intents.entities.sound import phrase_key
from intents.entities.tokens import fold, words

_LETTER, _SOUND = 0.55, 0.9
"""What each letter and each sound that differs costs."""
_PART = {"all": 0.0, "first": -1.6, "last": -2.3}
"""Log prior that a caller who spells a name spells this part of it."""
_FAINT = 1e-6
_ALTERNATIVES = 4
_WEIGHTS = Weights(attempt=1.0)
"""How much several attempts count is learnt for each field, with how much the fields do."""


def spelled(attempts: Sequence[Sequence[str]], codes: Register, channel: Channel) -> Matrix:
    """The log evidence of attempts at spelling, each with its alternatives, best first: `[codes]`."""
    scored = [
        [codes.likelihoods(Ready(lattice(words(text)[-24:]), channel)) for text in texts[:_ALTERNATIVES]]
        for texts in attempts
        if texts
    ]
    return added(scored, _WEIGHTS) + np.zeros(len(codes.codes))


class Codes:
    """The codes of a register, for example its postcodes, without spaces."""

    def __init__(self, codes: Sequence[str]) -> None:
        self._register = Register(codes)
        self.codes = self._register.codes

    def evidence(self, attempts: Sequence[Sequence[str]], channel: Channel) -> Matrix:
        """The evidence of all attempts, added up: `[codes]`."""
        return spelled(attempts, self._register, channel)


class Names:
    """The full names of a register, said or spelled."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        self._folded = [fold(name) for name in names]
        self._keys = [phrase_key(name) for name in self._folded]
        parts = [_parts(name) for name in self._folded]
        self._register = Register(sorted({code for part in parts for code in part.values()}))
        at = {code: place for place, code in enumerate(self._register.codes)}
        self._spellings = {kind: np.array([at[part[kind]] for part in parts]) for kind in _PART}

    def said(self, attempts: Sequence[Sequence[str]]) -> Matrix:
        """The evidence of attempts in which the name was said as words: `[names]`."""
        total = np.zeros(len(self.names))
        for texts in attempts:
            heard = [text for text in texts if not is_spelled(text)]
            if heard:
                ranks = _WEIGHTS.ranks(len(heard))
                total += np.log(sum(rank * self._likeness(text) for rank, text in zip(ranks, heard, strict=True)))
        return total

    def spelled(self, attempts: Sequence[Sequence[str]], channel: Channel) -> Matrix:
        """The evidence of attempts in which the name, or a part of it, was spelled: `[names]`."""
        heard = [[text for text in texts if is_spelled(text)] for texts in attempts]
        total = np.zeros(len(self.names))
        for texts in filter(None, heard):
            found = spelled([texts], self._register, channel)
            parts = [found[places] + _PART[kind] for kind, places in self._spellings.items()]
            total += np.logaddexp.reduce(np.stack(parts), axis=0)
        return total

    def _likeness(self, text: str) -> Matrix:
        heard = " ".join(words(text))
        letters = process.cdist([heard], self._folded, scorer=Levenshtein.distance)[0]
        sounds = process.cdist([phrase_key(heard)], self._keys, scorer=Levenshtein.distance)[0]
        return np.asarray(np.exp(-_LETTER * letters - _SOUND * sounds) + _FAINT, np.float64)


class Dates:
    """The dates of a register, for example dates of birth."""

    def __init__(self, dates: Sequence[date], last: date) -> None:
        self._births = births(last)
        self._at = np.array([self._births.at[day] for day in dates])

    def evidence(self, attempts: Sequence[Sequence[str]], channel: Channel) -> Matrix:
        """The evidence of all attempts, added up: `[dates]`."""
        heard = [texts[:_ALTERNATIVES] for texts in attempts]
        return np.asarray(self._births.evidence(heard, channel, _WEIGHTS)[self._at], np.float64)


def is_spelled(text: str) -> bool:
    """Whether most of an utterance are letters said one by one, or pieces of two."""
    pieces = words(text)
    return len(pieces) >= 3 and 2 * sum(len(piece) <= 2 for piece in pieces) >= len(pieces)


def _parts(name: str) -> dict[str, str]:
    letters = ["".join(filter(str.isalpha, word)).upper() for word in name.split()] or [""]
    return {"all": "".join(letters), "first": letters[0], "last": letters[-1]}
