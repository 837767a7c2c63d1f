"""The likeliest spellings of a lattice: a beam over every code that a grammar or a register allows."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from intents.entities.channel import SYMBOLS, Channel, Lattice

_NEVER = -1e9
_FAINT = {True: -9.0, False: -6.0}
"""Arcs less likely than this are not followed; fewer where no register keeps the beam narrow."""
CUT = -4.5
"""Log probability that the rest of a code was cut off, whatever its length."""


class Codes(Protocol):
    """What may be spelled: the symbols that may follow a prefix, and whether a prefix is whole."""

    known: bool
    """The codes are a register: a lost symbol can be filled in from it."""

    def after(self, prefix: str) -> Iterable[str]:
        """The symbols that may follow."""

    def whole(self, prefix: str) -> float | None:
        """The log prior of a whole code, else `None`."""


class Register:
    """A fixed set of codes, all as likely."""

    known = True

    def __init__(self, codes: Iterable[str]) -> None:
        self._codes = frozenset(codes)
        children: dict[str, set[str]] = defaultdict(set)
        for code in self._codes:
            for at in range(len(code)):
                children[code[:at]].add(code[at])
        self._children: Mapping[str, tuple[str, ...]] = {key: tuple(sorted(next_)) for key, next_ in children.items()}
        self._prior = -math.log(max(1, len(self._codes)))

    def after(self, prefix: str) -> Iterable[str]:
        """The symbols that may follow `prefix`."""
        return self._children.get(prefix, ())

    def whole(self, prefix: str) -> float | None:
        """The same log prior for every code."""
        return self._prior if prefix in self._codes else None


@dataclass(frozen=True, slots=True)
class Spelling:
    """A code and its joint log probability with what was heard."""

    code: str
    score: float


def decode(lattice: Lattice, codes: Codes, channel: Channel, *, beam: int = 60, best: int = 8) -> tuple[Spelling, ...]:
    """The `best` likeliest codes, likeliest first."""
    heard = _Heard(lattice, channel, codes.known)
    ranks: dict[str, tuple[list[float], float]] = {"": (heard.skipped(heard.begin()), _NEVER)}
    found: list[Spelling] = []
    while ranks:
        following: dict[str, tuple[list[float], float]] = {}
        for prefix, (reached, cut) in ranks.items():
            prior = codes.whole(prefix)
            if prior is not None:
                found.append(Spelling(prefix, max(reached[-1], cut) + prior))
            ended = max(cut, reached[-1] + CUT) if codes.known and prefix else _NEVER
            for symbol in codes.after(prefix):
                step = heard.step(reached, symbol)
                if step is not None:
                    following[prefix + symbol] = (step, ended)
        ranks = heard.pruned(following, beam)
    found = [spelling for spelling in found if spelling.score > _NEVER / 2]
    return tuple(sorted(found, key=lambda spelling: (-spelling.score, spelling.code))[:best])


def bound(lattice: Lattice, channel: Channel) -> float:
    """No code's log probability, its prior aside, is above this."""
    return _Heard(lattice, channel, known=False).ahead


def silence(lattice: Lattice) -> float:
    """The log probability of the utterance if nothing was spelled in it."""
    heard = [_NEVER] * (lattice.places + 1)
    heard[0] = 0.0
    for start, end, cost in sorted(lattice.skips):
        heard[end] = max(heard[end], heard[start] + cost)
    return heard[-1]


class _Heard:
    """A lattice made ready: for each symbol the arcs worth following, for each place the best that may still come."""

    def __init__(self, lattice: Lattice, channel: Channel, known: bool) -> None:
        self._places = lattice.places
        self._skips = sorted(lattice.skips)
        self._lost = channel.lost if known else _NEVER
        self._arcs: dict[str, list[tuple[int, int, float]]] = {}
        ahead: list[tuple[int, int, float]] = list(self._skips)
        for symbol in SYMBOLS:
            scored = [(arc.start, arc.end, channel.score(symbol, arc)) for arc in lattice.arcs]
            self._arcs[symbol] = [arc for arc in scored if arc[2] > _FAINT[known]]
            ahead += self._arcs[symbol]
        self._ahead = [_NEVER] * self._places + [0.0]
        for start, end, cost in sorted(ahead, key=lambda arc: -arc[0]):
            self._ahead[start] = max(self._ahead[start], cost + self._ahead[end])

    @property
    def ahead(self) -> float:
        """The best that the whole utterance can come to."""
        return self._ahead[0]

    def begin(self) -> list[float]:
        return [0.0] + [_NEVER] * self._places

    def skipped(self, reached: list[float]) -> list[float]:
        for start, end, cost in self._skips:
            score = reached[start] + cost
            reached[end] = score if score > reached[end] else reached[end]
        return reached

    def step(self, reached: list[float], symbol: str) -> list[float] | None:
        """The best log probability at each place once `symbol` was read, too."""
        arcs = self._arcs[symbol]
        if self._lost == _NEVER and not any(reached[start] > _NEVER / 2 for start, _, _ in arcs):
            return None
        after = [score + self._lost for score in reached] if self._lost > _NEVER else [_NEVER] * len(reached)
        for start, end, cost in arcs:
            score = reached[start] + cost
            after[end] = score if score > after[end] else after[end]
        return self.skipped(after)

    def pruned(self, ranks: dict[str, tuple[list[float], float]], beam: int) -> dict[str, tuple[list[float], float]]:
        """The prefixes that may still become the best."""
        scored = [
            (max(cut, *map(float.__add__, reached, self._ahead)), prefix) for prefix, (reached, cut) in ranks.items()
        ]
        scored.sort(reverse=True)
        return {prefix: ranks[prefix] for score, prefix in scored[:beam] if score > scored[0][0] - 14}


@lru_cache(maxsize=8)
def register(codes: tuple[str, ...]) -> Register:
    """The register of `codes`, which may have spaces, kept for the next utterance."""
    return Register(code.replace(" ", "") for code in codes)
