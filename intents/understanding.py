"""What an utterance means: an intent with a probability that means what it says, and the values that were said."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Guess:
    """One candidate intent and its calibrated probability (0 to 1)."""

    intent: str
    probability: float


@dataclass(frozen=True, slots=True)
class Guessed:
    """`guesses` is best first; their probabilities assume that some service is meant, `out_of_scope` that none is.

    `also` are further requests of the same breath, in the order they were said.
    """

    guesses: tuple[Guess, ...]
    out_of_scope: float
    also: tuple[Guess, ...] = ()

    @property
    def clear(self) -> float:
        """P(a service is meant, and it is the best guess)."""
        return (1 - self.out_of_scope) * max((guess.probability for guess in self.guesses), default=0.0)


@dataclass(frozen=True, slots=True)
class Value:
    """One typed value that was said.

    `value` is canonical text (`"CB1 2JB"`, `"2026-11-24"`, a UPRN, `"yes"`); `spoken` is how to say it back;
    `span` are the words it was read from, as offsets into the utterance; `alternatives` are other readings, best first.
    """

    entity: str
    value: str
    spoken: str
    probability: float
    span: tuple[int, int] = (0, 0)
    alternatives: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class Danger:
    """What the safety net found: `entry` is an id in `safety.yaml`, `matched` the phrase that fired.

    With `hazard` a case that follows is marked; `due_hours` or `due_working_days` is the time that the law allows,
    counted from the moment the line was told. With `goes_on` the request goes on in the same breath. `closed` is
    said as well where a person should come and nobody is at work. What is only
    `suspected` is worth the question `ask`; an answer of `ask_means` makes it certain.
    """

    entry: str
    say: str
    fetch_person: bool
    end_call: bool
    record: str
    matched: str
    hazard: str | None = None
    due_hours: int | None = None
    due_working_days: int | None = None
    goes_on: bool = False
    closed: str = ""
    suspected: bool = False
    ask: str = ""
    ask_means: Literal["yes", "no"] = "yes"


@dataclass(frozen=True, slots=True)
class PublishedAnswer:
    """An answer in the council's published words, the page it stands on, that page's ISO date and its address."""

    text: str
    page: str
    updated: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Understanding:
    """One utterance understood. `guesses` is best first and never empty unless nothing was said."""

    text: str
    guesses: tuple[Guess, ...] = ()
    out_of_scope: float = 0.0
    """Probability that no service of this council is meant."""
    also: tuple[Guess, ...] = ()
    """Further intents in the same breath, each above its threshold."""
    values: tuple[Value, ...] = field(default=())
    published: PublishedAnswer | None = None
    """What the council's pages say, where no service is meant clearly."""
