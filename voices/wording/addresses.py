"""House numbers, email and web addresses."""

from __future__ import annotations

import re

from voices.wording.numbers import DIGITS, cardinal, digits

_MARKS = {"@": "at", ".": "dot", "/": "slash", "-": "dash", "_": "underscore", "?": "question mark", "=": "equals"}
_MARKS |= {"+": "plus", "&": "and", "#": "hash", "%": "percent", ":": "colon", "~": "tilde"}
_SPELLED = frozenset({"uk", "nhs", "www"})
_LARGEST_COUNTED = 100


def house_number(written: str) -> str:
    """ "14A" → "fourteen A", "114" → "one one four", "2-4" → "two to four"."""
    parts = re.findall(r"\d+|[A-Za-z]+|[-–/]", written)
    return " ".join(_house_part(part) for part in parts)


def email(written: str) -> str:
    """ "waste@ashcombe.gov.uk" → "waste at ashcombe dot gov dot U K"."""
    return _marked(written)


def web(written: str) -> str:
    """ "https://www.ashcombe.gov.uk/bins" → "ashcombe dot gov dot U K slash bins"."""
    return _marked(re.sub(r"^(https?://)?(www\.)?", "", written, flags=re.IGNORECASE).rstrip("/"))


def _house_part(part: str) -> str:
    if part.isdecimal():
        return cardinal(int(part)) if int(part) <= _LARGEST_COUNTED and part[0] != "0" else digits(part)
    return "to" if part in "-–/" else part.upper()


def _marked(written: str) -> str:
    parts = re.findall(r"[^\W\d_]+|\d+|[^\w\s]|_", written)
    return " ".join(said for said in map(_address_part, parts) if said)


def _address_part(part: str) -> str:
    if part.isdecimal():
        return cardinal(int(part)) if len(part) < 3 and part[0] != "0" else " ".join(DIGITS[int(d)] for d in part)
    if part.lower() in _SPELLED:
        return " ".join(part.upper())
    return _MARKS.get(part, part if part.isalpha() else "")
