"""Runs of digits as they are read out: "double seven oh, nine sixty", "0 1 6 3 2"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from intents.entities.numbers import DIGITS, LOOSE_DIGITS, REPEATS, SCALES, TENS, UNITS
from intents.entities.tokens import FILLERS, Token


@dataclass(frozen=True, slots=True)
class Run:
    """Digits read from the tokens `[start, end)`; `groups` as they were said."""

    digits: str
    groups: tuple[str, ...]
    start: int
    end: int


def runs(spoken: Sequence[Token]) -> tuple[Run, ...]:
    """Every run of digits of an utterance, left to right; fillers inside a run are passed over."""
    found: list[Run] = []
    words = [token.text for token in spoken]
    at = 0
    while at < len(words):
        run = _run_at(words, at)
        if run is None:
            at += 1
        else:
            found.append(run)
            at = run.end
    return tuple(found)


def _run_at(words: Sequence[str], start: int) -> Run | None:
    groups: list[str] = []
    at = end = start
    while at < len(words):
        step = digits_at(words, at, inside=bool(groups))
        if step is None:
            if groups and words[at] in FILLERS | {"then", "and", "dash", "space", "plus"} and at - end < 2:
                at += 1
                continue
            break
        groups.append(step[0])
        at = end = step[1]
    return Run("".join(groups), tuple(groups), start, end) if groups else None


def digits_at(words: Sequence[str], at: int, *, inside: bool) -> tuple[str, int] | None:
    """The digits that begin at word `at`, and where they end. `inside` a run, "to" and "for" are digits too."""
    word = words[at]
    after = words[at + 1] if at + 1 < len(words) else ""
    if word.isdigit():
        return word, at + 1
    if word in REPEATS and (after in DIGITS or (after.isdigit() and len(after) == 1)):
        return DIGITS.get(after, after) * REPEATS[word], at + 2
    if word in TENS:
        unit = UNITS.get(after, 0)
        return (str(TENS[word] + unit), at + 2) if 0 < unit < 10 else (str(TENS[word]), at + 1)
    if word in UNITS:
        return _scaled(str(UNITS[word]), after, at)
    if word in DIGITS and (inside or (word in {"oh", "o", "nought", "naught"} and _digit(after))):
        return (DIGITS[word], at + 1) if word not in LOOSE_DIGITS or inside or after else None
    return None


def _scaled(digits: str, after: str, at: int) -> tuple[str, int]:
    """ "Eight hundred" in a number that is read out is 800."""
    if after in {"hundred", "thousand"} and len(digits) == 1:
        return digits + str(SCALES[after])[1:], at + 2
    return digits, at + 1


def _digit(word: str) -> bool:
    return word.isdigit() or word in DIGITS or word in REPEATS or word in TENS
