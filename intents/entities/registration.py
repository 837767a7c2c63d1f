"""Vehicle registrations: current style (`AB12 CDE`), prefix, suffix and the older ones."""

from __future__ import annotations

import re
from collections.abc import Sequence

from intents.entities.spelled import spelled_runs
from intents.entities.tokens import Token, tokens
from intents.understanding import Value

_CURRENT = re.compile(r"[A-HJ-PR-Y]{2}\d{2}[A-HJ-PR-Z]{3}")
_OLDER = re.compile(r"[A-HJ-NPR-TV-Y]\d{1,3}[A-Z]{3}|[A-Z]{3}\d{1,3}[A-HJ-NPR-TV-Y]")
_OLDEST = re.compile(r"[A-Z]{1,3}\d{1,4}|\d{1,4}[A-Z]{1,3}")
_HEARD = 0.82
"""Nothing tells a registration that was misheard from another one: each is read back."""
_TO_LETTER = str.maketrans("01528", "OISZB")
_TO_DIGIT = str.maketrans("OISZBQ", "015280")
_LETTERS = re.compile(r"[a-z]{2,3}")


def read_registration(text: str, *, expected: bool) -> tuple[Value, ...]:
    """Registrations as they are printed; a letter that stands in a digit's place is read as the digit."""
    spoken = tokens(text)
    found: list[Value] = []
    for symbols, start, end in _joined(spoken):
        code, sure = _judge(symbols)
        if not code or not (expected or (sure >= 0.9 and len(code) == 7)):
            continue
        shown = f"{code[:4]} {code[4:]}" if _CURRENT.fullmatch(code) else code
        span = (spoken[start].start, spoken[end - 1].end)
        found.append(Value("registration", shown, shown, _HEARD * (sure if expected else 0.85 * sure), span))
    return tuple(sorted(found, key=lambda value: -value.probability))


def _joined(spoken: Sequence[Token]) -> list[tuple[str, int, int]]:
    """Runs of symbols, with short groups of capitals ("KLM") that stand beside them."""
    words = [token.text for token in spoken]
    joined: list[tuple[str, int, int]] = []
    runs = list(spelled_runs(words))
    for run in runs:
        symbols, start, end = run.symbols, run.start, run.end
        if start > 0 and _LETTERS.fullmatch(words[start - 1]) and symbols[0].isdigit():
            symbols, start = words[start - 1].upper() + symbols, start - 1
        if end < len(words) and _LETTERS.fullmatch(words[end]) and len(symbols) + len(words[end]) <= 7:
            symbols, end = symbols + words[end].upper(), end + 1
        joined.append((symbols, start, end))
    return joined


def _judge(symbols: str) -> tuple[str, float]:
    if _CURRENT.fullmatch(symbols):
        return symbols, 0.95
    if len(symbols) == 7:
        mended = (
            symbols[:2].translate(_TO_LETTER) + symbols[2:4].translate(_TO_DIGIT) + symbols[4:].translate(_TO_LETTER)
        )
        if _CURRENT.fullmatch(mended):
            return mended, 0.85
    if _OLDER.fullmatch(symbols):
        return symbols, 0.85
    return (symbols, 0.5) if _OLDEST.fullmatch(symbols) and len(symbols) > 3 else ("", 0.0)
