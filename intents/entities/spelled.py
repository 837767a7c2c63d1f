"""Letters spelled out inside an utterance: "S M I T H", "sierra mike", "double T", "B for Bertie"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from intents.entities.alphabet import LETTER_OF, SPELL_BY
from intents.entities.numbers import DIGITS, LOOSE_DIGITS, REPEATS, TENS, UNITS
from intents.entities.tokens import FILLERS, listed

_AMBIGUOUS = frozenset(
    listed("are our you see be we he why and end an as de if am each age or oh us hey eye tea pea sea of et al el ex")
)
"""Words that are only letters between other letters."""


@dataclass(frozen=True, slots=True)
class Spelled:
    """Symbols (capitals and digits) read from the tokens `[start, end)`; `pieces` is how many were said one by one."""

    symbols: str
    pieces: int
    start: int
    end: int


def spelled_runs(words: Sequence[str], *, digits: bool = True) -> tuple[Spelled, ...]:
    """Every run of letters (and digits) that were said one by one."""
    found: list[Spelled] = []
    at = 0
    while at < len(words):
        run = _run_at(words, at, digits)
        if run is not None:
            found.append(run)
        at = run.end if run is not None else at + 1
    return tuple(found)


def _run_at(words: Sequence[str], start: int, digits: bool) -> Spelled | None:
    symbols, pieces = "", 0
    at = end = start
    while at < len(words):
        step = symbol_at(words, at, inside=pieces > 0, digits=digits)
        if step is None:
            if pieces and words[at] in FILLERS | {"then", "dash", "hyphen"} and at == end:
                at += 1
                continue
            break
        symbols, at, pieces = symbols + step[0], step[1], pieces + 1
        end = at
    return Spelled(symbols, pieces, start, end) if pieces else None


def symbol_at(words: Sequence[str], at: int, *, inside: bool, digits: bool) -> tuple[str, int] | None:
    """The letters or digits that begin at word `at`, and where they end; `inside` a run more words count."""
    word, after = words[at], words[at + 1] if at + 1 < len(words) else ""
    if word in REPEATS and after:
        return _repeated(words, at, digits)
    if len(word) == 1 and word.isalpha():
        return word.upper(), _explained(words, at)
    if digits and (word.isdigit() or word in UNITS or (inside and word in LOOSE_DIGITS)):
        return _digits(words, at)
    if digits and word in TENS:
        return str(TENS[word] + UNITS.get(after, 0)), at + (2 if 0 < UNITS.get(after, 0) < 10 else 1)
    if digits and any(c.isdigit() for c in word) and len(word) <= 10:
        return word.upper(), at + 1
    if word in LETTER_OF and (inside or word not in _AMBIGUOUS) and len(LETTER_OF[word]) == 1:
        return LETTER_OF[word], _explained(words, at) if len(word) < 4 else at + 1
    return None


def _digits(words: Sequence[str], at: int) -> tuple[str, int]:
    word = words[at]
    if word.isdigit():
        return word, at + 1
    return (str(UNITS[word]) if word in UNITS else DIGITS[word]), at + 1


def _repeated(words: Sequence[str], at: int, digits: bool) -> tuple[str, int] | None:
    word = words[at + 1]
    if word in {"u", "you"} and words[at] == "double":
        return "W", at + 2
    if len(word) == 1 or (digits and word in DIGITS):
        return DIGITS.get(word, word.upper()) * REPEATS[words[at]], at + 2
    return (LETTER_OF[word] * REPEATS[words[at]], at + 2) if word in LETTER_OF else None


def _explained(words: Sequence[str], at: int) -> int:
    """Past "for Bertie" or "as in Bertie", if the word begins with the letter."""
    rest = list(words[at + 1 : at + 4])
    letter = words[at][0] if len(words[at]) == 1 else LETTER_OF.get(words[at], " ").lower()
    if rest[:2] == ["as", "in"] and len(rest) > 2 and rest[2].startswith(letter):
        return at + 4
    explained = len(rest) > 1 and rest[0] in SPELL_BY and len(rest[1]) > 1 and rest[1].startswith(letter)
    # "S four seven" is a letter and two digits, not "S for seven".
    if explained and not (rest[0] in {"four", "4"} and (rest[1] in DIGITS or rest[1].isdigit())):
        return at + 3
    return at + 1
