"""The audio of one turn so far: what is to be decoded, and the words of what need not be decoded again."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from voices.activity import SAMPLE_RATE
from voices.speech import Pcm
from voices.transcript import Heard, Nothing, Transcript, Unclear

BEFORE = int(0.4 * SAMPLE_RATE)
"""Samples kept from before the first voiced window: without 0.3 s Whisper stumbles over the first word."""
COMMIT_AFTER = 14 * SAMPLE_RATE
"""A part this long is decoded for good at the next pause."""
CUT_AFTER = 24 * SAMPLE_RATE
"""Without a pause the part is cut at its quietest moment."""
LONGEST = 60 * SAMPLE_RATE
_QUIET_SEARCH = 3 * SAMPLE_RATE
_STEP = 1600


class Recording:
    """The last minute of a stream, addressed by sample position."""

    def __init__(self, longest: int = LONGEST + 10 * SAMPLE_RATE) -> None:
        self._pieces: deque[Pcm] = deque()
        self._longest = longest
        self.begin = 0
        self.end = 0

    def push(self, pcm: Pcm) -> None:
        """Append audio (int16 mono, 16 kHz)."""
        self._pieces.append(pcm)
        self.end += len(pcm)
        self._trim(self.end - self._longest)

    def forget(self, before: int) -> None:
        """Drop what lies before a position."""
        self._trim(before)

    def between(self, start: int, stop: int) -> Pcm:
        """The audio from `start` to `stop`, as far as it is kept."""
        if not self._pieces:
            return np.zeros(0, dtype=np.int16)
        whole = self._pieces[0] if len(self._pieces) == 1 else np.concatenate(self._pieces)
        self._pieces = deque([whole])
        return whole[max(0, start - self.begin) : max(0, stop - self.begin)]

    def _trim(self, before: int) -> None:
        while self._pieces and self.begin + len(self._pieces[0]) <= before:
            self.begin += len(self._pieces.popleft())


@dataclass(slots=True)
class Utterance:
    """One turn of the caller: `started` and `part` are positions, `part` being where the undecided audio begins."""

    started: int
    part: int
    committed: tuple[Transcript, ...] = ()

    @classmethod
    def begin(cls, started: int) -> Utterance:
        """A turn whose first voiced sample is `started`."""
        return cls(started, max(0, started - BEFORE))

    def with_words(self, latest: Transcript) -> Transcript:
        """The whole turn: what was committed and the latest part."""
        return joined((*self.committed, latest))

    def commit(self, words: Transcript, until: int) -> None:
        """`words` are what was said up to `until`; they will not be decoded again."""
        self.committed = (*self.committed, words)
        self.part = until


def quietest(pcm: Pcm) -> int:
    """Where to cut audio without a pause: the middle of the quietest tenth of a second of its last 3 s."""
    first = max(0, len(pcm) - _QUIET_SEARCH)
    starts = range(first, max(first + 1, len(pcm) - _STEP), _STEP // 2)
    best = min(starts, key=lambda at: float(np.mean(np.square(pcm[at : at + _STEP].astype(np.float64)))))
    return best + _STEP // 2


def joined(parts: tuple[Transcript, ...]) -> Transcript:
    """Several parts as one transcript, as sure as the least sure of them."""
    said = [part for part in parts if not isinstance(part, Nothing)]
    if not said:
        return parts[-1]
    if len(said) == 1:
        return said[0]
    text = " ".join(part.text for part in said)
    sure = min(part.confidence for part in said)
    if any(isinstance(part, Heard) for part in said):
        return Heard(text, sure)
    return Unclear(text, sure)
