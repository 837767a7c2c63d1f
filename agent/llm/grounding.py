"""Whether a text says only facts that stand in its source. Pure, and strict: in doubt a text is not grounded."""

from __future__ import annotations

import re
from dataclasses import dataclass

MONTHS = "january february march april may june july august september october november december".split()
WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
WORD_NUMBERS = {word: number for number, word in enumerate(_ONES)} | {
    word: 10 * number for number, word in enumerate(_TENS, start=2)
}
UNITS = frozenset(
    "am pm day days week weeks month months year years hour hours minute minutes working pound pounds pence mile miles "
    "metre metres bag bags item items bin bins people adult adults child children".split()
)
OPENERS = frozenset(
    "a all also an and any anyone apart as ask at because before bring but by call can check contact do each either "
    "every everyone fill for from give go have he here how if in is it just leave make most need no not now of on "
    "once only or otherwise our pay phone please put ring say see send she so speak take tell that the their them then "
    "there these they this those to turn unless until up use visit wait we what when where which who why will "
    "with without yes you your after are both caller callers bins line".split()
)
"""Words that a sentence may begin with without that being a name."""

_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9£\"'])|\n+")
_PHONE = re.compile(r"(?:\+44 ?|\b0)\d(?:[ -]?\d){8,9}\b")
_MONTH = f"({'|'.join(MONTHS)})"
_DATE = re.compile(
    rf"\b(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {_MONTH}\b|\b{_MONTH} (\d{{1,2}})(?:st|nd|rd|th)?\b", re.IGNORECASE
)
_MONEY = re.compile(r"£ ?(\d[\d,]*(?:\.\d+)?)")
_CLOCK = re.compile(r"\b(\d{1,2})(?:[:.](\d\d))? ?([ap])\.?m\b\.?", re.IGNORECASE)
_LINK = re.compile(r"\b[\w.+-]+@[\w.-]+\w|\b(?:https?://)?(?:[a-z0-9-]+\.)+[a-z]{2,}(?:/\S*\w)?", re.IGNORECASE)
_NUMBER = re.compile(r"\b\d[\d,]*(?:\.\d+)?(%?)(?: ([a-z]+))?", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a text states: checkable values, and names."""

    values: frozenset[str]
    names: frozenset[str]


def grounded(text: str, source: str) -> bool:
    """Whether every number, amount, date, phone number and name of `text` stands in `source`.

    Values said in one sentence must stand together in one sentence of the source, so that a right number cannot
    slip to the wrong day.
    """
    return not ungrounded(text, source)


def ungrounded(text: str, source: str) -> tuple[str, ...]:
    """The facts of `text` that `source` does not have, in alphabetical order; empty when it is grounded."""
    whole = facts(source)
    words = frozenset(word.casefold() for word in _WORD.findall(source))
    together = [facts(sentence).values for sentence in _SENTENCE.split(source)]
    wrong: set[str] = set()
    for sentence in _SENTENCE.split(text):
        said = facts(sentence)
        wrong |= said.values - whole.values
        wrong |= {name for name in said.names if not set(name.split()) <= words}
        if len(said.values) > 1 and not any(said.values <= values for values in together):
            wrong |= said.values
    return tuple(sorted(wrong))


def facts(text: str) -> Facts:
    """The values and names in a text, each in one spelling: `money 5`, `date 3 may`, `number 2 weeks`, `friday`."""
    values: set[str] = set()
    rest = text
    for pattern, spell in _SPELLINGS:
        values |= {spell(match) for match in pattern.finditer(rest)}
        rest = pattern.sub(" ", rest)
    rest = _digits_for_words(rest)
    for match in _NUMBER.finditer(rest):
        values.add(_number(match))
    lower = {word.casefold().removesuffix("s") for word in _WORD.findall(rest)}
    values |= lower & {*WEEKDAYS, *(month for month in MONTHS if month not in {"may", "march"})}
    return Facts(frozenset(values), frozenset(_names(rest)))


def _number(match: re.Match[str]) -> str:
    number = match[0].split()[0].rstrip("%").replace(",", "")
    unit = (match[2] or "").casefold()
    if unit in {"pound", "pounds"}:
        return f"money {float(number):g}"
    return f"number {number}{match[1]}{' ' + unit.removesuffix('s') if unit in UNITS else ''}"


def _clock(match: re.Match[str]) -> str:
    return f"clock {int(match[1])}:{match[2] or '00'}{match[3].casefold()}m"


def _money(match: re.Match[str]) -> str:
    return f"money {float(match[1].replace(',', '').rstrip('.')):g}"


def _date(match: re.Match[str]) -> str:
    return f"date {int(match[1] or match[4])} {(match[2] or match[3]).casefold()}"


def _phone(match: re.Match[str]) -> str:
    return f"phone {re.sub('[ -]', '', match[0]).replace('+44', '0')}"


_SPELLINGS = (
    (_LINK, lambda match: f"link {match[0].casefold().removeprefix('https://').removeprefix('www.')}"),
    (_PHONE, _phone),
    (_DATE, _date),
    (_MONEY, _money),
    (_CLOCK, _clock),
)


def _digits_for_words(text: str) -> str:
    """`twenty one days` → `21 days`. A lone `one` is mostly a pronoun and stays a word."""
    tens, ones = "|".join(_TENS), "|".join(_ONES[1:10])
    compound = re.compile(rf"\b({tens})[ -]({ones})\b", re.IGNORECASE)
    text = compound.sub(lambda m: str(WORD_NUMBERS[m[1].casefold()] + WORD_NUMBERS[m[2].casefold()]), text)
    single = re.compile(rf"\b({'|'.join(word for word in WORD_NUMBERS if word != 'one')})\b", re.IGNORECASE)
    return single.sub(lambda m: str(WORD_NUMBERS[m[1].casefold()]), text)


def _names(text: str) -> set[str]:
    """Runs of capitalised words, in lower case; the first word of a sentence counts unless it is a common opener."""
    names: set[str] = set()
    for sentence in _SENTENCE.split(text):
        first = True
        for word in _WORD.findall(sentence):
            plain = word.casefold().removesuffix("'s").removesuffix("’s")
            capital = word[0].isupper() and plain not in {"i", "i'm", "i'll", "i've"}
            if (
                capital
                and plain.removesuffix("s") not in {*WEEKDAYS, *MONTHS}
                and not (first and plain.split("'")[0] in OPENERS)
            ):
                names.add(plain)
            first = False
    return names
