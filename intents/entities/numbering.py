"""Britain's numbering plan as a prior: the telephone numbers that transcripts of digits speak for most."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import phonenumbers

from intents.entities.digit_channel import Heard
from intents.entities.digit_search import added, search

LENGTH = 11
"""Digits of a number with its leading zero; few have one less."""
_STARTS = {
    "071": 0.005, "072": 0.005, "073": 0.08, "074": 0.13, "075": 0.12, "077": 0.12, "078": 0.12, "079": 0.12,
    "020": 0.06, "023": 0.01, "024": 0.01, "028": 0.01, "029": 0.01, "011": 0.04,
    "012": 0.03, "013": 0.03, "014": 0.03, "015": 0.03, "016": 0.03, "017": 0.03, "018": 0.02, "019": 0.02,
    "033": 0.01, "030": 0.005, "034": 0.005, "037": 0.005, "080": 0.01, "084": 0.005, "087": 0.005,
}  # fmt: skip
"""How callers' numbers begin: most with a mobile's 07, then with the codes of towns by how many live there."""
_SIZES = {"07": 1e8, "01": 5e7, "02": 4e7, "08": 3e7, "03": 3e7}
"""About how many numbers each such beginning has."""
_SHORT = 0.04
"""How likely a number of the few is that lack a digit."""
_DRAMA = re.compile(r"(?:01632960|02079460|07700900|08081570|0[1-9]\d{2,3}4960)\d+")
"""Ranges that Ofcom keeps for drama; they are no subscriber's, but a test caller gives them."""
_UNKNOWN = 0.03
"""How often a caller gives what is no whole number of Britain's."""
_SHARP = 1.8
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
    return _candidates(tuple(dict.fromkeys(transcripts)))[:most] if transcripts else ()


@lru_cache(maxsize=256)
def _candidates(transcripts: tuple[str, ...]) -> tuple[Candidate, ...]:
    heard = [Heard(text) for text in transcripts]
    found = search(heard, (LENGTH - 1, LENGTH), _after, _prior)
    weighed = {
        number: (likelihood * _prior(number) * (1.0 if len(number) == LENGTH else _SHORT)) ** _SHARP
        for number, likelihood in found
        if valid(number)
    }
    other = (_UNKNOWN * float(added([np.array([one.anything]) for one in heard])[0])) ** _SHARP
    total = sum(weighed.values()) + other
    ranked = sorted(weighed.items(), key=lambda pair: -pair[1])
    return tuple(
        Candidate(number, min(_SUREST, weight / total)) for number, weight in ranked[:20] if weight > 0.0005 * total
    )


def _after(prefix: str) -> str:
    if len(prefix) > 2:
        return "0123456789"
    return "".join(sorted({start[len(prefix)] for start in _STARTS if start.startswith(prefix)}))


def _prior(prefix: str) -> float:
    """How likely a number is that begins so."""
    return _STARTS[prefix[:3]] / _SIZES[prefix[:2]] if len(prefix) > 2 else 1.0
