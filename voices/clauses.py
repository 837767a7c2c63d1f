"""Text cut into clauses that are spoken one after the other, and the pauses between them."""

from __future__ import annotations

import re

_ABBREVIATIONS = ("mr", "mrs", "ms", "dr", "st", "rd", "ave", "cllr", "e.g", "i.e", "approx", "tel", "ext")
_SENTENCE_END = re.compile(r"[.!?…]+[\"')\]]*(?=\s)|\n+")
_PAUSES = {",": 0.12, ";": 0.2, ":": 0.2, "–": 0.2, "?": 0.3, "!": 0.26, ".": 0.26}


def split(text: str) -> list[str]:
    """The sentences of `text`, stripped, none of them empty. Full stops inside `10.30`, `St. Mary` and URLs stay."""
    sentences, rest = take_finished(text)
    return [*sentences, rest.strip()] if rest.strip() else sentences


def take_finished(text: str) -> tuple[list[str], str]:
    """Sentences that are certainly complete, and what may still grow as more text streams in."""
    finished: list[str] = []
    start = 0
    for end in _SENTENCE_END.finditer(text):
        sentence = text[start : end.end()].strip()
        if not sentence or (
            end.group().startswith(".") and _is_abbreviation(text[start : end.start()], text[end.end() :])
        ):
            continue
        finished.append(sentence)
        start = end.end()
    return finished, text[start:]


def pause_after(text: str, length_scale: float = 1.0) -> float:
    """Seconds of silence between a clause that ends like `text` and the next one."""
    last = text.rstrip().rstrip("\"')]")[-1:]
    return _PAUSES.get(last, 0.16) * length_scale


def _is_abbreviation(before: str, after: str) -> bool:
    words = before.split()
    word = words[-1].lower() if words else ""
    return word in _ABBREVIATIONS or (word == "no" and after.lstrip()[:1].isdigit())
