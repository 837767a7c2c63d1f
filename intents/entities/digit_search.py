"""The likeliest strings of digits of several transcripts at once, along the prefixes that a plan allows."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from intents.entities.digit_channel import Heard, Matrix

Digits = npt.NDArray[np.intp]
After = Callable[[str], str]
"""The digits that may follow a prefix."""
Weight = Callable[[str], float]
"""How likely a prefix is before anything was heard."""
_BEAM = 60


def search(heard: Sequence[Heard], lengths: Sequence[int], after: After, weight: Weight) -> list[tuple[str, float]]:
    """Strings of the given lengths, and how likely the transcripts are for each."""
    longest = max(lengths)
    prefixes = [""]
    past = [[one.begin[None, :]] for one in heard]
    found: list[tuple[str, float]] = []
    for length in range(1, longest + 1):
        pairs = [(row, int(digit)) for row, prefix in enumerate(prefixes) for digit in after(prefix)]
        rows, digits = np.array(pairs, np.intp).reshape(-1, 2).T
        longer = [prefixes[row] + str(digit) for row, digit in pairs]
        runs = np.array([len(prefix) - len(prefix.rstrip(prefix[-1])) for prefix in longer])
        grown = [_grown(one, was, rows, digits, runs) for one, was in zip(heard, past, strict=True)]
        hopes = [_hope(one, new, was, rows, digits, runs, longest - length)
                 for one, new, was in zip(heard, grown, past, strict=True)]  # fmt: skip
        best = np.argsort(-added(hopes) * np.array([weight(prefix) for prefix in longer]), kind="stable")[:_BEAM]
        past = [[new[best], *(old[rows[best]] for old in was[:2])] for new, was in zip(grown, past, strict=True)]
        prefixes = [longer[at] for at in best]
        if length in lengths:
            found += zip(prefixes, added([was[0][:, -1] for was in past]).tolist(), strict=True)
    return found


def _grown(one: Heard, past: Sequence[Matrix], rows: Digits, digits: Digits, runs: Digits) -> Matrix:
    """Where each prefix with one digit more may have been reached.

    `past`: where it was 1, 2 and 3 digits before; `runs`: how often the last digit stands at its end.
    """
    new: Matrix = np.tensordot(past[0], one.steps[0], (1, 1))[rows, digits]
    for many in range(2, min(len(past), 3) + 1):
        alike = runs >= many
        before = past[many - 1][rows[alike]][:, None, :]
        new[alike] += np.matmul(before, one.steps[many - 1][digits[alike]])[:, 0, :]
    return new


def _hope(  # noqa: PLR0917 - the parts of one beam
    one: Heard, new: Matrix, past: Sequence[Matrix], rows: Digits, digits: Digits, runs: Digits, left: int
) -> Matrix:
    """About the best that each prefix may come to with `left` digits more.

    The digit at its end may be the first of two or three that were said in one, or the second of three.
    """
    hope = (new * one.ahead[left]).max(axis=1)
    for many, has in ((2, 1), (3, 1), (3, 2)):
        if left >= many - has and len(past) >= has:
            to_come = one.ahead_of(many, left - (many - has))[digits]
            hope = np.maximum(hope, (past[has - 1][rows] * to_come).max(axis=1) * (runs >= has))
    best: Matrix = hope
    return best


def added(each: Sequence[Matrix]) -> Matrix:
    """The evidence of readings of one utterance: the same words again tell nothing new, so it is their mean."""
    mean: Matrix = np.exp(np.mean([np.log(one + 1e-40) for one in each], axis=0))
    return mean
