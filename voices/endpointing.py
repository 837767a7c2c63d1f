"""How long to wait after a caller's last word before taking the turn."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from voices.finishing import Finishing, shipped
from voices.plausibility import words
from voices.speech import Hints

UNCLEAR_WAIT = 0.7
NOTHING_WAIT = 0.5
LONGEST_WAIT = 3.0

_OPEN_ENDS = frozenset(
    "a an the and or but so because if when that which who with without of to for from in on at by near about into "
    "my your our their his her its is are was were am be been it's i'm i've there's that's we're they're "
    "i he she we they can could would will should have has had do does not no. number flat unit road's "
    "um uh er erm hmm well like then also plus outside opposite next behind between both either very "
    "mr mrs ms miss dr double triple oh".split()
)
_WHOLE = frozenset(
    "yes yeah yep no nope please thanks goodbye bye okay right correct wrong hello thank-you person human".split()
)
_CARRY_ON = re.compile(r"(\bit's|\bmy \w+ is|\bthe \w+ is|\bnumber|,|-|…|\.\.\.)\s*$", re.IGNORECASE)


def finished(text: str) -> float:
    """P(finished) of words about which nothing else is known (0 to 1)."""
    said = words(text)
    if not said:
        return 0.3
    if _CARRY_ON.search(text) or (said[-1] in _OPEN_ENDS and said[-1] not in _WHOLE):
        return 0.1
    if len(said) == 1:
        return 0.92 if said[0] in _WHOLE else 0.6
    if said[-1] in _WHOLE or text.rstrip().endswith("?"):
        return 0.95
    if len(said) >= 4 and text.rstrip().endswith((".", "!")):
        return 0.88
    return 0.65


def anything(text: str) -> float | None:
    """Where anything is an answer, nothing shows that it is complete."""
    return None


@dataclass(frozen=True, slots=True)
class Expectation:
    """What the line asked for.

    `hints` are for the recogniser; `entity` names what was asked (empty: anything; "yes_no:read_back": whether what was
    said back is right); `completeness` gives P(finished) of words as an answer to it, `answered` P(they hold what was
    asked), `None` where anything is an answer (0 to 1); `patience` multiplies every wait, for slow and relayed callers.
    """

    hints: Hints = field(default_factory=Hints)
    completeness: Callable[[str], float] = finished
    answered: Callable[[str], float | None] = anything
    entity: str = ""
    patience: float = 1.0


def wait(goes_on: float, *, patience: float = 1.0, model: Finishing | None = None) -> float:
    """Seconds of silence, counted from the last voiced sample, after which the turn is the line's.

    `goes_on`: P(the caller has not finished), by `voices.finishing`.
    """
    seconds = (model or shipped()).wait(min(1.0, max(0.0, goes_on)))
    return min(LONGEST_WAIT * max(1.0, patience), seconds * patience)
