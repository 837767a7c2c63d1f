"""Telephone numbers that were spoken: read back, whatever they seem; asked for the rest, where only a part was said."""

from __future__ import annotations

import re
from dataclasses import replace

from agent.confidence import LIMITS
from agent.state import CallState
from intents.service import Service
from intents.understanding import Understanding, Value
from voices.transcript import Heard, Unclear

_BEGUN = 8
"""Digits at most of a number that the caller has only begun; one that has more has lost some."""
_READ_BACK = LIMITS.value_accept - 0.01


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


def to_be_read_back(meaning: Understanding, calling_from: str | None) -> Understanding:
    """With no spoken number so sure that it would be taken as it is: of the surest, one in fifty is wrong.

    The number that the caller rings from needs no reading back: nothing else is misheard as it.
    """
    own = _national(calling_from or "")
    return replace(meaning, values=tuple(_doubted(value, own) for value in meaning.values))


def _doubted(value: Value, own: str) -> Value:
    if value.entity != "phone" or value.value == own:
        return value
    return replace(value, probability=min(value.probability, _READ_BACK))


def _national(number: str) -> str:
    return re.sub(r"^(?:44|0044)", "0", re.sub(r"\D", "", number))


def made_out(transcript: Heard | Unclear, meaning: Understanding) -> Heard | Unclear:
    """Unclear words as an answer all the same, if they make a number that somebody may have: chance makes few."""
    likely = any(v.entity == "phone" and v.probability >= LIMITS.value_confirm for v in meaning.values)
    if isinstance(transcript, Heard) or not likely:
        return transcript
    return Heard(transcript.text, transcript.confidence, means=transcript.means)
