"""What the recogniser is told to expect, and when an answer to the open question sounds finished."""

from __future__ import annotations

from functools import partial

from intents.entities.completeness import completeness
from voices.hearing import Expectation

from agent.decision import Listening
from agent.state import CallState, Phase
from voices.speech import Hints

_HOTWORDS: dict[str | None, tuple[str, ...]] = {
    "yes_no": ("yes", "no"),
    "postcode": ("QA1", "QA2", "QA3", "QA4"),
    None: ("missed bin", "pothole", "council tax", "repair", "street light", "fly-tipping"),
}


def expectation(state: CallState, listening: Listening) -> Expectation:
    """How to listen to the answer that is coming."""
    hotwords = listening.hotwords or _HOTWORDS.get(listening.entity, ())
    entity = listening.entity
    if entity is None and state.phase is Phase.SLOT:
        entity = "text"
    return Expectation(
        hints=Hints(hotwords=hotwords),
        completeness=partial(completeness, entity=entity),
        patience=state.patience,
    )
