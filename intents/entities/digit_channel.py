"""A noisy channel for digits that are read out: what recognition makes of "oh double seven, nine hundred".

What a piece of a transcript stands for is never certain: "go" and "so" are an "oh", "type all" and "dipole" a "double",
and one of two zeros is easily lost. Every way to read an utterance is added up.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

from intents.entities.numbers import DIGITS, TENS, UNITS
from intents.entities.sound import key
from intents.entities.tokens import FILLERS, fold, listed

Matrix = npt.NDArray[np.float64]
_MOST = 48
"""Pieces of an utterance that are looked at: the last ones."""
_PIECE = re.compile(r"\d|[a-z]+(?:'[a-z]+)*")
_RIGHT, _ALIKE, _OTHER = 0.9, 0.012, 0.0025
"""Of a digit: heard as itself, as one that sounds like it, as any other one."""
_MISHEARD, _ANYTHING = 0.04, 0.0006
_LOST, _SWALLOWED = 0.015, 0.05
"""A digit leaves no trace; two that are alike are written as one."""
_DOUBLED = 0.35
"""How often two that are alike are said as a "double"."""
_DOUBLE_OH = 0.15
"""The "oh" of a "double oh" leaves no trace."""
_EXTRA, _EXTRA_AGAIN = 0.006, 0.02
"""A digit too many, and one that the piece before it has made already."""
_PAIRS = ("59", "15", "07", "23", "34", "68", "04", "08")
_HEARD_AS = {
    "0": listed("oh o owe ow go so no or all a ah aw low know of on ho hello hero nil w"),
    "1": listed("one won want once on wan"),
    "2": listed("two to too tu do"),
    "3": listed("three free tree"),
    "4": listed("four for fore full or"),
    "5": listed("five fife hive v fine"),
    "6": listed("six sex sicks sick x"),
    "7": listed("seven"),
    "8": listed("eight ate it a"),
    "9": listed("nine niner night line mine"),
}
_CARRIERS = FILLERS.difference(_HEARD_AS["0"]) | frozenset(
    listed("my the number phone telephone mobile is it's its that's that and then yes i space dash home thanks thank")
)
_REPEATS = {"double": 2, "triple": 3, "treble": 3, "quadruple": 4}
_PLAINLY = 0.03
_LETTERS = {"w": 0.06, "d": 0.04, "t": 0.02}
"""Letters that a "double" becomes between digits."""
_HARD = str.maketrans("bdgvz", "ptkfs")


class Heard:
    """One transcript: what each digit does to the places that may have been reached.

    `steps[count - 1][digit]`: `[places + 1, places + 1]`, for a digit that is said `count` times in one.
    """

    def __init__(self, text: str) -> None:
        pieces = pieces_of(text)
        size = len(pieces) + 1
        self.passed = _closure(pieces, size)
        steps = np.zeros((3, 10, size, size))
        for at, piece in enumerate(pieces):
            row = likelihoods(piece)
            steps[0, :, at, at + 1] += row
            steps[1, :, at, at + 1] += _SWALLOWED * row
            for count, end, share in _repeats(pieces, at):
                if count == 2:
                    steps[1, 0, at, end] += _DOUBLE_OH * share
                if end < len(pieces):
                    steps[count - 1, :, at, end + 1] += share * likelihoods(pieces[end])
        steps[0] += _LOST * np.eye(size)
        self.steps = steps @ self.passed
        self.begin: Matrix = self.passed[0]
        self._ahead_of: dict[tuple[int, int], Matrix] = {}

    @cached_property
    def ahead(self) -> Matrix:
        """For each number of digits to come, 0 to 15, the best that they make of each place: `[16, places + 1]`."""
        best = self.steps.max(axis=1)
        reach = [self.passed[:, -1]]
        for count in range(1, 16):
            ways = [best[many - 1] @ reach[count - many] for many in (1, 2, 3) if many <= count]
            reach.append(np.max(ways, axis=0))
        return np.array(reach)

    def ahead_of(self, many: int, left: int) -> Matrix:
        """For each digit that is said `many` times in one, the best of it and of `left` more: `[10, places + 1]`."""
        known = self._ahead_of.get((many, left))
        if known is None:
            known = self._ahead_of[many, left] = self.steps[many - 1] @ self.ahead[left]
        return known

    @cached_property
    def anything(self) -> float:
        """The probability of what was heard if any digits were said, 3 to 15 of them."""
        step = self.steps[0].mean(axis=0)
        reached, total = self.begin, 0.0
        for count in range(1, 16):
            reached = reached @ step
            total += float(reached[-1]) / 13 if count >= 3 else 0.0
        return total


def pieces_of(text: str) -> list[str]:
    """Digits one by one and words, numbers in words as digits: `["oh", "double", "7", "9", "0", "0"]`."""
    words = _PIECE.findall(fold(text))[-_MOST:]
    pieces: list[str] = []
    for at, word in enumerate(words):
        after = words[at + 1] if at + 1 < len(words) else ""
        before = words[at - 1] if at else ""
        if word in TENS:
            pieces.append(str(TENS[word] // 10))
            pieces += [] if 0 < UNITS.get(after, 0) < 10 or (after.isdigit() and after != "0") else ["0"]
        elif UNITS.get(word, 0) > 9:
            pieces += str(UNITS[word])
        elif word == "hundred" and (before in DIGITS or before.isdigit()):
            pieces += "00"
        elif word == "thousand" and (before in DIGITS or before.isdigit()):
            pieces += "000"
        else:
            pieces.append(word)
    return pieces[-_MOST:]


def digits_said(text: str) -> int:
    """About how many digits were said, words that are none to most recognisers left out."""
    pieces = pieces_of(text)
    repeats = sum(_repeated(piece)[1] > _PLAINLY for piece in pieces)
    return repeats + sum(piece.isdigit() or piece in DIGITS for piece in pieces)


@lru_cache(maxsize=5_000)
def likelihoods(piece: str) -> Matrix:
    """The probability of a piece for each of the ten digits."""
    return np.array([_one(str(digit), piece) for digit in range(10)])


def _one(digit: str, piece: str) -> float:
    if piece.isdigit():
        if piece == digit:
            return _RIGHT
        return _ALIKE if "".join(sorted(piece + digit)) in _PAIRS else _OTHER
    if DIGITS.get(piece) == digit:
        return _RIGHT
    if piece in _HEARD_AS[digit]:
        return _MISHEARD
    return _ANYTHING if digit == "0" else _ANYTHING / 5


def _repeats(pieces: Sequence[str], at: int) -> Iterable[tuple[int, int, float]]:
    """How often the digit after what begins at `at` is said in one, where that digit stands, and how likely."""
    for end in (at + 1, at + 2):
        said = pieces[at:end]
        if len(said) == end - at and not any(word.isdigit() for word in said):
            count, share = _repeated("".join(said))
            if count and (end == at + 1 or share > _ANYTHING):
                yield count, end, _DOUBLED * share


@lru_cache(maxsize=5_000)
def _repeated(said: str) -> tuple[int, float]:
    if said in _REPEATS:
        return min(3, _REPEATS[said]), 0.85
    if said in _LETTERS:
        return 2, _LETTERS[said]
    sounds = key(said).translate(_HARD)
    if sounds == "tpl":
        return 2, 0.08
    if sounds == "trpl":
        return 3, 0.05
    return (2, 0.004) if said not in _CARRIERS and said not in DIGITS else (0, 0.0)


def _closure(pieces: Sequence[str], size: int) -> Matrix:
    """The probability of coming from one place to another by passing over pieces."""
    passed = np.eye(size)
    for at, piece in enumerate(pieces):
        passed[:, at + 1] += passed[:, at] * _unread(pieces, at, piece)
    return passed


def _unread(pieces: Sequence[str], at: int, piece: str) -> float:
    if piece.isdigit() or piece in DIGITS:
        again = at > 0 and pieces[at - 1] == piece
        return _EXTRA_AGAIN if again else _EXTRA
    return 0.5 if piece in _CARRIERS else 0.01 if piece in _REPEATS else 0.08
