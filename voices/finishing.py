"""P(the caller goes on) at a pause, learned from recordings: words and what was asked together.

`townline bench finishing` makes `finishing.yaml` again.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from ruamel.yaml import YAML

from voices.plausibility import words

_FILE = Path(__file__).with_suffix(".yaml")
_PLAIN = frozenset(
    "yes yeah yep yup aye no nope nah please thanks thank you that's it is right correct fine ok okay all "
    "everything nothing else bye goodbye cheers ta".split()
)
_PLAIN_WORDS = 5
_TRAILING = re.compile(r"(?:,|-|…|\.\.\.)\s*$")
_SURE = 0.9
_NO = re.compile(r"\s*(?:no|nope|nah)\b", re.IGNORECASE)
_KINDS: Mapping[str, str] = {
    "yes_no": "yes or no",
    "postcode": "spelled", "phone": "spelled", "reference": "spelled", "registration": "spelled", "email": "spelled",
    "address": "address",
    "location": "place", "street": "place",
    "date": "value", "time": "value", "number": "value", "money": "value",
    "person": "person",
    "": "open", "text": "open", "free": "open", "request": "open",
}  # fmt: skip
_GROUPS = ("yes or no", "spelled", "address", "place", "value", "person", "open", "choice")


@dataclass(frozen=True, slots=True)
class Cues:
    """What is known at a pause.

    `completeness`: P(finished) by rules about the words; `answered`: P(the answer holds what was asked; of a caller's
    first words: that it is clear what they want), `None` where anything is an answer; `entity`: what was asked;
    `confidence`: the recogniser's; `seconds`: how long was spoken.
    """

    text: str
    completeness: float
    answered: float | None
    entity: str
    confidence: float
    seconds: float


def values(cues: Cues) -> dict[str, float]:
    """The model's inputs by name."""
    count = len(words(cues.text))
    group = _KINDS.get(cues.entity.partition(":")[0], "choice")
    known = cues.answered is not None
    found = {
        "completeness": cues.completeness,
        "surely complete": float(cues.completeness >= 0.85),
        "incomplete": float(cues.completeness <= 0.3),
        "answered": cues.answered if cues.answered is not None else 0.0,
        "not answered": 1.0 - cues.answered if cues.answered is not None else 0.0,
        "answered and complete": (cues.answered or 0.0) * cues.completeness,
        "confidence": cues.confidence,
        "one word": float(count == 1),
        "two words": float(count == 2),
        "full stop": float(cues.text.rstrip().endswith((".", "!"))),
        "question": float(cues.text.rstrip().endswith("?")),
        "trailing": float(_TRAILING.search(cues.text) is not None),
        # How long a story is says nothing about its end; answers of one kind are about as long as each other.
        "seconds": min(cues.seconds, 3.0) / 3 if known and group != "open" else 0.0,
    }
    found |= {f"asked: {name}": float(name == group) for name in _GROUPS}
    found |= {f"answered: {name}": (cues.answered or 0.0) if known and name == group else 0.0 for name in _GROUPS}
    return found


@dataclass(frozen=True, slots=True)
class Finishing:
    """A logistic model, and the waits that follow from it: P(goes on) → seconds, straight lines between."""

    weights: Mapping[str, float]
    bias: float
    waits: tuple[tuple[float, float], ...]

    def goes_on(self, cues: Cues) -> float:
        """P(the caller has not finished), 0 to 1."""
        if _plain_answer(cues):
            return 0.0
        given = values(cues)
        z = self.bias + sum(weight * given[name] for name, weight in self.weights.items())
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, z))))

    def wait(self, goes_on: float) -> float:
        """Seconds of silence after which the turn is the line's."""
        for (left, shorter), (right, longer) in pairwise(self.waits):
            if goes_on <= right:
                return shorter + (longer - shorter) * (goes_on - left) / max(right - left, 1e-9)
        return self.waits[-1][1]


def _plain_answer(cues: Cues) -> bool:
    """A plain yes or no to a yes-or-no question is over at once, also where recordings go on ("Yes, | that's right"):
    that is mended, and everybody else is spared the wait. Where something was said back, "no" wants to be put right."""
    asked, _, check = cues.entity.partition(":")
    said = words(cues.text)
    if asked != "yes_no" or len(said) > _PLAIN_WORDS or not _PLAIN.issuperset(said) or _TRAILING.search(cues.text):
        return False
    return (cues.answered or 0.0) >= _SURE and not (check and _NO.match(cues.text))


@cache
def shipped() -> Finishing:
    """The model that calls use."""
    found = YAML(typ="safe").load(_FILE)
    return Finishing(found["weights"], found["bias"], tuple((at, seconds) for at, seconds in found["waits"]))
