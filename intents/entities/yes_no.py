"""Yes and no, in all the ways that people say them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML

from intents.entities.tokens import LONGEST, fold
from intents.understanding import Value

_FILE = Path(__file__).parent / "yes_no.yaml"
_FILLER = r"(?:um|uh|er|erm|oh|ah|well|so|hmm|hm|mm|sorry|like|actually|and|but|look|hi|hello)"
_TABLE = YAML(typ="safe").load(_FILE.read_text(encoding="utf-8"))
_MATCHERS: tuple[tuple[re.Pattern[str], str, float], ...] = tuple(
    (re.compile(rf"(?:{'|'.join(entry['said'])})(?![a-z'])"), entry["answer"], entry["sure"])
    for entry in _TABLE["entries"]
)
_MISHEARD: Mapping[str, tuple[str, float]] = {word: (heard[0], heard[1]) for word, heard in _TABLE["misheard"].items()}
_LEADING = re.compile(rf"(?:{_FILLER} )+")


@dataclass(frozen=True, slots=True)
class _Said:
    answer: str
    sure: float
    start: int
    end: int


def read_yes_no(text: str, *, expected: bool) -> tuple[Value, ...]:
    """At most one value, `yes` or `no`, whose span ends where the answer does: the rest may hold a correction."""
    plain = re.sub(r"[^a-z'0-9]", " ", fold(text[:LONGEST]))
    said = _scan(plain)
    if not said:
        return _misheard(plain) if expected else ()
    first = said[0]
    opens = _opens(plain, first.start)
    if not expected and not (opens and first.sure >= 0.9):
        return ()
    sure = first.sure if opens else 0.75 * first.sure
    for later in said[1:]:
        sure = _add(sure, later.sure if later.answer == first.answer else 1 - 0.95 * later.sure)
    sure = min(sure, 0.99) * (1.0 if expected else 0.8)
    return (_value(first.answer if sure >= 0.5 else _other(first.answer), max(sure, 1 - sure), first),)


def _scan(plain: str) -> list[_Said]:
    """Answers from left to right; at one place the first entry of the table that fits."""
    found: list[_Said] = []
    at = 0
    for word in re.finditer(r"[a-z0-9']+", plain):
        if word.start() < at or len(found) > 6:
            continue
        squeezed, places = _squeeze(plain, word.start())
        for matcher, answer, sure in _MATCHERS:
            match = matcher.match(squeezed)
            if match and match.end():
                at = places[match.end() - 1] + 1
                if answer:
                    found.append(_Said(answer, sure, word.start(), at))
                elif not found:
                    return []
                break
    return _decisive(found)


def _decisive(found: list[_Said]) -> list[_Said]:
    """An answer in plain words at the front settles it; "I do" further on in a story says nothing."""
    return found[:1] + [said for said in found[1:3] if said.sure >= 0.9]


def _squeeze(plain: str, start: int) -> tuple[str, list[int]]:
    """The next 60 characters with single spaces, and where each of them stood."""
    kept: list[str] = []
    places: list[int] = []
    for place in range(start, min(len(plain), start + 90)):
        if plain[place] != " " or (kept and kept[-1] != " "):
            kept.append(plain[place])
            places.append(place)
    return "".join(kept), places


def _opens(plain: str, start: int) -> bool:
    before = " ".join(plain[:start].split()) + " "
    return before == " " or _LEADING.fullmatch(before) is not None


def _add(sure: float, other: float) -> float:
    odds = sure / (1 - sure + 1e-9) * (other / (1 - other + 1e-9))
    return odds / (1 + odds)


def _misheard(plain: str) -> tuple[Value, ...]:
    words = plain.split()
    if len(words) != 1 or words[0] not in _MISHEARD:
        return ()
    answer, sure = _MISHEARD[words[0]]
    start = plain.index(words[0])
    return (_value(answer, sure, _Said(answer, sure, start, start + len(words[0]))),)


def _other(answer: str) -> str:
    return "no" if answer == "yes" else "yes"


def _value(answer: str, sure: float, said: _Said) -> Value:
    span = (said.start, said.end)
    other = Value("yes_no", _other(answer), _other(answer), round(1 - sure, 4), span)
    return Value("yes_no", answer, answer, round(sure, 4), span, (other,))
