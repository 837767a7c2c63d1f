"""An utterance as words with their places, the ground that every reader stands on."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

LONGEST = 1_200
"""Characters of an utterance that are read; nobody says more between two pauses."""

_WORD = re.compile(r"x-ray|\d+(?:,\d{3})+(?:\.\d+)?|\d+\.\d+|[a-z0-9]+(?:'[a-z]+)*|£|@")
_QUOTES = {"\u2019": "'", "\u2018": "'", "\u02bc": "'", "`": "'"}


def listed(text: str) -> tuple[str, ...]:
    """A table of words, written as they are read."""
    return tuple(text.split())


FILLERS = frozenset(listed("um uh er erm hmm mm ah eh like so well right okay ok please yeah sorry it's its is"))
"""Words that carry nothing when a value is being said."""


@dataclass(frozen=True, slots=True)
class Token:
    """A lower-case word and its offsets `[start, end)` in the utterance."""

    text: str
    start: int
    end: int


def fold(text: str) -> str:
    """Lower case without accents, the same length as `text`, so that offsets stay true."""
    if text.isascii():
        return text.lower()
    return "".join(_fold_character(character) for character in text)


def _fold_character(character: str) -> str:
    if character in _QUOTES:
        return _QUOTES[character]
    base = unicodedata.normalize("NFKD", character)[:1].lower()
    return base if len(base) == 1 else " "


def tokens(text: str) -> tuple[Token, ...]:
    """The words of the first `LONGEST` characters."""
    return tuple(Token(m.group(), m.start(), m.end()) for m in _WORD.finditer(fold(text[:LONGEST])))


def words(text: str) -> tuple[str, ...]:
    """The lower-case words alone."""
    return tuple(token.text for token in tokens(text))
