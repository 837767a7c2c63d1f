"""Britain's numbering plan as a prior: the telephone numbers that transcripts of digits speak for most."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import phonenumbers

from intents.entities.digit_channel import Heard, Matrix

Places = npt.NDArray[np.intp]
LENGTH = 11
"""Digits of a number with its leading zero; few have one less."""
_STARTS = {"07": 0.6, "01": 0.24, "02": 0.1, "08": 0.03, "03": 0.03}
"""How callers' numbers begin."""
_SIZES = {"07": 7.5e8, "01": 4e8, "02": 1.5e8, "08": 1e8, "03": 1e8}
"""About how many numbers begin so."""
_THIRD = {"07": "12345789", "01": "123456789", "02": "03489", "08": "0478", "03": "0347"}
_SHORT = 0.004
"""How many numbers that begin with 01 or 08 lack a digit."""
_DRAMA = re.compile(r"(?:01632960|02079460|07700900|08081570|0[1-9]\d{2,3}4960)\d+")
"""Ranges that Ofcom keeps for drama; they are no subscriber's, but a test caller gives them."""
_BEAM = 160
_UNKNOWN = 0.03
"""How often a caller gives what is no whole number of Britain's."""


_SHARP = 1.5
"""What makes the probabilities mean what they say: readings that are far behind are not even as likely as that."""
_SUREST = 0.97


@dataclass(frozen=True, slots=True)
class Candidate:
    """A number and its probability, given that digits of a number were said."""

    number: str
    probability: float


def valid(national: str) -> bool:
    """Whether a number with its leading zero is one that somebody may have."""
    if _DRAMA.fullmatch(national) and len(national) == LENGTH:
        return True
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(national, "GB"))
    except phonenumbers.NumberParseException:
        return False


def candidates(transcripts: Sequence[str], *, most: int = 8) -> tuple[Candidate, ...]:
    """The likeliest numbers behind a recogniser's readings of one utterance, which all count alike."""
    return _candidates(tuple(dict.fromkeys(transcripts)))[:most]


@lru_cache(maxsize=256)
def _candidates(transcripts: tuple[str, ...]) -> tuple[Candidate, ...]:
    heard = [Heard(text) for text in transcripts]
    weighed = {
        number: (likelihood * _prior(number)) ** _SHARP for number, likelihood in _search(heard) if valid(number)
    }
    other = (_UNKNOWN * float(_added([np.array([one.anything]) for one in heard])[0])) ** _SHARP
    total = sum(weighed.values()) + other
    ranked = sorted(weighed.items(), key=lambda pair: -pair[1])
    return tuple(
        Candidate(number, min(_SUREST, weight / total)) for number, weight in ranked[:20] if weight > 0.0005 * total
    )


def _prior(number: str) -> float:
    return _STARTS[number[:2]] / _SIZES[number[:2]] * (1.0 if len(number) == LENGTH else _SHORT * 10)


def _search(heard: Sequence[Heard]) -> list[tuple[str, float]]:
    """Numbers by their plan, and the mean probability of the transcripts for each."""
    prefixes = [""]
    past: list[list[Matrix]] = [[one.begin[None, :]] for one in heard]
    found: list[tuple[str, float]] = []
    for length in range(1, LENGTH + 1):
        pairs = [(row, int(digit)) for row, prefix in enumerate(prefixes) for digit in _after(prefix)]
        rows, digits = np.array(pairs, np.intp).T
        grown = [_grown(one, reached, prefixes, rows, digits) for one, reached in zip(heard, past, strict=True)]
        hope = _added([(new * one.ahead[LENGTH - length]).max(axis=1) for new, one in zip(grown, heard, strict=True)])
        weight = np.array([_STARTS[(prefixes[r] + str(d))[:2]] if length > 1 else 1.0 for r, d in pairs])
        best = np.argsort(-(hope * weight), kind="stable")[:_BEAM]
        past = [
            [new[best], *(old[rows[best]] for old in reached[:2])] for new, reached in zip(grown, past, strict=True)
        ]
        prefixes = [prefixes[rows[at]] + str(digits[at]) for at in best]
        if length >= LENGTH - 1:
            ended = _added([reached[0][:, -1] for reached in past])
            found += zip(prefixes, ended.tolist(), strict=True)
    return found


def _grown(one: Heard, past: Sequence[Matrix], prefixes: Sequence[str], rows: Places, digits: Places) -> Matrix:
    """Where each prefix with one digit more may have been reached; `past`: where it was 1, 2 and 3 digits before."""
    new: Matrix = np.einsum("dpq,np->ndq", one.steps[0], past[0])[rows, digits]
    last = np.array([int(prefix[-1]) if prefix else -1 for prefix in prefixes])
    twice = last[rows] == digits
    if len(past) > 1 and twice.any():
        new[twice] += np.einsum("np,npq->nq", past[1][rows[twice]], one.steps[1][digits[twice]])
    before = np.array([int(prefix[-2]) if len(prefix) > 1 else -1 for prefix in prefixes])
    thrice = twice & (before[rows] == digits)
    if len(past) > 2 and thrice.any():
        new[thrice] += np.einsum("np,npq->nq", past[2][rows[thrice]], one.steps[2][digits[thrice]])
    return new


def _after(prefix: str) -> str:
    if len(prefix) < 2:
        return "12378" if prefix else "0"
    return _THIRD[prefix] if len(prefix) == 2 else "0123456789"


def _added(each: Sequence[Matrix]) -> Matrix:
    """The evidence of readings of one utterance: the same words again tell nothing new, so it is their mean."""
    mean: Matrix = np.exp(np.mean([np.log(one + 1e-40) for one in each], axis=0))
    return mean
