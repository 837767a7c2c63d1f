"""Postcodes, names and dates of birth of real callers (EVI, PolyAI-LDN/evi-paper, CC BY 4.0).

A file that the shipped channel was learnt from is cross-validated in folds of callers; another is read with what is
shipped.
"""

from __future__ import annotations

import json
import random
import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from ruamel.yaml import YAML

from intents.entities.births import births as all_births
from intents.entities.births import ranked_births
from intents.entities.channel import Channel
from intents.entities.decoding import Weights, added
from intents.entities.learning import Counts, Example, learn
from intents.entities.postcode import SHAPES, Grammar, read_attempts
from intents.examples import DataSetError
from intents.understanding import Value

FOLDS = 5
LESSONS = Path(__file__).with_suffix(".yaml")
"""What was learnt from the development half: thresholds, weights of the fields, and which dialogues it was."""
TRUST = 0.9
"""How much the counts are trusted where the same recogniser wrote both halves."""
AS_FREQUENT = Grammar(dict.fromkeys(SHAPES, 1 / len(SHAPES)))
"""EVI's postcodes are made up; every shape is as frequent."""
TODAY = date(2021, 6, 1)
_ALTERNATIVES = 4
_INWARD = "ABDEFGHJLNPQRSTUWXYZ"


KEYS = frozenset({"dialogue_id", "speaker_id", "item", "attempt", "nbest", "truth"})
"""What each line of a file of dialogues holds."""


@dataclass(frozen=True, slots=True)
class Attempts:
    """One item of one dialogue: what was heard at each attempt, best first, and what was meant."""

    dialogue: str
    caller: str
    item: str
    heard: tuple[tuple[str, ...], ...]
    truth: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came out of one dialogue: `after` one, two and three attempts, the three likeliest and how likely the first
    is."""

    truth: str
    after: tuple[str, ...]
    top: tuple[str, ...]
    probability: float
    fold: int = 0


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares of dialogues, 0 to 1: right after one, two and all attempts, right among the top three, accepted silently
    (at the threshold that gave a precision of 99.5% elsewhere), and right among the accepted."""

    n: int
    single_turn: float
    two_attempts: float
    dialogue: float
    top_three: float
    accepted: float
    precision: float


def load(path: Path) -> tuple[Attempts, ...]:
    """Every item of every dialogue of an EVI file; raises `DataSetError`."""
    found: dict[tuple[str, str], list[tuple[int, tuple[str, ...]]]] = defaultdict(list)
    known: dict[tuple[str, str], tuple[str, str]] = {}
    for row in _rows(path):
        key = (row["dialogue_id"], row["item"])
        found[key].append((row["attempt"], tuple(row["nbest"])))
        known[key] = (row["speaker_id"], row["truth"])
    return tuple(
        Attempts(dialogue, known[dialogue, item][0], item, tuple(t for _, t in sorted(tries)), known[dialogue, item][1])
        for (dialogue, item), tries in found.items()
    )


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DataSetError(f"{path}: {error}") from error
    for number, line in enumerate(lines, 1):
        try:
            row = json.loads(line)
        except ValueError as error:
            raise DataSetError(f"{path}:{number}: expected JSON: {error}") from error
        if not isinstance(row, dict) or (missing := KEYS - row.keys()):
            wanted = ", ".join(sorted(KEYS if not isinstance(row, dict) else missing))
            raise DataSetError(f"{path}:{number}: expected an object with {wanted}")
        yield row
    if not lines:
        raise DataSetError(f"{path}: there are no dialogues in it")


def of(items: Sequence[Attempts], item: str) -> list[Attempts]:
    """The attempts at one item: `postcode`, `name` or `dob`."""
    return [attempts for attempts in items if attempts.item == item]


@lru_cache(maxsize=200)
def dense(area: str, size: int = 5_000) -> tuple[str, ...]:
    """A council's postcodes, made up: `size` of one area, sorted."""
    random_ = random.Random(area)
    made: set[str] = set()
    while len(made) < size:
        letter = random_.choice("ABCDEFGHJKMNPRSTUVWXY")
        district = random_.choice([f"{area}{random_.randint(0, 99)}", f"{area}{random_.randint(0, 9)}{letter}"])
        made.add(f"{district} {random_.randint(0, 9)}{random_.choice(_INWARD)}{random_.choice(_INWARD)}")
    return tuple(sorted(made))


@lru_cache(maxsize=2_000)
def council(postcode: str) -> tuple[str, ...]:
    """The postcodes of the made-up council that `postcode` belongs to."""
    area = "".join(symbol for symbol in postcode[:2] if symbol.isalpha())
    return tuple(sorted({*dense(area), postcode}))


def mark(dialogue: str) -> str:
    """A short name of a dialogue, by which it is known again."""
    return f"{zlib.crc32(dialogue.encode()):08x}"


