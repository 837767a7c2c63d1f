"""Written text into the words a voice is to be given. Captions keep the written text."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from voices.lexicon import Lexicon
from voices.wording import addresses, amounts, calendar_rules, codes, phones
from voices.wording.numbers import cardinal, decimal, digits, letter_name, ordinal, year

_Say = Callable[[re.Match[str], date | None], str]

_STREETS = "Road|Street|Lane|Close|Avenue|Drive|Way|Court|Place|Gardens|Crescent|Terrace|Rise|Row|Hill|Green|Walk|Mews"
_STREETS += "|Square|Park|Grove|View|Rd|St|Ave|Cres"
_UNITS = {
    "kg": "kilogram",
    "km": "kilometre",
    "cm": "centimetre",
    "mm": "millimetre",
    "m": "metre",
    "g": "gram",
    "hr": "hour",
    "hrs": "hour",
    "min": "minute",
    "mins": "minute",
    "mph": "mile an hour",
    "%": "per cent",
    "°C": "degree",
    "°": "degree",
}
_SHORT = {
    "e.g.": "for example",
    "i.e.": "that is",
    "etc.": "and so on",
    "approx.": "about",
    "w/c": "week starting",
    "24/7": "twenty-four seven",
    "&": " and ",
    "+": " plus ",
    "=": " equals ",
    "@": " at ",
    "£": " pounds ",
    "%": " per cent ",
    "rd": "Road",
    "ave": "Avenue",
    "cres": "Crescent",
}
_LETTERS_IN_A_ROW = re.compile(r"(?<![\w'’])[A-Z](?:,? [A-Z](?![\w'’]))+")
_LETTER_A = re.compile(r"(?<=[a-z] )A(?![\w'’])")
_UNSPEAKABLE = re.compile(r"[^\w\s.,;:!?'’\"()\-–ˈˌːˑ\[\]]|_")


def _units(match: re.Match[str]) -> str:
    number, unit = decimal(match["measured"]), _UNITS[match["unit"]]
    if unit == "per cent" or number == "one":
        return f"{number} {unit}"
    return f"{number} {unit.replace('mile', 'miles') if ' ' in unit else unit + 's'}"


def _number(match: re.Match[str]) -> str:
    written = match.group()
    if "," in written or "." in written:
        return decimal(written)
    if (written[0] == "0" and len(written) > 1) or (len(written) > 5 and not written.endswith("000")):
        return codes.reference(written)
    return year(int(written)) if len(written) == 4 and 1900 <= int(written) <= 2099 else cardinal(int(written))


_RULES: tuple[tuple[str, _Say], ...] = (
    (r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", lambda m, _: _voiced(addresses.email(m.group()))),
    (
        r"(?:https?://|www\.)\S*[\w/]|\b[a-z][\w-]*(?:\.[a-z][\w-]*)*\.(?:uk|com|org|net|eu|wales|scot)\b(?:/[\w/-]*\w)?",
        lambda m, _: _voiced(addresses.web(m.group())),
    ),
    (r"\b24/7\b|\b(?:e\.g\.|i\.e\.|etc\.|approx\.)|\bw/c\b", lambda m, _: _SHORT[m.group().lower()]),
    (r"(?-i:\b[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}\b)", lambda m, _: _voiced(codes.postcode(m.group()))),
    (calendar_rules.ISO_DATE, lambda m, today: calendar_rules.iso_date(m.group(), today)),
    (calendar_rules.SLASHED_DATE, lambda m, today: calendar_rules.slashed_date(m.group(), today)),
    (calendar_rules.WRITTEN_DATE, lambda m, today: calendar_rules.written_date(m.group(), today)),
    (calendar_rules.TAX_YEAR, lambda m, _: calendar_rules.tax_year(m.group())),
    (
        r"(?-i:\b(?=[A-Z\d/-]*\d)(?=[A-Z\d/-]*[A-Z])[A-Z\d]+(?:[-/][A-Z\d]+)+\b|\b[A-Z]{1,4}\d{5,}\b|\b[A-Z]{2,4}\d{3,4}\b"
        r"|\b[A-Z]{2}\d{2}\s?[A-Z]{3}\b)",
        lambda m, _: _voiced(codes.reference(m.group())),
    ),
    (r"(?-i:\b[ABM]\d{1,4}\b)", lambda m, _: _voiced(codes.road(m.group()))),
    (
        r"£\s?(?P<pounds>\d[\d,]*)(?:\.(?P<pence>\d+))?\s?(?P<scale>(?:k|m|bn|million|billion|thousand)\b)?",
        lambda m, _: amounts.written_money(m["pounds"], m["pence"] or "", m["scale"] or ""),
    ),
    (r"\b(?P<p>\d{1,2})p\b", lambda m, _: amounts.written_money("0", m["p"].zfill(2), "")),
    (calendar_rules.CLOCK_RANGE, lambda m, _: calendar_rules.clock_range(m.group())),
    (calendar_rules.CLOCK, lambda m, _: calendar_rules.written_clock(m.group())),
    (calendar_rules.WEEKDAY_RANGE, lambda m, _: calendar_rules.weekday_range(m.group())),
    (
        r"(?<!\w)(?:\+44|\(?0\d)[\d\s()-]{6,}\d\b|\b116\s?\d{3}\b|(?<![\d,.])999\b(?![,.]\d)|\b1800[01]\b",
        lambda m, _: phones.phone(m.group()),
    ),
    (
        r"\b(?P<press>press(?:ing)?)\s+(?P<keys>\d{2,4})\b",
        lambda m, _: f"{m['press']} {digits(m['keys'])}",
    ),
    (
        r"\b(?P<verb>call|ring|dial|phone|text|or|on)\s+(?P<service>101|111|112|105|119)\b(?![,.]\d)",
        lambda m, _: f"{m['verb']} {phones.phone(m['service'])}",
    ),
    (
        rf"\b\d{{1,4}}[A-Z]?(?=\s(?-i:(?:[A-Z][\w'’]+\s)+)(?:{_STREETS})\b)|\b\d{{1,3}}[A-F]\b",
        lambda m, _: _voiced(addresses.house_number(m.group())),
    ),
    (r"\b(?P<nth>\d{1,9})(?:st|nd|rd|th)\b", lambda m, _: ordinal(int(m["nth"]))),
    (
        r"\b(?P<measured>\d[\d,]*(?:\.\d+)?)\s?(?P<unit>(?-i:kg|km|cm|mm|mph|mins?|hrs?|m|g)\b|%|°C?)",
        lambda m, _: _units(m),
    ),
    (r"\bno\.?\s?(?=\d)", lambda m, _: "number "),
    (r"(?<=\d)\s?[-–]\s?(?=£?\d)", lambda m, _: " to "),
    (r"(?<=\d)/(?=\d)", lambda m, _: " over "),
    (r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.\d+|\d+", lambda m, _: f" {_number(m)} " if _is_joined(m) else _number(m)),
    (r"(?-i:\bSt\.?(?=\s[A-Z]))(?<![a-z]\sSt)", lambda m, _: "Saint"),
    (r"(?-i:(?<=[a-z]\s)St\b)", lambda m, _: "Street"),
    (r"(?-i:\b(?:Rd|Ave|Cres)\b)\.?(?=\W|$)", lambda m, _: _SHORT[m.group().rstrip(".").lower()]),
    (r"(?<=\w)/(?=\w)", lambda m, _: " or "),
    (r"[&+=@£%]", lambda m, _: _SHORT[m.group()]),
)
_PATTERN = re.compile("|".join(f"(?P<rule{index}>{rule})" for index, (rule, _) in enumerate(_RULES)), re.IGNORECASE)


def for_ear(text: str, lexicon: Lexicon, *, today: date | None = None) -> str:
    """`text` with every number, date, code and local name as it is to be spoken; no digit is left.

    "Ring 01632 960123 before 5pm." → "Ring oh one six three two, nine six oh, one two three before five in the
    afternoon." With `today`, dates are said as near as they are: "tomorrow, …", and without this year. Never raises.
    """
    said = _PATTERN.sub(lambda match: _say(match, today), text.replace("[[", "").replace("]]", ""))
    said = _LETTERS_IN_A_ROW.sub(_named_letters, lexicon.apply(said))
    said = _LETTER_A.sub(letter_name("A"), said)
    return re.sub(r"\s+", " ", _UNSPEAKABLE.sub(" ", said)).strip()


def _say(match: re.Match[str], today: date | None) -> str:
    index = next(index for index in range(len(_RULES)) if match[f"rule{index}"] is not None)
    return _RULES[index][1](match, today)


def _is_joined(match: re.Match[str]) -> bool:
    before, after = match.string[: match.start()][-1:], match.string[match.end() :][:1]
    return before.isalpha() or after.isalpha()


def _named_letters(match: re.Match[str]) -> str:
    return re.sub(r"[A-Z]", lambda letter: letter_name(letter.group()), match.group())


def _voiced(spelled: str) -> str:
    return re.sub(r"\b[A-Z]\b", lambda letter: letter_name(letter.group()), spelled)
