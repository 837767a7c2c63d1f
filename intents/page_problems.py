"""What an admin has to look at in published pages: those that are out of date, and those that contradict each other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from intents.library import Library
from intents.pages import Passage

STALE_DAYS = 365
"""A page that was last updated longer ago is out of date."""
ALIKE = 0.72
"""The cosine from which two passages are about the same thing."""

_FACTS: Mapping[str, re.Pattern[str]] = {
    "amount": re.compile(r"£\d[\d,]*(?:\.\d\d)?"),
    "time": re.compile(r"\b\d{1,2}(?:[:.]\d\d)?\s?(?:am|pm)\b|\b\d{1,2}:\d\d\b", re.IGNORECASE),
    "telephone number": re.compile(r"\b0\d{2,4}[\s\d]{6,9}\d\b"),
    "number of days": re.compile(r"\b\d+ (?:working )?(?:days?|weeks?|months?)\b", re.IGNORECASE),
}


@dataclass(frozen=True, slots=True)
class PageProblem:
    """One page to look at, with the reason; for a contradiction `other` is the second page."""

    kind: Literal["stale", "undated", "contradiction"]
    url: str
    message: str
    other: str = ""


def page_problems(library: Library, *, before: str) -> tuple[PageProblem, ...]:
    """Pages last updated before the ISO date `before`, pages without a date, and passages that contradict."""
    return (*_old(library, before), *_contradictions(library))


def _old(library: Library, before: str) -> Iterator[PageProblem]:
    for source in dict.fromkeys((p.source.url, p.source.updated) for p in library.passages):
        url, updated = source
        if not updated:
            yield PageProblem("undated", url, "it does not say when it was updated")
        elif updated < before:
            yield PageProblem("stale", url, f"last updated {updated}")


def _contradictions(library: Library) -> Iterator[PageProblem]:
    passages = library.passages
    for first in range(len(passages)):
        near = library.vectors[first + 1 :] @ library.vectors[first]
        for offset in np.flatnonzero(near >= ALIKE):
            second = first + 1 + int(offset)
            if passages[first].source.url != passages[second].source.url:
                yield from _differing(passages[first], passages[second])


def _differing(one: Passage, two: Passage) -> Iterator[PageProblem]:
    for name, pattern in _FACTS.items():
        left, right = ({_bare(found): found for found in pattern.findall(passage.text)} for passage in (one, two))
        if left and right and not left.keys() & right.keys():
            here, there = (", ".join(sorted(facts.values())) for facts in (left, right))
            what = f"{name}: {here} here, {there} there ({one.heading})"
            yield PageProblem("contradiction", one.source.url, what, two.source.url)


def _bare(text: str) -> str:
    return text.lower().replace(" ", "").replace(".", ":").replace(":00", "")
