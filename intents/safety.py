"""The safety net: what is danger, whatever else the caller wants. No model, no network, no database."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from intents import card_number
from intents.document import Document, Problem, read
from intents.errors import ServiceFileError
from intents.understanding import Danger

LETTERS_PER_SLIP = 10
"""A phrase may differ by one letter for each so many of its letters."""
_LONGEST = 4000
"""Characters that are looked at; beyond this nobody speaks in one turn."""

_APOSTROPHE = re.compile("['’‘`´]")
_POSSESSIVE = re.compile("['’‘`´]s\\b", re.IGNORECASE)
"""`the smoke's pouring out` is also looked at without its `'s`, as if it were `smoke pouring out`."""
_NOT_WORDS = re.compile(r"[^a-z0-9]+")
_GAP = r"(?: \w+){0,5}? "
_OUT = " / "
"""Stands where an `unless` was taken out, so that the words around it do not grow together."""


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z][a-z_]*$")
    say: str = Field(min_length=1)
    record: str = Field(min_length=1)
    fetch_person: bool = False
    end_call: bool = False
    hazard: str | None = None
    due_hours: int | None = Field(default=None, ge=1)
    due_working_days: int | None = Field(default=None, ge=1)
    detector: Literal["card_number"] | None = None
    patterns: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    entries: tuple[_Entry, ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class _Rule:
    entry: _Entry
    pattern: re.Pattern[str]
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
    """The entries of `safety.yaml`, most urgent first."""

    def __init__(self, rules: tuple[_Rule, ...]) -> None:
        self._rules = rules

    @classmethod
    def load(cls, path: Path) -> Safety:
        """Read the entries; raises `ServiceFileError` with every problem and its line."""
        document = read(path.name, path.read_text(encoding="utf-8"))
        if isinstance(document, Problem):
            raise ServiceFileError((str(document),))
        try:
            file = _File.model_validate(document.data)
        except ValidationError as error:
            details = error.errors(include_url=False, include_input=False)
            raise ServiceFileError(
                tuple(
                    str(document.problem(detail["loc"], f"{detail['loc'][-1]}: {detail['msg']}")) for detail in details
                )
            ) from None
        return cls(_rules(document, file))

    @property
    def entries(self) -> tuple[str, ...]:
        """The ids, most urgent first."""
        return tuple(rule.entry.id for rule in self._rules)

    def check(self, text: str) -> Danger | None:
        """The most urgent danger in what was said, or `None`. `matched` never holds digits of a card."""
        text = text[:_LONGEST]
        words = normal(text)
        if (cut := normal(_POSSESSIVE.sub("", text))) != words:
            words = f"{words}{_OUT}{cut}"
        for rule in self._rules:
            if matched := rule.match(words, text):
                return _danger(rule.entry, matched)
        return None


def normal(text: str) -> str:
    """Small letters and figures, single spaces, no apostrophes: `He's GONE!` → `hes gone`."""
    return _NOT_WORDS.sub(" ", _APOSTROPHE.sub("", text.casefold())).strip()


def _rules(document: Document, file: _File) -> tuple[_Rule, ...]:
    rules, problems = [], []
    for index, entry in enumerate(file.entries):
        compiled = []
        for key in ("patterns", "unless"):
            for place, pattern in enumerate(getattr(entry, key)):
                try:
                    re.compile(pattern)
                except re.error as error:
                    problems.append(str(document.problem(("entries", index, key, place), f"{key}: {error}")))
            compiled.append(getattr(entry, key))
        if not problems:
            rules.append(_Rule(entry, _one(compiled[0]), _one(compiled[1])))
    if problems:
        raise ServiceFileError(tuple(problems))
    return tuple(rules)


def _one(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """All patterns as one, on whole words; one that can never match when there are none."""
    joined = "|".join(rf"(?:{pattern.replace(' .. ', _GAP)})" for pattern in patterns)
    return re.compile(rf"(?<!\w)(?:{joined})(?!\w)" if joined else r"(?!)")


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


def _danger(entry: _Entry, matched: str) -> Danger:
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
    )
