"""The likeliest codes of a lattice: every way to read it is added up, over all codes of a grammar or a register."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import numpy as np
import numpy.typing as npt

from intents.entities.channel import SYMBOLS, Channel, Lattice

Matrix = npt.NDArray[np.float64]
CUT = 0.011
"""Probability that the rest of a code was cut off after any one of its symbols."""
_FAINT = 1e-10
"""Prefixes that promise less than this, against the best of their length, are not followed."""


class Grammar(Protocol):
    """What may be spelled: the symbols that may follow a prefix, and whether a prefix is whole."""

    def after(self, prefix: str) -> Iterable[str]:
        """The symbols that may follow."""

    def whole(self, prefix: str) -> float | None:
        """The log prior of a whole code, else `None`."""


class Ready:
    """A lattice made ready for one channel: what each symbol does to the places that may have been reached.

    `steps[symbol]`: `[places + 1, places + 1]`; a symbol is lost or read from an arc, then pieces may be passed over.
    """

    def __init__(self, heard: Lattice, channel: Channel) -> None:
        size = heard.places + 1
        self.passed = _closure(heard, size)
        self.read = np.zeros((len(SYMBOLS), size, size))
        for arc in heard.arcs:
            self.read[:, arc.start, arc.end] += channel.row(arc)
        self.read[:, np.arange(size), np.arange(size)] += channel.lost
        self.steps = self.read @ self.passed
        self.begin: Matrix = self.passed[0]
        self._known: dict[int, tuple[Register, Matrix]] = {}
        self._ahead: dict[int, Matrix] = {}
        self.silence = math.exp(max(heard.silence, -600.0))
        """The probability of the utterance if nothing was spelled in it."""

    def likelihoods(self, codes: Register) -> Matrix:
        """What `Register.likelihoods` says, kept: several attempts are weighed more than once."""
        known = self._known.get(id(codes))
        if known is None:
            known = self._known[id(codes)] = (codes, codes.likelihoods(self))
        return known[1]

    def ahead(self, symbols: int) -> Matrix:
        """For each place, about the best that up to `symbols` more may come to."""
        if symbols in self._ahead:
            return self._ahead[symbols]
        any_symbol = self.steps.max(axis=0)
        best = self.passed[:, -1].copy()
        reach = best.copy()
        for _ in range(symbols):
            reach = any_symbol @ reach
            best = np.maximum(best, reach)
        self._ahead[symbols] = best
        return best


class Register:
    """A fixed set of codes, scored all at once along the tree of their prefixes."""

    def __init__(self, codes: Iterable[str]) -> None:
        self.codes = tuple(dict.fromkeys(codes))
        at: dict[str, int] = {"": 0}
        levels: list[dict[str, list[tuple[int, int]]]] = []
        for code in self.codes:
            for length in range(1, len(code) + 1):
                if code[:length] not in at:
                    at[code[:length]] = len(at)
                    if len(levels) < length:
                        levels.append(defaultdict(list))
                    levels[length - 1][code[length - 1]].append((at[code[: length - 1]], at[code[:length]]))
        self._levels = [
            [(SYMBOLS.index(symbol), *np.array(pairs).T) for symbol, pairs in level.items()] for level in levels
        ]
        self._ends = np.array([at[code] for code in self.codes], np.intp)
        self._size = len(at)

    def likelihoods(self, ready: Ready) -> Matrix:
        """The probability of what was heard for each code, against that of nothing having been spelled: `[codes]`."""
        reached = np.zeros((self._size, len(ready.begin)))
        cut = np.zeros(self._size)
        hope = np.zeros(self._size)
        ahead = ready.ahead(len(self._levels))
        reached[0], hope[0] = ready.begin, 1.0
        for level in self._levels:
            limit = hope.max() * _FAINT
            hope[:] = 0.0
            for symbol, parents, children in level:
                alive = reached[parents] @ ahead >= limit
                rows, into = parents[alive], children[alive]
                reached[into] = reached[rows] @ ready.steps[symbol]
                cut[children] = cut[parents] + CUT * reached[parents, -1] * (parents > 0)
                hope[into] = reached[into] @ ahead
        whole: Matrix = (reached[self._ends, -1] + cut[self._ends]) / ready.silence
        return whole


@lru_cache(maxsize=8)
def register(codes: tuple[str, ...]) -> Register:
    """The register of `codes`, which may have spaces, kept for the next utterance."""
    return Register(code.replace(" ", "") for code in codes)


@dataclass(frozen=True, slots=True)
class Weights:
    """How the evidence of several attempts, and of a recogniser's alternatives for each, is added up."""

    attempt: float = 0.7
    """How much each of several attempts counts: one voice is misheard alike every time."""
    rank: float = 0.5
    """How much an alternative counts against the one before it."""
    floor: float = math.exp(-6.0)
    """The likelihood of any code in an attempt that was about something else."""

    def ranks(self, alternatives: int) -> list[float]:
        """Weights of a recogniser's alternatives, best first; they sum to 1."""
        weights = [self.rank**place for place in range(alternatives)]
        return [weight / sum(weights) for weight in weights]


