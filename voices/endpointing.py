"""How long to wait after a caller's last word before taking the turn."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

from voices.plausibility import words
from voices.speech import Hints

_WAITS = ((0.0, 1.2), (0.3, 0.9), (0.6, 0.8), (0.9, 0.25), (1.0, 0.25))
"""P(finished) → seconds of silence; straight lines between. Chosen with `bench.endpoints`."""
UNCLEAR_WAIT = 0.7
NOTHING_WAIT = 0.5
LONGEST_WAIT = 3.0
EOT_THRESHOLD = 0.25
"""Below this the audio's own melody says that more will come. It is wrong about many true ends, hence only a veto."""
_VETO = 1.5
_LONGEST_VETO = 0.8

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


@dataclass(frozen=True, slots=True)
class Expectation:
    """What the line asked for.

    `hints` are for the recogniser; `completeness` gives P(finished) of words as an answer to what was asked (0 to 1);
    `patience` multiplies every wait, for slow and Relay UK callers.
    """

    hints: Hints = field(default_factory=Hints)
    completeness: Callable[[str], float] = finished
    patience: float = 1.0


def needs_melody(completeness: float) -> bool:
    """Whether the end-of-turn model can change anything: it costs 40 ms of processor time."""
    return 0.5 <= completeness < 0.97


def wait(completeness: float, *, melody: float | None = None, patience: float = 1.0) -> float:
    """Seconds of silence, counted from the last voiced sample, after which the turn is the line's.

    `completeness`: P(finished) from the words; `melody`: P(finished) from the sound, which can only lengthen the wait.
    """
    seconds = _between(min(1.0, max(0.0, completeness)))
    if melody is not None and melody < EOT_THRESHOLD and needs_melody(completeness):
        seconds = max(seconds, min(seconds * _VETO, _LONGEST_VETO))
    return min(LONGEST_WAIT * max(1.0, patience), seconds * patience)


def _between(completeness: float) -> float:
    for (left, longer), (right, shorter) in pairwise(_WAITS):
        if completeness <= right:
            return longer + (shorter - longer) * (completeness - left) / (right - left)
    return _WAITS[-1][1]
