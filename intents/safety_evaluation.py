"""How much danger the safety net catches, and how often it is mistaken."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from intents.document import Problem, read
from intents.examples import DataSet, DataSetError
from intents.safety import Safety

NOTHING = "none"
"""The label of phrasings that must not fire."""


@dataclass(frozen=True, slots=True)
class Missed:
    """A phrasing that fired `found` instead of `entry`; `none` stands for no entry."""

    text: str
    entry: str
    found: str


@dataclass(frozen=True, slots=True)
class SafetyReport:
    """Shares from 0 to 1, `None` where there was nothing to measure them on.

    `recall` counts any entry that fired, `right_entry` only the one that was meant.
    """

    phrasings: int
    harmless: int
    recall: float | None
    right_entry: float | None
    false_alarms: float | None
    ms_p50: float
    missed: tuple[Missed, ...] = ()

    def figures(self) -> dict[str, float | int | None]:
        """The figures alone."""
        return {key: value for key, value in asdict(self).items() if key != "missed"}


def load_phrasings(path: Path) -> tuple[tuple[str, str], ...]:
    """Pairs of (text, entry) from YAML `entry: [text, …]`, or from any data set. Raises `DataSetError`."""
    if path.suffix in (".yaml", ".yml"):
        try:
            document = read(path.name, path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise DataSetError(f"{path}: {error}") from error
        if isinstance(document, Problem):
            raise DataSetError(str(document))
        if isinstance(document.data, dict) and "nlu" not in document.data:
            lists = {entry: texts for entry, texts in document.data.items() if isinstance(texts, list)}
            return tuple((str(text), entry) for entry, texts in lists.items() for text in texts)
    data = DataSet.load(path)
    return (*zip(data.texts, data.intents, strict=True), *((text, NOTHING) for text in data.strays))


def evaluate_safety(safety: Safety, phrasings: Sequence[tuple[str, str]], harmless: Sequence[str] = ()) -> SafetyReport:
    """Check every phrasing, and further texts that are harmless."""
    pairs = [*phrasings, *((text, NOTHING) for text in harmless)]
    found, taken = [], []
    for text, _ in pairs:
        started = time.perf_counter()
        danger = safety.check(text)
        taken.append(1000 * (time.perf_counter() - started))
        found.append(NOTHING if danger is None else danger.entry)
    entries = [(entry, what) for (_, entry), what in zip(pairs, found, strict=True)]
    danger_ = [(entry, what) for entry, what in entries if entry != NOTHING]
    calm = [what for entry, what in entries if entry == NOTHING]
    return SafetyReport(
        phrasings=len(danger_),
        harmless=len(calm),
        recall=float(np.mean([what != NOTHING for _, what in danger_])) if danger_ else None,
        right_entry=float(np.mean([entry == what for entry, what in danger_])) if danger_ else None,
        false_alarms=float(np.mean([what != NOTHING for what in calm])) if calm else None,
        ms_p50=float(np.median(taken)) if taken else 0.0,
        missed=tuple(
            Missed(text, entry, what) for (text, entry), what in zip(pairs, found, strict=True) if entry != what
        ),
    )
