"""Postcodes, names and dates of birth of real callers (EVI, PolyAI-LDN/evi-paper, CC BY 4.0), cross-validated."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from intents.entities.channel import Channel
from intents.entities.dates import read_date
from intents.entities.evidence import combine, mix
from intents.entities.learning import Counts, Example, learn
from intents.entities.postcode import read_attempts
from intents.understanding import Value

FOLDS = 5
INWARD = "ABDEFGHJLNPQRSTUWXYZ"
TODAY = date(2021, 6, 1)


@dataclass(frozen=True, slots=True)
class Attempts:
    """One item of one dialogue: what was heard at each attempt, best first, and what was meant."""

    dialogue: str
    item: str
    heard: tuple[tuple[str, ...], ...]
    truth: str


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares, 0 to 1: right at the first attempt alone, right over all, right among the top three, accepted silently
    (probability at least 0.995), and right among the accepted."""

    dialogues: int
    first: float
    all: float
    top3: float
    accepted: float
    precision: float


def load(path: Path) -> tuple[Attempts, ...]:
    """Every item of every dialogue of an EVI file."""
    found: dict[tuple[str, str], list[tuple[int, tuple[str, ...]]]] = defaultdict(list)
    truth: dict[tuple[str, str], str] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        key = (row["dialogue_id"], row["item"])
        found[key].append((row["attempt"], tuple(row["nbest"])))
        truth[key] = row["truth"]
    return tuple(Attempts(*key, tuple(texts for _, texts in sorted(tries)), truth[key]) for key, tries in found.items())


@lru_cache(maxsize=200)
def dense(area: str, size: int = 5_000) -> tuple[str, ...]:
    """A council's postcodes, made up: `size` of one area, sorted."""
    random_ = random.Random(area)
    made: set[str] = set()
    while len(made) < size:
        district = random_.choice(
            [f"{area}{random_.randint(0, 99)}", f"{area}{random_.randint(0, 9)}{_letter(random_)}"]
        )
        made.add(f"{district} {random_.randint(0, 9)}{random_.choice(INWARD)}{random_.choice(INWARD)}")
    return tuple(sorted(made))


def _letter(random_: random.Random) -> str:
    return random_.choice("ABCDEFGHJKMNPRSTUVWXY")


def council(postcode: str) -> tuple[str, ...]:
    """The postcodes of the made-up council that `postcode` belongs to."""
    area = "".join(symbol for symbol in postcode[:2] if symbol.isalpha())
    return tuple(sorted({*dense(area), postcode}))


def folds(items: Sequence[Attempts]) -> tuple[tuple[list[Attempts], Counts], ...]:
    """The dialogues in parts, each with the channel counts learned from the other parts."""
    order = sorted(items, key=lambda attempts: attempts.dialogue)
    random.Random(1).shuffle(order)
    parts = [order[at::FOLDS] for at in range(FOLDS)]
    return tuple(
        (part, learn([e for other in parts if other is not part for item in other for e in examples(item)]))
        for part in parts
    )


def examples(item: Attempts) -> list[Example]:
    """What a dialogue teaches about spelling."""
    return [Example(texts, item.truth.replace(" ", "")) for texts in item.heard if texts]


def read(item: Attempts, known: tuple[str, ...], channel: Channel) -> tuple[Value | None, Value | None]:
    """The postcode from the first attempt alone, and from all of them."""
    first = read_attempts(item.heard[:1], known=known, channel=channel)
    every = read_attempts(item.heard, known=known, channel=channel)
    return (first[0] if first else None), (every[0] if every else None)


def postcodes(parts: Sequence[tuple[list[Attempts], Counts]], *, gazetteer: bool, learned: bool = True) -> Figures:
    """The figures for postcodes, with or without a gazetteer of 5,000 that share the area."""
    results = []
    for part, counts in parts:
        channel = Channel(counts) if learned else Channel()
        for item in part:
            known = council(item.truth) if gazetteer else ()
            results.append((item.truth, *read(item, known, channel)))
    return _figures(results)


def births(items: Sequence[Attempts]) -> Figures:
    """The figures for dates of birth."""
    results = []
    for item in items:
        attempts = [
            [value for text in texts[:4] for value in read_date(text, TODAY, expected=True, past=True)[:1]]
            for texts in item.heard
        ]
        heard = [mix(readings) for readings in attempts if readings]
        first = mix(attempts[0]) if attempts[0] else None
        results.append((item.truth, first, combine(heard) if heard else None))
    return _figures(results)


def _figures(results: Sequence[tuple[str, Value | None, Value | None]]) -> Figures:
    count = len(results)
    sure = [(truth, value) for truth, _, value in results if value is not None and value.probability >= 0.995]
    top3 = sum(value is not None and truth in _top(value) for truth, _, value in results)
    return Figures(
        count,
        sum(first is not None and first.value == truth for truth, first, _ in results) / count,
        sum(value is not None and value.value == truth for truth, _, value in results) / count,
        top3 / count,
        len(sure) / count,
        sum(value.value == truth for truth, value in sure) / max(1, len(sure)),
    )


def _top(value: Value) -> set[str]:
    return {value.value, *(other.value for other in value.alternatives[:2])}


def of(items: Sequence[Attempts], item: str) -> list[Attempts]:
    """The attempts at one item: `postcode`, `name` or `dob`."""
    return [attempts for attempts in items if attempts.item == item]


Report = Mapping[str, Figures]