@dataclass(frozen=True)
class Lessons:
    """What a file's dialogues are read with: fold by fold what the others taught, or what is shipped."""

    fold: Mapping[str, int]
    channels: Sequence[Channel]
    thresholds: Mapping[str, float] | None = None
    weights: Mapping[str, Sequence[float]] | None = None

    @property
    def learned(self) -> str:
        """`folds` or `shipped`."""
        return "folds" if self.thresholds is None else "shipped"

    def channel(self, item: Attempts) -> Channel:
        """The channel that has not seen this dialogue."""
        return self.channels[self.fold[item.dialogue]]


def lessons(items: Sequence[Attempts]) -> Lessons:
    """Folds if any of these dialogues was learnt from, else what is shipped."""
    shipped = YAML(typ="safe").load(LESSONS.read_text(encoding="utf-8"))
    dialogues = {item.dialogue for item in items}
    if not {mark(dialogue) for dialogue in dialogues} & set(shipped["dialogues"].split()):
        channel = Channel.load(trust=TRUST)
        return Lessons(dict.fromkeys(dialogues, 0), [channel], shipped["thresholds"], shipped["weights"])
    return in_folds(items)


def in_folds(items: Sequence[Attempts]) -> Lessons:
    """What the other folds teach."""
    fold = folds(items)
    codes = of(items, "postcode")
    channels = [Channel(taught([c for c in codes if fold[c.dialogue] != own]), trust=TRUST) for own in range(FOLDS)]
    return Lessons(fold, channels)


def folds(items: Sequence[Attempts]) -> dict[str, int]:
    """Each dialogue's fold; all that one person called, and all about one record of a caller's, are in one."""
    group: dict[str, str] = {}

    def root(name: str) -> str:
        while group.setdefault(name, name) != name:
            name = group[name]
        return name

    for item in items:
        group[root(item.caller)] = root(item.dialogue)
    groups = sorted({root(item.dialogue) for item in items})
    random.Random(1).shuffle(groups)
    number = {name: at % FOLDS for at, name in enumerate(groups)}
    return {item.dialogue: number[root(item.dialogue)] for item in items}


def taught(items: Sequence[Attempts]) -> Counts:
    """What dialogues teach about spelling."""
    return learn([Example(texts, item.truth.replace(" ", "")) for item in items for texts in item.heard if texts])


def postcodes(items: Sequence[Attempts], known: Lessons, *, gazetteer: bool) -> list[Outcome]:
    """Postcodes with or without a gazetteer of 5,000 that share the area."""
    weights = Weights()

    def read(item: Attempts, attempts: int) -> tuple[Value, ...]:
        heard = [texts[:_ALTERNATIVES] for texts in item.heard[:attempts]]
        local = council(item.truth) if gazetteer else ()
        return read_attempts(heard, known=local, channel=known.channel(item), grammar=AS_FREQUENT, weights=weights)

    return [_outcome(item, [read(item, n) for n in (1, 2, 3)], known) for item in items]


def births(items: Sequence[Attempts], known: Lessons) -> list[Outcome]:
    """Dates of birth."""
    every, weights = all_births(TODAY), Weights()
    outcomes = []
    for item in items:
        channel = known.channel(item)
        heard = [[every.likelihoods(text, channel) for text in texts[:_ALTERNATIVES]] for texts in item.heard]
        scores = [added([h for h in heard[:n] if h], weights) + np.zeros(len(every.dates)) for n in (1, 2, 3)]
        outcomes.append(_outcome(item, [ranked_births(every, score) for score in scores], known))
    return outcomes


def _outcome(item: Attempts, read: Sequence[tuple[Value, ...]], known: Lessons) -> Outcome:
    after = tuple(values[0].value if values else "" for values in read)
    last = read[-1][0] if read[-1] else None
    top = (last.value, *(other.value for other in last.alternatives[:2])) if last else ()
    return Outcome(item.truth, after, top, last.probability if last else 0.0, known.fold[item.dialogue])


def figures(outcomes: Sequence[Outcome], threshold: float | None = None) -> Figures:
    """The shares; without a `threshold`, each fold's is set on the other folds."""
    count = len(outcomes)
    limits = {fold: _limit(outcomes, fold) if threshold is None else threshold for fold in {o.fold for o in outcomes}}
    sure = [outcome for outcome in outcomes if outcome.probability >= limits[outcome.fold]]
    first, second, every = (sum(outcome.after[n] == outcome.truth for outcome in outcomes) / count for n in (0, 1, -1))
    return Figures(
        count,
        first,
        second,
        every,
        sum(outcome.truth in outcome.top for outcome in outcomes) / count,
        len(sure) / count,
        sum(outcome.after[-1] == outcome.truth for outcome in sure) / max(1, len(sure)),
    )


def _limit(outcomes: Sequence[Outcome], fold: int) -> float:
    return limit([outcome for outcome in outcomes if outcome.fold != fold])


def limit(outcomes: Sequence[Outcome], precision: float = 0.995) -> float:
    """The lowest probability above which `precision` of these outcomes are right; 1.1 if there is none."""
    ranked = sorted(outcomes, key=lambda outcome: -outcome.probability)
    right = np.cumsum([outcome.after[-1] == outcome.truth for outcome in ranked])
    good = np.flatnonzero(right / np.arange(1, len(ranked) + 1) >= precision)
    return ranked[int(good[-1])].probability if len(good) else 1.1
