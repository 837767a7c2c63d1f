"""A noisy channel for spelling: what recognition makes of each letter and digit that a caller says.

`channel.csv` was counted by `intents.entities.learning` on the development half of EVI (PolyAI-LDN/evi-paper, CC BY
4.0).
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from intents.entities.alphabet import DIGITS, LETTERS, NATO, SAID_AS, SOUND_ALIKE, SPELL_BY
from intents.entities.numbers import REPEATS, TENS, UNITS
from intents.entities.tokens import FILLERS, listed

SYMBOLS = LETTERS + DIGITS
Row = npt.NDArray[np.float64]
"""One number for each of `SYMBOLS`."""
LEARNED = Path(__file__).parent / "channel.csv"
EXPLAINED = "*"
"""The chunk of a letter that was explained by a word: "b for bertie"."""
LIKE_WORD = "~"
"""The chunk of a word that is nobody's name but starts with the letter."""
_FLOOR = 2e-5
_SYMBOL, _JUNK, _REPEATED = -4.2, -8.0, -5.0
"""Log probabilities of a letter where nothing is spelled, of one too many in a code, and of one that is there twice."""
SPELLERS = frozenset(word for words in SAID_AS.values() for word in words) - FILLERS
"""Words that stand for a symbol."""
_NAMES = frozenset(NATO.values()) | {SAID_AS[digit][0] for digit in DIGITS}
"""Words that are hardly said but for a symbol."""
_CARRIERS = FILLERS | frozenset(
    listed(
        "my the postcode post code is it's that's and then space yes i said no name reference number at in plate reg"
    )
)


@dataclass(frozen=True, slots=True)
class Arc:
    """`chunk` was heard between the places `start` and `end` of a lattice."""

    start: int
    end: int
    chunk: str
    hint: str = ""
    """The initial of the word that a letter was explained by."""


@dataclass(frozen=True, slots=True)
class Lattice:
    """Every way to cut an utterance into pieces that may each be one symbol.

    Places are numbered from 0 to `places`; `skips` are the costs of not reading a piece, as `(start, end, log p)`.
    """

    places: int
    arcs: tuple[Arc, ...]
    skips: tuple[tuple[int, int, float], ...]
    silence: float
    """Log probability of the utterance if nothing was spelled in it."""


