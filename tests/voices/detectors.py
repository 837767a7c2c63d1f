"""Voice-activity models whose verdicts a test knows."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from voices.speech import Pcm


class Judging:
    """Says what `judge` says of each window, and counts how often it was told to forget."""

    def __init__(self, judge: Callable[[Pcm], float]) -> None:
        self._judge = judge
        self.forgotten = 0

    def predict(self, pcm: Pcm, /) -> float:
        return self._judge(pcm)

    def reset(self) -> None:
        self.forgotten += 1


def scripted(probabilities: Sequence[float]) -> Judging:
    """One verdict a window, in turn."""
    script = iter(probabilities)
    return Judging(lambda _: next(script))
