"""Learns the noisy channel of spelling from what was heard and what was meant, by EM."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from intents.entities.channel import EXPLAINED, SYMBOLS, Channel, Lattice, lattice
from intents.entities.decoding import CUT, Matrix, Ready
from intents.entities.tokens import words

_SUBJECT = 1.0
"""An utterance that is less likely than this, against nothing having been spelled, is about something else."""
Counts = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Example:
    """What was heard, best first, when `code` (capitals and digits, no space) was meant."""

    heard: tuple[str, ...]
    code: str


def learn(examples: Sequence[Example], *, rounds: int = 4) -> Counts:
    """How often each chunk was heard for each symbol; the tables of `alphabet` are where it begins."""
    prepared = [(lattice(words(text)), example.code, 0.5**rank) for example in examples
                for rank, text in enumerate(example.heard[:3])]  # fmt: skip
    counts: dict[str, dict[str, float]] = {}
    for _ in range(rounds):
        channel = Channel(counts)
        counts = defaultdict(lambda: defaultdict(float))
        for heard, code, weight in prepared:
            for symbol, chunk, share in expected(heard, code, channel):
                if chunk != EXPLAINED:
                    counts[symbol][chunk] += weight * share
    return {symbol: dict(chunks) for symbol, chunks in counts.items()}


def expected(heard: Lattice, code: str, channel: Channel) -> list[tuple[str, str, float]]:
    """Which pieces stand for which symbols of `code`, each with its probability (0.01 and above).

    Nothing if the two have little to do with each other.
    """
    ready = Ready(heard, channel)
    places = [SYMBOLS.index(symbol) for symbol in code]
    before, after = _forward(ready, places), _backward(ready, places)
    total = float(before[0] @ after[0])
    if total / ready.silence < _SUBJECT:
        return []
    found: list[tuple[str, str, float]] = []
    for at, (symbol, place) in enumerate(zip(code, places, strict=True)):
        following = ready.passed @ after[at + 1]
        for arc in heard.arcs:
            share = float(before[at][arc.start] * channel.row(arc)[place] * following[arc.end]) / total
            if share >= 0.01:
                found.append((symbol, arc.chunk, share))
    return found


def _forward(ready: Ready, symbols: Sequence[int]) -> list[Matrix]:
    reached = [ready.begin]
    for symbol in symbols:
        reached.append(reached[-1] @ ready.steps[symbol])
    return reached


def _backward(ready: Ready, symbols: Sequence[int]) -> list[Matrix]:
    """For each number of symbols read, the probability of the rest, which may be cut off, from each place."""
    end = np.zeros(len(ready.begin))
    end[-1] = 1.0
    rest = [end]
    for at in range(len(symbols) - 1, -1, -1):
        rest.append(ready.steps[symbols[at]] @ rest[-1] + (CUT * end if at else 0.0))
    return rest[::-1]


def save(counts: Counts, path: Path, *, least: float = 0.5) -> None:
    """Write the counts of at least `least` as `symbol,chunk,count`, sorted."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("symbol", "chunk", "count"))
        writer.writerows(_rows(counts, least))


def _rows(counts: Counts, least: float) -> Iterable[tuple[str, str, str]]:
    for symbol in sorted(counts):
        for chunk, count in sorted(counts[symbol].items(), key=lambda pair: (-pair[1], pair[0])):
            if count >= least:
                yield symbol, chunk, f"{round(count, 2):g}"