class Channel:
    """p(chunk | symbol), from counts where there are any and from the tables of `alphabet` otherwise.

    `counts[symbol][chunk]`: how often; `trust`: the weight of what was counted, since another recogniser writes
    otherwise, "one" for "1"; `lost`: the probability that a symbol leaves no trace.
    """

    def __init__(
        self,
        counts: Mapping[str, Mapping[str, float]] = MappingProxyType({}),
        *,
        strength: float = 12.0,
        trust: float = 0.75,
        lost: float = 0.018,
    ) -> None:
        self.lost = lost
        self._counts, self._strength, self._trust = counts, strength, trust
        self._totals = {symbol: sum(chunks.values()) for symbol, chunks in counts.items()}
        self._rows: dict[tuple[str, str], Row] = {}

    def row(self, arc: Arc) -> Row:
        """The probability of `arc` for each of `SYMBOLS`."""
        known = self._rows.get((arc.chunk, arc.hint))
        if known is None:
            known = np.array([self._one(symbol, arc) for symbol in SYMBOLS])
            if len(self._rows) < 50_000:
                self._rows[arc.chunk, arc.hint] = known
        return known

    def _one(self, symbol: str, arc: Arc) -> float:
        if arc.chunk == EXPLAINED:
            return 0.2 if arc.hint == symbol else 0.0015
        seen = self._counts.get(symbol, {}).get(arc.chunk, 0.0)
        total = self._totals.get(symbol, 0.0)
        trust = self._trust * total / (total + self._strength)
        return trust * seen / max(total, 1.0) + (1 - trust) * prior(symbol, arc.chunk)

    @staticmethod
    @lru_cache(maxsize=2)
    def load(path: Path = LEARNED, *, trust: float = 0.75) -> Channel:
        """The channel of a file of `symbol,chunk,count` rows."""
        counts: dict[str, dict[str, float]] = defaultdict(dict)
        with path.open(newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                counts[row["symbol"]][row["chunk"]] = float(row["count"])
        return Channel(counts, trust=trust)


@lru_cache(maxsize=100_000)
def prior(symbol: str, chunk: str) -> float:
    """p(chunk | symbol) before anything was learned."""
    if chunk == symbol.lower():
        return 0.6
    if chunk == NATO.get(symbol, "").lower() or (symbol.isdigit() and chunk == SAID_AS[symbol][0]):
        return 0.25
    if chunk in SAID_AS[symbol]:
        return 0.02
    if chunk == LIKE_WORD + symbol:
        return 0.01
    if len(chunk) == 1 and any(symbol in group and chunk.upper() in group for group in SOUND_ALIKE):
        return 0.008
    if any(symbol in group and any(chunk in SAID_AS[other] for other in group) for group in SOUND_ALIKE):
        return 0.001
    return 0.0004 if len(chunk) == 1 else _FLOOR


def lattice(words: Sequence[str]) -> Lattice:
    """The lattice of an utterance's words; numbers in words become digits first."""
    pieces = plain_pieces(words)
    starts, place = [], 0
    for piece in pieces:
        starts.append(place)
        place += len(piece) if splits(piece) else 1
    starts.append(place)
    arcs: list[Arc] = []
    skips: list[tuple[int, int, float]] = []
    for at in range(len(pieces)):
        arcs += _arcs(pieces, at, starts)
        skips += _skips(pieces, at, starts)
    return Lattice(place, tuple(arcs), tuple(skips), sum(map(_unread, pieces)))


def _skips(pieces: Sequence[str], at: int, starts: Sequence[int]) -> list[tuple[int, int, float]]:
    """What it costs that a piece, or a letter of it, stands for nothing; what is said twice costs less."""
    piece, start, end = pieces[at], starts[at], starts[at + 1]
    again = at > 0 and pieces[at - 1] == piece
    cost = _unread(piece)
    if cost <= _SYMBOL:
        cost = _REPEATED if again else cost - _SYMBOL + _JUNK if len(piece) <= 2 or piece in _NAMES else cost
    skips = [(start, end, cost)]
    if splits(piece):
        twice = [n + 1 < len(piece) and piece[n + 1] == piece[n] for n in range(len(piece))]
        skips += [(start + n, start + n + 1, _REPEATED if twice[n] else _JUNK) for n in range(len(piece))]
    return skips


def splits(piece: str) -> bool:
    """Whether a written word may be several letters in one: "cb12jb", "jb", "fr"."""
    return (any(c.isdigit() for c in piece) and len(piece) <= 10) or (len(piece) <= 4 and piece.isalpha())


def _unread(piece: str) -> float:
    """The log probability of a piece that nobody spelled."""
    if piece in _CARRIERS:
        return -0.7
    if any(character.isdigit() for character in piece):
        return _SYMBOL * len(piece)
    return _SYMBOL if len(piece) == 1 or piece in SPELLERS else -2.2


def _arcs(pieces: Sequence[str], at: int, starts: Sequence[int]) -> list[Arc]:
    piece, start, end = pieces[at], starts[at], starts[at + 1]
    arcs = [Arc(start, end, piece)]
    if splits(piece) and len(piece) > 1:
        arcs += [Arc(start + n, start + n + 1, character) for n, character in enumerate(piece)]
    if piece.isalpha() and len(piece) >= 3:
        arcs.append(Arc(start, end, LIKE_WORD + piece[0].upper()))
    if piece == "double" and at + 1 < len(pieces) and pieces[at + 1] in {"u", "you"}:
        arcs.append(Arc(start, starts[at + 2], "double-u"))
    arcs += _explained(pieces, at, starts)
    return arcs


def _explained(pieces: Sequence[str], at: int, starts: Sequence[int]) -> list[Arc]:
    """ "B for Bertie", "B as in Bertie", "B the Bertie" is one letter."""
    found: list[Arc] = []
    if len(pieces[at]) > 3 or at + 2 >= len(pieces) or pieces[at + 1] not in SPELL_BY:
        return found
    word = at + 3 if pieces[at + 1 : at + 3] == ["as", "in"] else at + 2
    if word < len(pieces) and len(pieces[word]) > 1 and pieces[word][0].isalpha():
        found.append(Arc(starts[at], starts[word + 1], EXPLAINED, pieces[word][0].upper()))
    return found


def plain_pieces(words: Sequence[str]) -> list[str]:
    """Lower-case words with "double two" and "thirty six" written as digits, and at most 60 of them."""
    pieces: list[str] = []
    at = 0
    while at < len(words) and len(pieces) < 60:
        word, after = words[at], words[at + 1] if at + 1 < len(words) else ""
        if word in REPEATS and after and after not in {"u", "you"}:
            single = str(UNITS[after]) if after in UNITS else after
            pieces += [single] * REPEATS[word] if len(single) == 1 else [single]
            at += 2
        elif word in TENS and 0 < UNITS.get(after, 0) < 10:
            pieces.append(str(TENS[word] + UNITS[after]))
            at += 2
        elif word in TENS or UNITS.get(word, 0) > 9:
            pieces.append(str(TENS.get(word, UNITS.get(word, 0))))
            at += 1
        else:
            pieces.append(word)
            at += 1
    return pieces
