"""How often a question is answered from the page that answers it, and how often nothing is said where none does."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

from intents.library import Library, Published

NOWHERE = "none"
"""The label of questions that no page answers."""


@dataclass(frozen=True, slots=True)
class AnswerReport:
    """Shares from 0 to 1, `None` where there was nothing to measure them on.

    `found` and `found_in_three` are over questions that a page answers, before any is rejected; `answered` is the share
    of them that got the right page's words, `precision` that of all words said, `none_recall` the share of the others
    that got none.
    """

    questions: int
    unanswerable: int
    found: float | None
    found_in_three: float | None
    answered: float | None
    precision: float | None
    none_recall: float | None
    ms_p50: float

    def figures(self) -> dict[str, float | int | None]:
        """The figures, for a line of JSON."""
        return asdict(self)


def every_second(questions: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """The second, fourth, … question of each page; the others may set thresholds."""
    seen: dict[str, int] = {}
    kept = []
    for question, page in questions:
        seen[page] = seen.get(page, 0) + 1
        if seen[page] % 2 == 0:
            kept.append((question, page))
    return tuple(kept)


def evaluate_answers(library: Library, questions: Sequence[tuple[str, str]]) -> AnswerReport:
    """Ask every question; its label is a page's address, or the end of one."""
    ranks: list[int] = []
    said: list[tuple[bool, bool]] = []
    taken: list[float] = []
    for question, page in questions:
        started = time.perf_counter()
        answer = library.answer(question)
        taken.append(1000 * (time.perf_counter() - started))
        right = isinstance(answer, Published) and page != NOWHERE and answer.source.url.endswith(page)
        said.append((isinstance(answer, Published), right))
        if page != NOWHERE:
            pages = [found.passage.source.url.endswith(page) for found in library.search(question, 3)]
            ranks.append(pages.index(True) if True in pages else 3)
    away = [any_ for (any_, _), (_, page) in zip(said, questions, strict=True) if page == NOWHERE]
    spoken = [right for any_, right in said if any_]
    return AnswerReport(
        questions=len(ranks),
        unanswerable=len(away),
        found=float(np.mean([rank == 0 for rank in ranks])) if ranks else None,
        found_in_three=float(np.mean([rank < 3 for rank in ranks])) if ranks else None,
        answered=sum(spoken) / len(ranks) if ranks else None,
        precision=float(np.mean(spoken)) if spoken else None,
        none_recall=float(np.mean([not any_ for any_ in away])) if away else None,
        ms_p50=float(np.median(taken)) if taken else 0.0,
    )
