"""Numbers as they are said: words to digits, "double two", "oh", ordinals, dozens."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from intents.entities.tokens import Token, listed, tokens
from intents.understanding import Value

UNITS = {
    word: number
    for number, word in enumerate(
        listed(
            "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
            "seventeen eighteen nineteen"
        )
    )
}
TENS = {
    word: 10 * number
    for number, word in enumerate(listed("twenty thirty forty fifty sixty seventy eighty ninety"), start=2)
} | {"fourty": 40}
SCALES = {"hundred": 100, "thousand": 1_000, "million": 1_000_000}
DIGITS = {word: str(number) for word, number in UNITS.items() if number < 10} | {
    "oh": "0",
    "o": "0",
    "nought": "0",
    "naught": "0",
    "nil": "0",
    "won": "1",
    "to": "2",
    "too": "2",
    "tree": "3",
    "for": "4",
    "fower": "4",
    "fife": "5",
    "ate": "8",
    "niner": "9",
}
"""Words for one digit, with what recognition makes of them; the looser ones only count between other digits."""
LOOSE_DIGITS = frozenset({"o", "oh", "won", "to", "too", "tree", "for", "ate", "fower", "fife"})
REPEATS = {"double": 2, "dible": 2, "dubble": 2, "bubble": 2, "treble": 3, "triple": 3, "quadruple": 4}
_ORDINALS = {
    word: number
    for number, word in enumerate(
        listed(
            "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
            "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
        ),
        start=1,
    )
} | {"thirtieth": 30, "fortieth": 40, "fiftieth": 50, "hundredth": 100}
_ORDINAL_DIGITS = re.compile(r"(\d{1,4})(?:st|nd|rd|th)$")
_NUMERAL = re.compile(r"\d[\d,]*(?:\.\d+)?$")


@dataclass(frozen=True, slots=True)
class Number:
    """A number read from the tokens `[start, end)`."""

    value: float
    start: int
    end: int


def cardinal_at(words: Sequence[str], start: int) -> Number | None:
    """The longest cardinal that begins at word `start`: "two hundred and six", "14", "a dozen"."""
    if start >= len(words):
        return None
    if _NUMERAL.match(words[start]) and len(words[start]) < 16:
        return _scaled(words, float(words[start].replace(",", "")), start, start + 1)
    if words[start] in {"a", "an", "couple", "half"}:
        return _article(words, start)
    return _spelled(words, start)


def fraction_at(words: Sequence[str], start: int) -> Number | None:
    """A cardinal with what may follow it: "six and a half", "one point two five"."""
    whole = cardinal_at(words, start)
    if whole is None or whole.value != int(whole.value):
        return whole
    rest = list(words[whole.end : whole.end + 3])
    if rest in (["and", "a", "half"], ["and", "a", "quarter"]):
        return Number(whole.value + (0.5 if rest[2] == "half" else 0.25), start, whole.end + 3)
    if rest[:1] != ["point"]:
        return whole
    digits, at = "", whole.end + 1
    while at < len(words) and len(digits) < 6 and (words[at] in DIGITS or words[at].isdigit()):
        digits, at = digits + DIGITS.get(words[at], words[at]), at + 1
    return Number(float(f"{int(whole.value)}.{digits}"), start, at) if digits else whole


def _article(words: Sequence[str], start: int) -> Number | None:
    rest = tuple(words[start : start + 3])
    for phrase, value in ((("a", "dozen"), 12), (("a", "couple", "of"), 2), (("a", "couple"), 2)):
        if rest[: len(phrase)] == phrase:
            return Number(value, start, start + len(phrase))
    if len(rest) > 1 and rest[1] in SCALES and rest[0] in {"a", "an"}:
        return _scaled(words, 1, start, start + 1)
    if rest[:2] == ("half", "dozen") or rest == ("half", "a", "dozen"):
        return Number(6, start, start + (2 if rest[1] == "dozen" else 3))
    return None


def _scaled(words: Sequence[str], value: float, start: int, at: int) -> Number:
    while at < len(words) and words[at] in SCALES:
        value *= SCALES[words[at]]
        at += 1
        rest = _spelled(words, at + 1 if at < len(words) and words[at] == "and" else at)
        if rest is not None:
            return Number(value + rest.value, start, rest.end)
    return Number(value, start, at)


def _spelled(words: Sequence[str], start: int) -> Number | None:
    total = current = 0
    at, last = start, 10_000_000
    end = start
    while at < len(words):
        word = words[at]
        if word == "and" and end > start and last >= 100:
            at += 1
            continue
        size = UNITS.get(word, TENS.get(word))
        if size is not None and (last >= 100 or (last in TENS.values() and 0 < size < 10)):
            current, last = current + size, size
        elif word in SCALES and current:
            total, current, last = _raise(total, current, SCALES[word])
        else:
            break
        at += 1
        end = at
    return Number(total + current, start, end) if end > start else None


def _raise(total: int, current: int, scale: int) -> tuple[int, int, int]:
    if scale == 100:
        return total, current * 100, 100
    return total + current * scale, 0, scale


def ordinal_at(words: Sequence[str], start: int) -> Number | None:
    """An ordinal at word `start`: "third", "21st", "twenty first"."""
    if start >= len(words):
        return None
    match = _ORDINAL_DIGITS.match(words[start])
    if match:
        return Number(int(match.group(1)), start, start + 1)
    if words[start] in _ORDINALS:
        return Number(_ORDINALS[words[start]], start, start + 1)
    if words[start] in TENS and start + 1 < len(words) and _ORDINALS.get(words[start + 1], 10) < 10:
        return Number(TENS[words[start]] + _ORDINALS[words[start + 1]], start, start + 2)
    return None


def as_text(value: float) -> str:
    """The number as canonical text: `14`, `2.5`."""
    return str(int(value)) if value == int(value) else f"{value:g}"


def read_number(text: str, *, expected: bool) -> tuple[Value, ...]:
    """Every number in `text`, in the order they were said."""
    found: list[Value] = []
    spoken = tokens(text)
    words = [token.text for token in spoken]
    at = 0
    while at < len(words):
        number = ordinal_at(words, at) or fraction_at(words, at) or (_none(words, at) if expected else None)
        if number is None:
            at += 1
            continue
        found.append(_value(number, spoken, expected))
        at = number.end
    return tuple(found)


def _none(words: Sequence[str], at: int) -> Number | None:
    if words[at] in {"none", "nobody", "nothing", "nought", "nil"}:
        return Number(0, at, at + 1)
    return Number(1, at, at + 1) if list(words) in (["just", "me"], ["only", "me"]) and at == 0 else None


def _value(number: Number, spoken: Sequence[Token], expected: bool) -> Value:
    canonical = as_text(number.value)
    alone = number.end - number.start == 1 and spoken[number.start].text in {"one", "a"}
    sure = 0.97 if expected else 0.5 if alone else 0.85
    span = (spoken[number.start].start, spoken[number.end - 1].end)
    return Value("number", canonical, canonical, sure, span, _confused(number.value, span) if expected else ())


def _confused(value: float, span: tuple[int, int]) -> tuple[Value, ...]:
    """Thirteen and thirty, up to nineteen and ninety, sound alike on a telephone."""
    other = TEEN_AND_TEN.get(int(value)) if value == int(value) else None
    return () if other is None else (Value("number", str(other), str(other), 0.03, span),)


TEEN_AND_TEN = {10 + n: 10 * n for n in range(3, 10)} | {10 * n: 10 + n for n in range(3, 10)}
"""Pairs of numbers that recognition mixes up."""
