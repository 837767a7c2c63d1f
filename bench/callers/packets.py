"""A network that loses packets, and what a telephone plays in their place."""

from __future__ import annotations

import numpy as np

from telephony.direct import CALLER_RATE
from telephony.recording import Pcm

_PACKET = CALLER_RATE // 50
_SOFTER_EACH = 0.2
"""As in G.711's Appendix I: the last packet is played again, softer each time, and silence after 60 ms."""
_MOST_REPEATS = 3


def lossy(pcm: Pcm, share: float, seed: int = 0) -> Pcm:
    """`pcm` (int16 mono, 16 kHz) with `share` of its packets of 20 ms lost, each on its own, and concealed."""
    chance = np.random.default_rng(seed)
    heard, missing = pcm.copy(), 0
    for start in range(_PACKET, len(pcm), _PACKET):
        missing = missing + 1 if chance.random() < share else 0
        if missing:
            last = pcm[start - missing * _PACKET :][: min(_PACKET, len(pcm) - start)]
            softer = 1 - _SOFTER_EACH * missing if missing <= _MOST_REPEATS else 0.0
            heard[start : start + len(last)] = (last * softer).astype(np.int16)
    return heard