def added(likelihoods: Sequence[Sequence[Matrix]], weights: Weights) -> Matrix:
    """The log evidence of all attempts, each with its alternatives; 0 is what an attempt that says nothing gives."""
    share = weights.attempt if len(likelihoods) > 1 else 1.0
    total: Matrix = np.zeros(1)
    for attempt in likelihoods:
        ranks = weights.ranks(len(attempt))
        mixed = sum((rank * one for rank, one in zip(ranks, attempt, strict=True)), start=np.zeros(1))
        total = total + share * np.log(mixed + weights.floor)
    return total


def search(
    attempts: Sequence[Sequence[Ready]], grammar: Grammar, weights: Weights, *, beam: int = 200, best: int = 40
) -> tuple[str, ...]:
    """The codes of a grammar that all attempts together speak for most, likeliest first."""
    heard = tuple(ready for attempt in attempts for ready in attempt)
    sizes = [len(attempt) for attempt in attempts]
    beams = _Beams(("",), [ready.begin[None, :] for ready in heard], [np.zeros(1) for _ in heard])
    found: list[tuple[float, str]] = []
    while beams.prefixes:
        whole = [(row, prior) for row, prefix in enumerate(beams.prefixes) if (prior := grammar.whole(prefix))]
        if whole:
            rows = np.array([row for row, _ in whole])
            totals = added(_parted(beams.ended(heard, rows), sizes), weights)
            found += [(float(t) + p, beams.prefixes[row]) for t, (row, p) in zip(totals, whole, strict=True)]
        longer, hopes = beams.grown(heard, grammar)
        if not longer.prefixes:
            break
        order = np.argsort(-added(_parted(hopes, sizes), weights), kind="stable")[:beam]
        beams = longer.of(order)
    return tuple(code for _, code in sorted(found, reverse=True)[:best])


@dataclass(frozen=True, slots=True)
class _Beams:
    """Prefixes of one length with, for each lattice, the places reached and what was cut off before."""

    prefixes: tuple[str, ...]
    reached: list[Matrix]
    cut: list[Matrix]

    def of(self, rows: npt.NDArray[np.intp]) -> _Beams:
        """Only these prefixes."""
        kept = tuple(self.prefixes[row] for row in rows)
        return _Beams(kept, [one[rows] for one in self.reached], [one[rows] for one in self.cut])

    def ended(self, heard: Sequence[Ready], rows: npt.NDArray[np.intp]) -> list[Matrix]:
        """For each lattice, the likelihood of these prefixes as whole codes."""
        each = zip(self.reached, self.cut, heard, strict=True)
        return [(reached[rows, -1] + cut[rows]) / ready.silence for reached, cut, ready in each]

    def grown(self, heard: Sequence[Ready], grammar: Grammar) -> tuple[_Beams, list[Matrix]]:
        """Every prefix with one symbol more, and for each lattice what they may still come to."""
        pairs = [(row, SYMBOLS.index(s)) for row, prefix in enumerate(self.prefixes) for s in grammar.after(prefix)]
        rows, symbols = np.array(pairs, np.intp).reshape(-1, 2).T
        longer = _Beams(tuple(self.prefixes[row] + SYMBOLS[s] for row, s in pairs), [], [])
        hopes: list[Matrix] = []
        for reached, cut, ready in zip(self.reached, self.cut, heard, strict=True):
            longer.reached.append(np.tensordot(reached, ready.steps, (1, 1))[rows, symbols])
            longer.cut.append(cut[rows] + (CUT * reached[rows, -1] if self.prefixes[0] else 0.0))
            hopes.append(((longer.reached[-1] * ready.ahead(7)).max(axis=1) + longer.cut[-1]) / ready.silence)
        return longer, hopes


def _parted(rows: Sequence[Matrix], sizes: Sequence[int]) -> list[list[Matrix]]:
    parts, at = list[list[Matrix]](), 0
    for size in sizes:
        parts.append(list(rows[at : at + size]))
        at += size
    return [part for part in parts if part]


def _closure(heard: Lattice, size: int) -> Matrix:
    """The probability of coming from one place to another by passing over pieces."""
    passed = np.eye(size)
    once: dict[tuple[int, int], float] = {}
    for start, end, cost in heard.skips:
        once[start, end] = max(once.get((start, end), 0.0), math.exp(cost))
    for (start, end), share in sorted(once.items(), key=lambda edge: edge[0][1]):
        passed[:, end] += passed[:, start] * share
    return passed
