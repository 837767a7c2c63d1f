"""Sounds by which a caller shows that they listen: no turn while the line speaks."""

from __future__ import annotations

from voices.transcript import Heard, Unclear

_SOUNDS = frozenset({"mm", "mmm", "mm-hmm", "mhm", "uh-huh", "hmm", "hm", "ah", "oh", "um", "uh", "er"})
_A_SOUND = 2
"""Words at most of what may be no more than a sound when it could not be made out."""


def only_listens(heard: Heard | Unclear) -> bool:
    """ "Mm-hm", or a sound that could not be made out."""
    if isinstance(heard, Unclear):
        return len(heard.text.split()) <= _A_SOUND
    return heard.text.lower().strip(" .,!") in _SOUNDS
