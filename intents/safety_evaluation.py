"""How much danger the safety net catches, and how often it is mistaken."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from pydantic import TypeAdapter, ValidationError

from intents.catalogue import Catalogue
from intents.document import Problem, read
from intents.examples import OUT_OF_SCOPE, DataSet, DataSetError
from intents.safety import Safety

NOTHING = "none"
"""The label of phrasings that must not fire."""

_Parts = TypeAdapter(dict[str, list[tuple[str, str]]])


@dataclass(frozen=True, slots=True)
class Missed:
    """A phrasing that fired `found` instead of `entry`; `none` stands for no entry."""

    text: str
    entry: str
    found: str


@dataclass(frozen=True, slots=True)
class SafetyReport:
    """Shares from 0 to 1, `None` where there was nothing to measure them on.

    `recall` counts any entry that fired, `certain` those that the rules fired, without the question that a suspicion
    leads to; `right_entry` counts only the entry that was meant. `asked` are the false alarms that cost a question.
    """

    phrasings: int
    harmless: int
    recall: float | None
    certain: float | None
    right_entry: float | None
    false_alarms: float | None
    asked: float | None
    ms_p50: float
    ms_p95: float
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


def load_harmless(path: Path) -> tuple[tuple[str, str], ...]:
    """Pairs of (text, intent): from a data set, from JSON `{part: [[text, intent], …]}`, or from a folder of services.

    Raises `DataSetError` and `ServiceFileError`.
    """
    if path.is_dir():
        services = Catalogue.load(path).services.values()
        return tuple((example.text, service.id) for service in services for example in service.examples)
    if path.suffix == ".json":
        try:
            parts = _Parts.validate_json(path.read_bytes())
        except (OSError, ValidationError):
            pass
        else:
            return tuple(pair for part in parts.values() for pair in part)
    data = DataSet.load(path)
    return (*zip(data.texts, data.intents, strict=True), *((text, OUT_OF_SCOPE) for text in data.strays))


def evaluate_safety(
    safety: Safety, phrasings: Sequence[tuple[str, str]], harmless: Sequence[tuple[str, str]] = ()
) -> SafetyReport:
    """Check every phrasing, and further utterances, each of a service: only what is at home there may fire."""
    asked = [(text, (entry,) if entry != NOTHING else ()) for text, entry in phrasings]
    judged, taken = [], []
    for text, wanted in asked:
        started = time.perf_counter()
        judged.append((text, wanted, safety.check(text)))
        taken.append(1000 * (time.perf_counter() - started))
    danger = [(wanted[0], found) for _, wanted, found in judged if wanted]
    calm = [(text, found) for text, wanted, found in judged if not wanted]
    for text, service in harmless:
        found = safety.check(text)
        calm.append((text, None if found and service in safety.at_home(found.entry) else found))
    mistaken = [(text, found) for text, found in calm if found is not None]
    return SafetyReport(
        phrasings=len(danger),
        harmless=len(calm),
        recall=_share([found is not None for _, found in danger]),
        certain=_share([found is not None and not found.suspected for _, found in danger]),
        right_entry=_share([found is not None and found.entry == entry for entry, found in danger]),
        false_alarms=_share([found is not None for _, found in calm]),
        asked=_share([found is not None and found.suspected for _, found in calm]),
        ms_p50=float(np.median(taken)) if taken else 0.0,
        ms_p95=float(np.quantile(taken, 0.95)) if taken else 0.0,
        missed=(
            *(
                Missed(text, wanted[0], found.entry if found else NOTHING)
                for text, wanted, found in judged
                if wanted and (found is None or found.entry != wanted[0])
            ),
            *(Missed(text, NOTHING, found.entry) for text, found in mistaken),
        ),
    )


def _share(hits: Sequence[bool]) -> float | None:
    return float(np.mean(hits)) if hits else None
