"""Numbers, digits and letters as a British person says them."""

from __future__ import annotations

import re
from decimal import Decimal

from num2words import num2words

DIGITS = ("oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_LARGEST = 10**15
_LETTERS = {"A": "eh", "H": "aitch", "Z": "zed"}


def cardinal(number: int) -> str:
    """114 → "one hundred and fourteen". Beyond a thousand million million, digit by digit."""
    if abs(number) >= _LARGEST:
        return ("minus " if number < 0 else "") + digits(str(abs(number)))
    return str(num2words(number, lang="en_GB")).replace(",", "")


def ordinal(number: int) -> str:
    """24 → "twenty-fourth"."""
    if not 0 <= number < _LARGEST:
        return cardinal(number)
    return str(num2words(number, lang="en_GB", to="ordinal")).replace(",", "")


def decimal(written: str) -> str:
    """ "3.05" → "three point oh five"; "1,250" → "one thousand two hundred and fifty"."""
    whole, _, fraction = written.replace(",", "").partition(".")
    said = cardinal(int(whole or "0"))
    return f"{said} point {digits(fraction)}" if fraction else said


def year(number: int) -> str:
    """2026 → "twenty twenty-six"; 2005 → "two thousand and five"; 1900 → "nineteen hundred"."""
    if number % 1000 < 10 or not 1000 <= number <= 2999:
        return cardinal(number)
    century, rest = divmod(number, 100)
    if rest == 0:
        return f"{cardinal(century)} hundred"
    return f"{cardinal(century)} {'oh ' if rest < 10 else ''}{cardinal(rest)}"


def digits(written: str) -> str:
    """ "4729" → "four seven two nine". What is not a digit is left out."""
    return " ".join(DIGITS[int(digit)] for digit in written if digit.isdecimal())


def paired(written: str) -> str:
    """ "0800" → "oh eight double oh", "555" → "treble five". What is not a digit is left out."""
    runs = re.finditer(r"(\d)\1{0,2}", "".join(c for c in written if c.isdecimal()))
    times = {1: "", 2: "double ", 3: "treble "}
    return " ".join(times[len(run.group())] + DIGITS[int(run.group()[0])] for run in runs)


def spelled(written: str) -> str:
    """ "AB47" → "A B four seven". Letters as capitals; what is neither letter nor digit is left out."""
    return " ".join(DIGITS[int(c)] if c.isdecimal() else c.upper() for c in written if c.isalnum())


def letter_name(letter: str) -> str:
    """The capital `letter` in the spelling that makes a voice say its British name: Z → "zed"."""
    return _LETTERS.get(letter, letter)


def whole(amount: Decimal) -> bool:
    """Whether `amount` has no fraction."""
    return amount == amount.to_integral_value()
