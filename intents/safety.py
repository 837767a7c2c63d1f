"""The safety net: what is danger, whatever else the caller wants. The rules need no model, network or database."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from intents import card_number
from intents.safety_file import Entry, read_entries
from intents.safety_resemblance import Resemblance
from intents.understanding import Danger

LETTERS_PER_SLIP = 10
"""A phrase may differ by one letter for each so many of its letters."""
_LONGEST = 4000
"""Characters that are looked at; beyond this nobody speaks in one turn."""

_APOSTROPHE = re.compile("['’‘`´]")
_POSSESSIVE = re.compile("['’‘`´]s\\b", re.IGNORECASE)
"""`the smoke's pouring out` is also looked at without its `'s`, as if it were `smoke pouring out`."""
_NOT_WORDS = re.compile(r"[^a-z0-9]+")
_FILLER = re.compile(r"\b(?:um+|uh+|erm?|hmm+|mm+) ")
_OUT = " / "
"""Stands where an `unless` was taken out, so that the words around it do not grow together."""


@dataclass(frozen=True, slots=True)
class _Rule:
    entry: Entry
    pattern: re.Pattern[str]
    maybe: re.Pattern[str]
    unless: re.Pattern[str]

    def match(self, words: str, text: str) -> str | None:
        """The words that fired, or `None`."""
        if self.entry.detector == "card_number" and card_number.reads_out(text):
            return "card number"
        left = self.unless.sub(_OUT, words)
        if found := self.pattern.search(left):
            return found.group().strip()
        return next((phrase for phrase in self.entry.phrases if _heard(phrase, left)), None)


class Safety:
    """The entries of `safety.yaml`, most urgent first, with a second look by likeness to examples if there is one."""

    def __init__(self, rules: tuple[_Rule, ...], second_look: Resemblance | None = None) -> None:
        self._rules = rules
        self._second_look = second_look

    @classmethod
    def load(cls, path: Path) -> Safety:
        """Read the entries; raises `ServiceFileError` with every problem and its line."""
        return cls(tuple(_Rule(*compiled) for compiled in read_entries(path)))

    def with_second_look(self, second_look: Resemblance) -> Safety:
        """The same rules, with a second look."""
        return Safety(self._rules, second_look)

    def at_home(self, entry: str) -> tuple[str, ...]:
        """The services whose callers may well say what fires `entry`."""
        return next((rule.entry.at_home for rule in self._rules if rule.entry.id == entry), ())

    @property
    def entries(self) -> tuple[str, ...]:
        """The ids, most urgent first."""
        return tuple(rule.entry.id for rule in self._rules)

    def check(self, text: str, others: Sequence[str] = ()) -> Danger | None:
        """The most urgent danger in what was said, or `None`. `matched` never holds digits of a card.

        What only resembles danger comes back with `suspected`: it is worth one question. So is danger in one of
        `others`, the further ways in which the same words may have been heard.
        """
        found = self.certain(text) or self._suspicion(text[:_LONGEST])
        if found is not None:
            return found
        heard = (self.certain(other) or self._suspicion(other[:_LONGEST]) for other in others)
        return next((replace(danger, suspected=True) for danger in heard if danger is not None and danger.ask), None)

    def certain(self, text: str) -> Danger | None:
        """The rules' word alone."""
        text = text[:_LONGEST]
        words = _both_ways(text)
        for rule in self._rules:
            if matched := rule.match(words, text):
                return _danger(rule.entry, matched)
        return None

    def _suspicion(self, text: str) -> Danger | None:
        words = _both_ways(text)
        for rule in self._rules:
            if found := rule.maybe.search(rule.unless.sub(_OUT, words)):
                return _danger(rule.entry, found.group().strip(), suspected=True)
        resembled = self._second_look.entry(text) if self._second_look else None
        entry = next((rule.entry for rule in self._rules if rule.entry.id == resembled), None)
        return _danger(entry, "what it resembles", suspected=True) if entry is not None and entry.ask else None


def normal(text: str) -> str:
    """Small letters and figures, single spaces, no apostrophes, no `um`: `He's, er, GONE!` → `hes gone`."""
    return _FILLER.sub("", _NOT_WORDS.sub(" ", _APOSTROPHE.sub("", text.casefold())).strip())


def _both_ways(text: str) -> str:
    """The words with and without possessive endings."""
    words, cut = normal(text), normal(_POSSESSIVE.sub("", text))
    return words if cut == words else f"{words}{_OUT}{cut}"


def _heard(phrase: str, words: str) -> bool:
    """Whether some run of whole words sounds like `phrase`."""
    slips = len(phrase) // LETTERS_PER_SLIP
    found = fuzz.partial_ratio_alignment(phrase, words, score_cutoff=80)
    if found is None or len(words) < len(phrase) - slips:
        return False
    start = words.rfind(" ", 0, found.dest_start + 1) + 1
    end = words.find(" ", max(found.dest_end - 1, 0))
    nearest = words[start : end if end >= 0 else len(words)]
    return Levenshtein.distance(phrase, nearest, score_cutoff=slips) <= slips


def _danger(entry: Entry, matched: str, *, suspected: bool = False) -> Danger:
    return Danger(
        entry=entry.id,
        say=entry.say,
        fetch_person=entry.fetch_person,
        end_call=entry.end_call,
        record=entry.record,
        matched=matched,
        hazard=entry.hazard,
        due_hours=entry.due_hours,
        due_working_days=entry.due_working_days,
        goes_on=entry.goes_on,
        suspected=suspected,
        closed=entry.closed,
        ask=entry.ask,
        ask_means=entry.ask_means,
    )
