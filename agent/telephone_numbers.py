"""Telephone numbers of which only a part was said, or that were heard through unclear words."""

from __future__ import annotations

from dataclasses import replace

from agent.confidence import LIMITS
from agent.state import CallState
from intents.service import Service
from intents.understanding import Understanding
from voices.transcript import Heard, Unclear

_BEGUN = 8
"""Digits at most of a number that the caller has only begun; one that has more has lost some."""
_TO_BE_READ_BACK = LIMITS.value_accept - 0.01


def begun(state: CallState, service: Service, understanding: Understanding) -> CallState:
    """Remember what was heard of a number that is asked for; its rest is wanted if it was begun and no more."""
    asked = service.slots.get(state.asked or "")
    said = next((v for v in understanding.values if v.entity == "phone"), None)
    if asked is None or asked.entity != "phone" or said is None or "partial_heard" in state.facts:
        return state
    facts = {**state.facts, "partial_heard": understanding.text}
    if said.value.startswith("0") and len(said.value) <= _BEGUN:
        facts |= {"partial_number": said.spoken, "partial_new": "yes"}
    return state.model_copy(update={"facts": facts})


def made_out(transcript: Unclear, meaning: Understanding) -> tuple[Heard | Unclear, Understanding]:
    """Unclear words as an answer all the same, if they make a number that somebody may have: chance makes few.

    No such number is taken without being read back.
    """
    if not any(v.entity == "phone" and v.probability >= LIMITS.value_confirm for v in meaning.values):
        return transcript, meaning
    values = tuple(
        replace(v, probability=min(v.probability, _TO_BE_READ_BACK)) if v.entity == "phone" else v
        for v in meaning.values
    )
    return Heard(transcript.text, transcript.confidence, means=transcript.means), replace(meaning, values=values)
