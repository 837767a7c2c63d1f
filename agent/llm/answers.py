"""What the language model's tasks result in. A task that did not work out has a type of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

WhyNot = Literal["off", "late", "failed", "unusable"]
"""`off`: not switched on, or not passed `townline evaluate llm` · `late`: past its deadline ·
`failed`: no connection, or an error · `unusable`: an answer that breaks the task's rules."""


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """The model did not help; what needs no model is done instead."""

    why: WhyNot


@dataclass(frozen=True, slots=True)
class Candidate:
    """One intent to choose among, with utterances that mean it."""

    intent: str
    title: str
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chosen:
    """The candidate that was meant, or `None` when the model says that none of them was."""

    intent: str | None


@dataclass(frozen=True, slots=True)
class Extracted:
    """Slot → the caller's own words for it. Every value stands in the utterance."""

    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Phrased:
    """What to say. Without `by_model` it is the passage itself, and `why` tells the reason."""

    text: str
    by_model: bool
    why: WhyNot | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """One paragraph for the adviser, grounded in what was said."""

    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was said in a call."""

    speaker: Literal["caller", "line"]
    text: str
