"""A noisy channel for spelling: what recognition makes of each letter and digit that a caller says.

`channel.csv` was counted by `intents.entities.learning` on the development half of EVI (PolyAI-LDN/evi-paper, CC BY
4.0).
"""

from __future__ import annotations

import csv
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from intents.entities.alphabet import DIGITS, LETTERS, NATO, SAID_AS, SOUND_ALIKE, SPELL_BY
from intents.entities.numbers import REPEATS, TENS, UNITS
from intents.entities.tokens import FILLERS, listed

SYMBOLS = LETTERS + DIGITS
LEARNED = Path(__file__).parent / "channel.csv"
EXPLAINED = "*"
"""The chunk of a letter that was explained by a word: "b for bertie"."""
LIKE_WORD = "~"
"""The chunk of a word that is nobody's name but starts with the letter."""
_FLOOR = 2e-5
_TRUST = 0.75
"""The weight of what was counted: another recogniser writes otherwise, "one" for "1"."""
SPELLERS = frozenset(word for words in SAID_AS.values() for word in words) - FILLERS
"""Words that stand for a symbol."""
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


class Channel:
    """log p(chunk | symbol), from counts where there are any and from the tables of `alphabet` otherwise.

    `counts[symbol][chunk]`: how often; `lost`: log p that a symbol leaves no trace.
    """

    def __init__(
        self,
        counts: Mapping[str, Mapping[str, float]] = MappingProxyType({}),
        *,
        strength: float = 12.0,
        lost: float = -4.0,
    ) -> None:
        self.lost = lost
        self._counts, self._strength = counts, strength
        self._totals = {symbol: sum(chunks.values()) for symbol, chunks in counts.items()}
        self._memo: dict[tuple[str, str], float] = {}

    def score(self, symbol: str, arc: Arc) -> float:
        """The log probability that `symbol` was heard as `arc`."""
        if arc.chunk == EXPLAINED:
            return -1.6 if arc.hint == symbol else -6.5
        known = self._memo.get((symbol, arc.chunk))
        if known is None:
            seen = self._counts.get(symbol, {}).get(arc.chunk, 0.0)
            total = self._totals.get(symbol, 0.0)
            trust = _TRUST * total / (total + self._strength)
            known = math.log(trust * seen / max(total, 1.0) + (1 - trust) * prior(symbol, arc.chunk))
            if len(self._memo) < 200_000:
                self._memo[symbol, arc.chunk] = known
        return known

    @staticmethod
    @lru_cache(maxsize=2)
    def load(path: Path = LEARNED) -> Channel:
        """The channel of a file of `symbol,chunk,count` rows."""
        counts: dict[str, dict[str, float]] = defaultdict(dict)
        with path.open(newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                counts[row["symbol"]][row["chunk"]] = float(row["count"])
        return Channel(counts)


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
    for at, piece in enumerate(pieces):
        arcs += _arcs(pieces, at, starts)
        if splits(piece):
            skips += [(starts[at] + n, starts[at] + n + 1, -4.2) for n in range(len(piece))]
        skips.append((starts[at], starts[at + 1], _skip(piece)))
    return Lattice(place, tuple(arcs), tuple(skips))


def splits(piece: str) -> bool:
    """Whether a written word may be several letters in one: "cb12jb", "jb", "fr"."""
    return (any(c.isdigit() for c in piece) and len(piece) <= 10) or (len(piece) <= 4 and piece.isalpha())


def _skip(piece: str) -> float:
    if piece in _CARRIERS:
        return -0.7
    if any(character.isdigit() for character in piece):
        return -4.2 * len(piece)
    return -4.2 if len(piece) == 1 or piece in SPELLERS else -2.2


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
