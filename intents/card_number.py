"""Payment card numbers that are being read out, in figures or in words."""

from __future__ import annotations

import re
from dataclasses import dataclass

_DIGITS = {
    **{word: str(number) for number, word in enumerate("zero one two three four five six seven eight nine".split())},
    **dict.fromkeys(("oh", "o", "nought", "naught"), "0"),
    "to": "2",
    "too": "2",
    "for": "4",
    "fore": "4",
    "won": "1",
    "ate": "8",
}
_TIMES = {"double": 2, "treble": 3, "triple": 3}
_BETWEEN = frozenset({"then", "and", "um", "uh", "er", "erm", "dash", "space", "its", "thats"})
_HOMOPHONES = frozenset({"to", "too", "for", "fore", "won", "ate", "o", "oh"})
_TEENS = {
    word: str(number)
    for number, word in enumerate(
        "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(), start=10
    )
}
_TENS = {
    word: str(number)
    for number, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)
}
_WORD = re.compile(r"[^\W_]+")
_SHORTEST, _LONGEST = 13, 19
_USUAL = 15
_PART = 4
"""Digits that are hidden once it is known that a card is being read out."""
_REST = 6
"""Digits that may be the rest of a card, right after its beginning."""
HIDDEN = "(card number)"


@dataclass(frozen=True, slots=True)
class _Run:
    digits: str
    start: int
    end: int


def reads_out(text: str) -> bool:
    """Whether `text` holds a card number: 13 to 19 digits that pass Luhn's check, or 15 and more that begin like one.

    The second half is for numbers with a misheard digit; those that begin with 0 (telephones) never count.
    """
    return any(_is_card(run.digits) for run in _runs(text))


def goes_on(text: str) -> bool:
    """Whether `text` may be the rest of a card number whose beginning was said before."""
    return any(len(run.digits) >= _REST and run.digits[0] != "0" for run in _runs(text))


def hidden(text: str, *, reading: bool = False) -> str:
    """The text without card numbers; where one is being read out, without any longer row of digits."""
    for run in reversed(_runs(text)):
        if _is_card(run.digits) or (reading and len(run.digits) >= _PART):
            text = f"{text[: run.start]}{HIDDEN}{text[run.end :]}"
    return text


def _is_card(run: str) -> bool:
    """Whether a row holds a card number, perhaps with the date and the code right after it."""
    if len(run) < _SHORTEST or run[0] not in "23456":
        return False
    if len(run) >= _USUAL and run[0] in "3456":
        return True
    return any(
        _luhn(run[start : start + length])
        for length in range(_SHORTEST, min(_LONGEST, len(run)) + 1)
        for start in range(min(len(run) - length, _LONGEST) + 1)
    )


def _luhn(digits: str) -> bool:
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _runs(text: str) -> list[_Run]:
    """The rows of digits, in figures or in words, with their places."""
    runs: list[_Run] = []
    row = _Row()
    for found in _WORD.finditer(text):
        if row.takes(found.group().casefold()):
            row.place(found)
        elif found.group().casefold() not in _BETWEEN:
            runs += row.done()
            row = _Row()
    return [*runs, *row.done()]


class _Row:
    """Digits as they are said: `double four`, `forty two`, `oh`, `4929`."""

    def __init__(self) -> None:
        self._digits, self._times, self._tens = "", 1, ""
        self._start, self._end = -1, -1

    def takes(self, word: str) -> bool:
        """Whether the word goes on with the row; it is added then."""
        digits = word if word.isdecimal() and word.isascii() else _DIGITS.get(word, "")
        if word in _HOMOPHONES and not self._digits:
            digits = ""
        if word in _TIMES:
            self._times = _TIMES[word]
        elif word in _TEENS:
            self._digits, self._tens = self._digits + self._filled() + _TEENS[word], ""
        elif word in _TENS:
            self._digits, self._tens = self._digits + self._filled(), _TENS[word]
        elif digits:
            self._digits, self._tens = self._digits + self._tens + digits * self._times, ""
            self._times = 1
        return bool(digits) or word in _TIMES or word in _TEENS or word in _TENS

    def place(self, found: re.Match[str]) -> None:
        """Where the last word stood."""
        self._start = found.start() if self._start < 0 else self._start
        self._end = found.end()

    def done(self) -> list[_Run]:
        """The row, if there is one."""
        digits = self._digits + self._filled()
        return [_Run(digits, self._start, self._end)] if digits else []

    def _filled(self) -> str:
        return f"{self._tens}0" if self._tens else ""
