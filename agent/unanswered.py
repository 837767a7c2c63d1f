"""Questions that nothing published answers: the line says so, and offers a person."""

from __future__ import annotations

import re

from agent.context import Context
from agent.decision import Decision, Listening
from agent.phrases import phrase
from agent.state import CallState, Phase
from intents.understanding import Understanding

_OFFERED = "a person was offered"
_QUESTION = re.compile(
    r"^\W*(?:(?:um|er|so|and|hello|hi|please|yeah|well|can you tell me|do you know|i want(?:ed)? to know)\W+)*"
    r"(?:what|when|where|who|whose|how|which|why|can|could|do|does|did|is|are|will|would|should|may|am)\b",
    re.IGNORECASE,
)
_LEAST_WORDS = 4
_MOST_WORDS = 3
"""A longer "yes, …" says something of its own."""


def asked(understanding: Understanding, context: Context) -> bool:
    """Whether a question was asked that is none of the council's services."""
    outside = understanding.out_of_scope >= context.limits.out_of_scope
    return outside and len(understanding.text.split()) >= _LEAST_WORDS and bool(_QUESTION.match(understanding.text))


def offer(state: CallState) -> Decision:
    """Say that there is no answer, and ask whether somebody should come."""
    return Decision(
        state=state.model_copy(
            update={
                "phase": Phase.REQUEST,
                "tries": state.tries + 1,
                "failed": (*state.failed, "an answer"),
                "facts": {**state.facts, _OFFERED: "yes"},
            }
        ),
        say=(phrase("no_answer"),),
        listening=Listening(entity="yes_no"),
        decided="offer a person",
        why="nothing that is published answers this",
    )


def accepted(state: CallState, understanding: Understanding) -> bool:
    """Whether the caller takes the person who was offered."""
    said = next((value.value for value in understanding.values if value.entity == "yes_no"), None)
    return _OFFERED in state.facts and said == "yes" and len(understanding.text.split()) <= _MOST_WORDS
