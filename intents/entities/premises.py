"""Which house on a street: "flat two, fourteen", "14 a", "a hundred and six", "one oh six", and how well one fits."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

from intents.entities.numbers import DIGITS, REPEATS, TEEN_AND_TEN, TENS, UNITS, as_text, cardinal_at
from intents.places import Address

FLAT_WORDS = frozenset({"flat", "apartment", "apt", "unit", "room"})
_HOUSE = re.compile(r"(\d{1,4})([a-h])?$")
_SUFFIXES = {"a": "A", "eh": "A", "b": "B", "bee": "B", "be": "B", "c": "C", "see": "C", "d": "D", "e": "E"}
_LEVELS = {"ground": "Ground Floor Flat", "first": "First Floor Flat", "top": "Top Floor Flat"}


@dataclass(frozen=True, slots=True)
class Premises:
    """What was said about the house: each part may be empty. `names` are the words left over."""

    flat: str = ""
    number: str = ""
    names: str = ""

    def __bool__(self) -> bool:
        return bool(self.flat or self.number or self.names)


def read_premises(words: Sequence[str]) -> Premises:
    """The flat, the number and the other words of `words` (a street name taken out beforehand)."""
    flat, number = "", ""
    names: list[str] = []
    at = 0
    while at < len(words):
        inner = words[at] in FLAT_WORDS
        house, end = house_number_at(words, at + 1, most=1) if inner else house_number_at(words, at)
        if words[at] in FLAT_WORDS and house:
            flat, at = house, end
        elif house and _meant(words, at, end):
            number, at = house, end
        else:
            names.append(words[at])
            at += 1
    return Premises(flat, number, " ".join(names))


def _meant(words: Sequence[str], at: int, end: int) -> bool:
    """A lone "to", "for" or "a" is not a house number."""
    return end - at > 1 or words[at][0].isdigit() or words[at] in UNITS or words[at] in TENS


def house_number_at(words: Sequence[str], start: int, *, most: int = 4) -> tuple[str, int]:
    """The house number at word `start`, with its letter, and where it ends; `("", start)` if there is none.

    `most`: how many groups of digits it may be said in; a flat's has one, since the house's follows.
    """
    if start >= len(words):
        return "", start
    match = _HOUSE.match(words[start])
    if match and match.group(2):
        return match.group(1) + match.group(2).upper(), start + 1
    number, end = _number_at(words, start, most)
    if number and end < len(words) and words[end] in _SUFFIXES and not _article(words, end):
        return number + _SUFFIXES[words[end]], end + 1
    return number, end


def _article(words: Sequence[str], at: int) -> bool:
    """ "14 a hundred" or a letter that begins a longer spelling is no suffix."""
    return at + 1 < len(words) and (len(words[at + 1]) == 1 or words[at + 1] in {"hundred", "few", "bit"})


def _number_at(words: Sequence[str], start: int, most: int) -> tuple[str, int]:
    digits, at = "", start
    for _ in range(most):
        if at >= len(words):
            break
        step = _digits_at(words, at, begun=bool(digits))
        if step is None:
            break
        digits, at = digits + step[0], step[1]
    return (digits, at) if 0 < len(digits) < 5 else ("", start)


def _digits_at(words: Sequence[str], at: int, *, begun: bool) -> tuple[str, int] | None:
    word = words[at]
    if word in REPEATS and at + 1 < len(words) and (words[at + 1] in DIGITS or words[at + 1].isdigit()):
        return DIGITS.get(words[at + 1], words[at + 1]) * REPEATS[word], at + 2
    cardinal = cardinal_at(words, at)
    if cardinal is not None and cardinal.value < 10_000 and cardinal.value == int(cardinal.value):
        return as_text(cardinal.value), cardinal.end
    if begun and word in {"oh", "o", "nought"}:
        return "0", at + 1
    return None


def fit(said: Premises, address: Address) -> float:
    """How likely `said` is what somebody says who means `address`, between 0 and 1."""
    if said.number and address.number:
        return _number_fit(said.number, address.number) * _flat_fit(said.flat, address) * _extra_name(said, address)
    if address.name:
        return _name_fit(said, address)
    return 0.0005


def _number_fit(said: str, number: str) -> float:
    if said == number:
        return 1.0
    said_digits, digits = said.rstrip("ABCDEFGH"), number.rstrip("ABCDEFGH")
    if said_digits == digits:
        return 0.25 if said == said_digits else 0.1
    if said_digits.isdigit() and digits.isdigit() and TEEN_AND_TEN.get(int(said_digits)) == int(digits):
        return 0.03 if said[len(said_digits) :] == number[len(digits) :] else 0.01
    return 0.0005


def _flat_fit(said: str, address: Address) -> float:
    flat = address.flat.lower().removeprefix("flat ").upper()
    if not said and not flat:
        return 1.0
    if said and flat:
        return 1.0 if said == flat else 0.03 if said in flat or flat in said else 0.0005
    return 0.2 if flat else 0.02


def _extra_name(said: Premises, address: Address) -> float:
    return 0.9 if address.name and not said.names else 1.0


@lru_cache(maxsize=20_000)
def _likeness(name: str, said: str) -> float:
    """How like `name` the likest run of as many words in `said` is."""
    length, words = len(name.split()), said.split()
    runs = (" ".join(words[at : at + length]) for at in range(max(1, len(words) - length + 1)))
    return max((fuzz.ratio(name, run) / 100 for run in runs), default=0.0)


def _name_fit(said: Premises, address: Address) -> float:
    """House and block names; a bare number with a block name is the flat ("four Nightingale Court")."""
    score = _likeness(address.name.lower().removeprefix("the "), said.names)
    likeness = max(0.0, (score - 0.6) / 0.4) ** 3
    if not address.flat:
        return likeness * (0.05 if said.number or said.flat else 1.0)
    flat = said.flat or (said.number if not address.number else "")
    return likeness * _flat_fit(flat, address)
