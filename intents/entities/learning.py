"""Learns the noisy channel of spelling from what was heard and what was meant, by hard EM."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from intents.entities.channel import EXPLAINED, Arc, Channel, Lattice, lattice
from intents.entities.decoding import CUT
from intents.entities.tokens import words

_NEVER = -1e9
_WORST = -4.0
"""An alignment whose symbols cost more than this on average is another subject, not a spelling."""
_State = tuple[int, int]
"""A place of the lattice, and how many symbols of the code were read."""
_Best = dict[_State, tuple[float, _State | None, Arc | None]]
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
            for symbol, arc in align(heard, code, channel):
                if arc.chunk != EXPLAINED:
                    counts[symbol][arc.chunk] += weight
    return {symbol: dict(chunks) for symbol, chunks in counts.items()}


def align(heard: Lattice, code: str, channel: Channel) -> list[tuple[str, Arc]]:
    """The likeliest piece for each symbol of `code`; nothing if the two have little to do with each other."""
    best: _Best = {(0, 0): (0.0, None, None)}
    steps = _steps(heard)
    for place in range(heard.places + 1):
        for read in range(len(code) + 1):
            if (place, read) in best:
                _follow(best, (place, read), steps[place], code, channel)
    return _trace(best, heard.places, code)


def _steps(heard: Lattice) -> Mapping[int, list[tuple[int, float, Arc | None]]]:
    """From each place, where a piece leads to; one that is passed over has a cost and no arc."""
    steps: dict[int, list[tuple[int, float, Arc | None]]] = defaultdict(list)
    for start, end, cost in heard.skips:
        steps[start].append((end, cost, None))
    for arc in heard.arcs:
        steps[arc.start].append((arc.end, 0.0, arc))
    return steps


def _follow(
    best: _Best, state: _State, steps: Iterable[tuple[int, float, Arc | None]], code: str, channel: Channel
) -> None:
    place, read = state
    score = best[state][0]
    reached: list[tuple[_State, float, Arc | None]] = []
    if read < len(code):
        reached.append(((place, read + 1), score + channel.lost, None))
    for end, cost, arc in steps:
        if arc is None:
            reached.append(((end, read), score + cost, None))
        elif read < len(code):
            reached.append(((end, read + 1), score + channel.score(code[read], arc), arc))
    for following, total, piece in reached:
        if total > best.get(following, (_NEVER, None, None))[0]:
            best[following] = (total, state, piece)


def _trace(best: _Best, places: int, code: str) -> list[tuple[str, Arc]]:
    ends = [(best[places, read][0] + (CUT if read < len(code) else 0.0), read) for read in range(len(code) + 1)
            if (places, read) in best]  # fmt: skip
    score, read = max(ends, default=(_NEVER, 0))
    pairs: list[tuple[str, Arc]] = []
    state: _State | None = (places, read)
    while state is not None and score > _NEVER:
        _, before, arc = best[state]
        if arc is not None:
            pairs.append((code[state[1] - 1], arc))
        state = before
    return pairs[::-1] if len(pairs) >= 3 and score / len(code) > _WORST else []


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
                yield symbol, chunk, f"{count:g}"
