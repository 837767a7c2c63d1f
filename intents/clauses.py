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
_SHORTEST = 3
"""Fewer words are not a request."""
_MOST = 4


def requests(text: str) -> tuple[str, ...]:
    """The clauses that might each be a request; none when the utterance is a single one.

    Clauses of fewer than three words stay with the one before.
    """
    clauses: list[str] = []
    start = 0
    for joint in _JOINTS.finditer(text):
        before, after = text[start : joint.start()], text[joint.end() :]
        if len(before.split()) >= _SHORTEST and len(after.split()) >= _SHORTEST:
            clauses.append(before.strip())
            start = joint.end()
    clauses.append(text[start:].strip())
    return tuple(clauses) if 2 <= len(clauses) <= _MOST else ()
