"""Two requests in one breath, taken apart at the words that join them."""

from __future__ import annotations

import re

_JOINTS = re.compile(
    r"[,.;]?\s+(?:"
    r"and\s+(?:also|another\s+thing|while\s+i'?m\s+(?:on|here|at\s+it)|as\s+well\s+as\s+that|on\s+top\s+of\s+that|then)"
    r"|another\s+thing(?:\s+is)?|while\s+i'?m\s+on|the\s+other\s+thing(?:\s+is)?|oh\s+and|plus|also|and"
    r")[,:]?\s+|[.;?!]\s+",
    re.IGNORECASE,
)
_THING = re.compile(r"(?:an?|the|some|any|all|two|three|other|old)\b", re.IGNORECASE)
_FINITE = re.compile(
    r"\b(?:is|are|was|were|am|has|have|had|does|do|did|can|could|will|would|needs?|wants?|keeps?|came|went|gone|got)\b"
    r"|\w(?:'s|'re|'ve|'ll|n't|s not)\b",
    re.IGNORECASE,
)
_SHORTEST = 3
"""Fewer words are not a request."""
_MOST = 4


def requests(text: str) -> tuple[str, ...]:
    """The clauses that might each be a request; none when the utterance is a single one.

    Clauses of fewer than three words stay with the one before, and so does a further thing that nothing is said of:
    "there's a fridge and a mattress dumped in the lane".
    """
    clauses: list[str] = []
    start = 0
    for joint in _JOINTS.finditer(text):
        before, after = text[start : joint.start()], text[joint.end() :]
        further = _THING.match(after) and not _FINITE.search(after)
        if len(before.split()) >= _SHORTEST and len(after.split()) >= _SHORTEST and not further:
            clauses.append(before.strip())
            start = joint.end()
    clauses.append(text[start:].strip())
    return tuple(clauses) if 2 <= len(clauses) <= _MOST else ()
