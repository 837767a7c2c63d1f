"""Payment card numbers that are being read out, in figures or in words."""

from __future__ import annotations

import re

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
_SEPARATORS = re.compile(r"[^\w]+")
_SHORTEST, _LONGEST = 13, 19
_USUAL = (15, 16)


def reads_out(text: str) -> bool:
    """Whether `text` holds a card number: 13 to 19 digits that pass Luhn's check, or 15 or 16 that begin like a card.

    The second half is for numbers with a misheard digit; those that begin with 0 (telephones) never count.
    """
    return any(_is_card(run) for run in _runs(_SEPARATORS.sub(" ", text.casefold()).split()))


def _is_card(run: str) -> bool:
    if run[0] not in "23456":
        return False
    if len(run) in _USUAL and run[0] in "3456":
        return True
    return any(
        _luhn(run[start : start + length])
        for length in range(_SHORTEST, min(_LONGEST, len(run)) + 1)
        for start in range(len(run) - length + 1)
        if len(run) <= _LONGEST
    )


def _luhn(digits: str) -> bool:
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _runs(words: list[str]) -> list[str]:
    """The runs of digits, each as one string."""
    runs, run, times, tens = [], "", 1, ""
    for word in words:
        digits = word if word.isdecimal() else _DIGITS.get(word, "")
        if word in _HOMOPHONES and not run:
            digits = ""
        if word in _TIMES:
            times = _TIMES[word]
        elif word in _TEENS:
            run, tens = run + tens + _TEENS[word], ""
        elif word in _TENS:
            run, tens = run + (tens + "0" if tens else ""), _TENS[word]
        elif digits:
            run, times, tens = run + (tens or "") + digits * times, 1, ""
        elif word not in _BETWEEN:
            runs.append(run + (tens + "0" if tens else ""))
            run, times, tens = "", 1, ""
    runs.append(run + (tens + "0" if tens else ""))
    return [run for run in runs if len(run) >= _SHORTEST]
