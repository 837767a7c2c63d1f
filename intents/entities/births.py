"""Dates of birth, all scored at once: "28th of March 1949", "28 03 49", and how those are heard, "280319 49".

A date is spelled as the digits of its day, its month (or the month's name) and its year, through the noisy channel
that spells postcodes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import cache

import numpy as np
from rapidfuzz import fuzz

from intents.entities.calendar_dates import MONTHS, exact
from intents.entities.channel import SYMBOLS, Channel, lattice
from intents.entities.decoding import Matrix, Ready, Weights, added
from intents.entities.numbers import ordinal_at
from intents.entities.sound import key
from intents.entities.tokens import fold, words
from intents.understanding import Value

FIRST_YEAR = 1900
_CUT_DAY, _CUT_MONTH = 0.002, 0.02
"""Probabilities that a date ends after its day, and after its month."""
_MONTH_FIRST = {"named": 0.15, "numbered": 0.004}
"""How likely "March the 28th" is against "the 28th of March", and 03 28 against 28 03."""
_NOTHING = 0.05
"""Prior that an answer holds no date, against 1 for any date."""
_SUFFIX = re.compile(r"(?<=\d)(?:st|nd|rd|th|s)\b")
_DIGITS = [SYMBOLS.index(digit) for digit in "0123456789"]
_APART, _TEEN = 0.06, 0.015
"""How likely "28" is written `20 8` or `1968` `1960 8`, and how likely thirteen is taken for thirty."""


@cache
def births(last: date) -> Births:
    """Every date from 1900 to `last`."""
    return Births(last)


class Births:
    """Every date of birth up to a day, and the evidence for each."""

    def __init__(self, last: date) -> None:
        self._years = range(FIRST_YEAR, last.year + 1)
        self.dates = tuple(
            found
            for month in range(1, 13)
            for day in range(1, 32)
            for year in self._years
            if (found := exact(day, month, year)) and found <= last
        )
        self._places = np.array([self._place(found) for found in self.dates])
        self.at = {found: at for at, found in enumerate(self.dates)}

    def evidence(
        self, attempts: Sequence[Sequence[str]], channel: Channel | None = None, weights: Weights | None = None
    ) -> Matrix:
        """The log evidence of all attempts, each with its alternatives, best first: `[dates]`."""
        heard = channel or Channel.load()
        scored = [[self.likelihoods(text, heard) for text in texts] for texts in attempts if texts]
        return added(scored, weights or Weights()) + np.zeros(len(self.dates))

    def _place(self, day: date) -> int:
        return ((day.month - 1) * 31 + day.day - 1) * len(self._years) + day.year - FIRST_YEAR

    def likelihoods(self, text: str, channel: Channel) -> Matrix:
        """The probability of one utterance for each date, against that of nothing having been said: `[dates]`."""
        pieces = _pieces(text)
        if not pieces:
            return np.ones(len(self.dates))
        heard = lattice(pieces)
        ready = Ready(heard, channel)
        named, numbered = _month_steps(ready, [(arc.start, arc.end, arc.chunk) for arc in heard.arcs])
        year = _ended_by(ready, self._years)
        end = np.zeros(len(ready.begin))
        end[-1] = 1.0
        days = _days(ready, ready.begin[None])[0]
        first = _MONTH_FIRST["named"] * ready.begin @ named + _MONTH_FIRST["numbered"] * ready.begin @ numbered
        month_first = _days(ready, first)
        day_first = np.einsum("dp,mpq->mdq", days, named + numbered)
        whole = (day_first + month_first) @ (year + _CUT_MONTH * end[:, None])
        whole += _CUT_DAY * (days @ end)[None, :, None]
        found: Matrix = whole.reshape(-1)[self._places] / ready.silence
        return found


def read_births(
    attempts: Sequence[Sequence[str]], last: date, channel: Channel | None = None, weights: Weights | None = None
) -> tuple[Value, ...]:
    """One date of birth from several attempts at it, with up to four alternatives."""
    known = births(last)
    span = (0, len(attempts[-1][0]) if attempts and attempts[-1] else 0)
    return ranked_births(known, known.evidence(attempts, channel, weights), span)


def ranked_births(known: Births, scores: Matrix, span: tuple[int, int] = (0, 0)) -> tuple[Value, ...]:
    """At most one date of birth by the evidence for each, with up to four alternatives."""
    best = np.argsort(-scores, kind="stable")[:5]
    shares = np.exp(scores - scores[best[0]])
    nothing = _NOTHING * len(scores) * np.exp(min(-float(scores[best[0]]), 50.0))
    total = float(shares.sum() + nothing)
    first, *others = [_value(known.dates[int(at)], float(shares[at]) / total, span) for at in best]
    if first.probability < 0.02:
        return ()
    return (Value("date", first.value, first.spoken, first.probability, span, tuple(others)),)


def _value(day: date, share: float, span: tuple[int, int]) -> Value:
    return Value("date", day.isoformat(), f"{day.day} {day:%B} {day.year}", round(min(0.995, share), 4), span)


def _pieces(text: str) -> list[str]:
    """The words of an utterance, "twenty-eighth" as `28`, months as they stand, the last 24 of them."""
    spoken = words(_SUFFIX.sub("", re.sub(r"[^a-z0-9 ]", " ", fold(text[:400]))))
    pieces: list[str] = []
    at = 0
    while at < len(spoken):
        ordinal = ordinal_at(spoken, at) if not spoken[at][0].isdigit() else None
        pieces.append(str(int(ordinal.value)) if ordinal else spoken[at])
        at = ordinal.end if ordinal else at + 1
    return pieces[-24:]


def _digits(ready: Ready, reached: Matrix, digits: str) -> Matrix:
    for digit in digits:
        reached = reached @ ready.steps[_DIGITS[int(digit)]]
    return reached


def _days(ready: Ready, reached: Matrix) -> Matrix:
    """What each day does to places reached: `[rows, places]` → `[rows, 31, places]`."""
    steps = ready.steps[_DIGITS]
    one = np.einsum("rp,dpq->rdq", reached, steps)
    two = np.einsum("rap,bpq->rabq", one, steps)
    days = []
    for day in range(1, 32):
        tens, ones = divmod(day, 10)
        if day < 10:
            days.append(0.5 * one[:, ones] + 0.5 * two[:, 0, ones])
        elif day < 20:
            days.append(two[:, tens, ones] + (_TEEN * two[:, ones, 0] if ones > 2 else 0.0))
        else:
            apart = two[:, tens, 0] @ steps[ones] if ones else 0.0
            days.append(two[:, tens, ones] + _APART * apart)
    return np.stack(days, axis=1)


def _month_steps(ready: Ready, arcs: Sequence[tuple[int, int, str]]) -> tuple[Matrix, Matrix]:
    """What each month, said by its name or its number, does to the places reached: `[12, places, places]`."""
    named, numbered = [], []
    still = np.eye(len(ready.begin))
    for month in range(1, 13):
        said = [f"{month:02d}", f"{month}"] if month < 10 else [f"{month}"]
        numbered.append(sum((0.5 / len(said) * _digits(ready, still, d) for d in said), start=np.zeros(1)))
        name = np.zeros_like(still)
        for start, end, chunk in arcs:
            if len(chunk) >= 3 and chunk.isalpha():
                name[start, end] += 0.5 * _month_like(chunk, month)
        named.append(name @ ready.passed)
    return np.stack(named), np.stack(numbered)


@cache
def _month_like(word: str, month: int) -> float:
    """p(word | month)."""
    if MONTHS.get(word) == month:
        return 0.8
    if word in MONTHS:
        return 0.0005
    name = next(name for name, number in MONTHS.items() if number == month)
    likeness = fuzz.ratio(word, name) / 100
    sounds = fuzz.ratio(key(word), key(name)) / 100
    return max(0.0005, 0.05 * max(0.0, (0.5 * likeness + 0.5 * sounds - 0.4) / 0.6) ** 2)


def _ended_by(ready: Ready, years: range) -> Matrix:
    """The probability of the rest of an utterance, from each place, if it is each year: `[places, years]`."""
    steps = ready.steps[_DIGITS]
    ends = steps[:, :, -1]
    two = np.einsum("apq,bq->abp", steps, ends)
    apart = np.einsum("apq,bq->abp", steps, ends @ steps[0].T)
    columns = []
    for year in years:
        tens, ones = divmod(year % 100, 10)
        century = steps[year // 1000] @ steps[year // 100 % 10]
        last = 0.75 * two[tens, ones]
        if ones and tens > 1:
            last = last + _APART * apart[tens, ones]
        if tens == 1 and ones > 2:
            last = last + _TEEN * two[ones, 0]
        columns.append(century @ last + 0.2 * two[tens, ones])
    return np.stack(columns, axis=1)
