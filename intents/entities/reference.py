"""The line's own references (`AB-4729`) and what other systems print: letters and digits, read out one by one."""

from __future__ import annotations

import re

from intents.entities.spelled import spelled_runs
from intents.entities.tokens import tokens
from intents.understanding import Value

_OWN = re.compile(r"([A-Z]{2})-?(\d{4,6})")
_WRITTEN = re.compile(r"\b([A-Za-z]{2})\s?-\s?(\d{4,6})\b")
_TO_LETTER = str.maketrans("0158", "OISB")
_TO_DIGIT = str.maketrans("OISB", "0158")


def read_reference(text: str, *, expected: bool) -> tuple[Value, ...]:
    """References in capitals; `AB-4729` style ones keep their dash."""
    written = _WRITTEN.search(text[:400])
    if written:
        code = f"{written.group(1).upper()}-{written.group(2)}"
        return (_value(code, 0.97, written.span()),)
    spoken = tokens(text)
    words = [token.text for token in spoken]
    found: list[Value] = []
    for run in spelled_runs(words):
        symbols, start = run.symbols, run.start
        if start > 0 and len(words[start - 1]) == 2 and words[start - 1].isalpha() and symbols.isdigit():
            symbols, start = words[start - 1].upper() + symbols, start - 1
        code, sure = _judge(symbols)
        if code and (expected or sure >= 0.9):
            span = (spoken[start].start, spoken[run.end - 1].end)
            found.append(_value(code, sure if expected else 0.8 * sure, span))
    return tuple(sorted(found, key=lambda value: -value.probability))


def _judge(symbols: str) -> tuple[str, float]:
    own = _OWN.fullmatch(symbols)
    if own:
        return f"{own.group(1)}-{own.group(2)}", 0.95
    if 6 <= len(symbols) <= 8:
        mended = _OWN.fullmatch(symbols[:2].translate(_TO_LETTER) + symbols[2:].translate(_TO_DIGIT))
        if mended and sum(a != b for a, b in zip(symbols, mended.group(1) + mended.group(2), strict=True)) <= 1:
            return f"{mended.group(1)}-{mended.group(2)}", 0.85
    digits = sum(symbol.isdigit() for symbol in symbols)
    return (symbols, 0.75) if 4 <= len(symbols) <= 16 and digits >= 3 else ("", 0.0)


def _value(code: str, sure: float, span: tuple[int, int]) -> Value:
    return Value("reference", code, " ".join(code.replace("-", "")), round(sure, 4), span)
