"""Amounts of money: "forty-five pounds sixty", "£12.50", "ninety p", "a tenner". Values are pounds: `45.60`."""

from __future__ import annotations

from collections.abc import Sequence

from intents.entities.numbers import cardinal_at
from intents.entities.tokens import Token, listed, tokens
from intents.understanding import Value

_POUNDS = frozenset(listed("pound pounds quid £ sterling gbp"))
_PENCE = frozenset(listed("p pence penny pennies"))
_SLANG = {"fiver": 5.0, "tenner": 10.0, "grand": 1000.0, "monkey": 500.0, "pony": 25.0, "ton": 100.0}


def read_money(text: str, *, expected: bool) -> tuple[Value, ...]:
    """Every amount of an utterance; a bare number counts only where an amount was asked for."""
    spoken = tokens(text)
    words = [token.text for token in spoken]
    found: list[Value] = []
    at = 0
    while at < len(words):
        amount = _amount_at(words, at) or (_bare(words, at) if expected else None)
        if amount is None:
            at += 1
            continue
        pounds, end, sure = amount
        found.append(_value(pounds, sure if expected else 0.95 * sure, spoken[at:end]))
        at = end
    return tuple(found)


def _amount_at(words: Sequence[str], at: int) -> tuple[float, int, float] | None:
    start = at + 1 if words[at] == "£" else at
    if start < len(words) and words[start] in {"a", "one"} and words[start + 1 : start + 2]:
        slang = _SLANG.get(words[start + 1])
        if slang is not None:
            return slang, start + 2, 0.85
    if words[start : start + 1] == ["a"] and words[start + 1 : start + 2] and words[start + 1] in _POUNDS:
        return _with_pence(words, 1.0, start + 2)
    number = cardinal_at(words, start)
    if number is None:
        return None
    if start > at:
        return number.value, number.end, 0.97
    unit = words[number.end] if number.end < len(words) else ""
    if unit in _PENCE:
        return number.value / 100, number.end + 1, 0.95
    if unit in {"grand"}:
        return number.value * 1000, number.end + 1, 0.9
    return _with_pence(words, number.value, number.end + 1) if unit in _POUNDS else None


def _with_pence(words: Sequence[str], pounds: float, at: int) -> tuple[float, int, float]:
    start = at + 1 if words[at : at + 1] == ["and"] else at
    pence = cardinal_at(words, start)
    if pence is not None and 0 < pence.value < 100:
        marked = pence.end < len(words) and words[pence.end] in _PENCE
        if marked or start == at:
            return pounds + pence.value / 100, pence.end + (1 if marked else 0), 0.95 if marked else 0.9
    return pounds, at, 0.96


def _bare(words: Sequence[str], at: int) -> tuple[float, int, float] | None:
    number = cardinal_at(words, at)
    if number is None or number.value > 1_000_000:
        return None
    pence = cardinal_at(words, number.end)
    if pence is not None and 9 < pence.value < 100:
        return number.value + pence.value / 100, pence.end, 0.75
    return number.value, number.end, 0.85


def _value(pounds: float, sure: float, part: Sequence[Token]) -> Value:
    whole = pounds == int(pounds)
    spoken = f"£{int(pounds):,}" if whole else f"£{pounds:,.2f}"
    return Value("money", f"{pounds:.2f}", spoken, round(sure, 4), (part[0].start, part[-1].end))
