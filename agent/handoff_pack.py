"""What an adviser reads before speaking to a caller."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from agent.records import Turn
from agent.state import CallState, HandoffDraft


class PackValue(BaseModel):
    """One thing the caller said, as the line understood it; `probability` 0 to 1."""

    model_config = ConfigDict(frozen=True)

    name: str
    value: str
    spoken: str
    confirmed: bool
    probability: float


class HandoffPack(BaseModel):
    """What an adviser knows before the first word, so that nobody has to say it twice."""

    model_config = ConfigDict(frozen=True)

    call_id: str
    who: str
    """Name if it was given, with the number that rang; neither is proof of identity."""
    wants: str
    summary: str
    """The call so far in one paragraph."""
    values: tuple[PackValue, ...]
    filed: tuple[str, ...]
    """References that the caller has been given in this call."""
    failed: tuple[str, ...]
    confidence: float | None
    """The least sure of the values, `None` without any."""
    reason: str
    team: str
    urgent: bool
    since: datetime

    @classmethod
    def build(
        cls, state: CallState, turns: Sequence[Turn], draft: HandoffDraft, *, wants: str | None, since: datetime
    ) -> HandoffPack:
        """From the call's state and committed turns alone. `wants` is the service's title; `since` is aware."""
        values = tuple(
            PackValue(name=name.replace("_", " "), **value.model_dump()) for name, value in state.slots.items()
        )
        title = wants or "not known yet"
        return cls(
            call_id=state.call_id,
            who=_who(state),
            wants=title,
            summary=_summary(title, state, turns, draft.reason),
            values=values,
            filed=tuple(filed.reference for filed in state.filed),
            failed=state.failed,
            confidence=min((value.probability for value in values), default=None),
            reason=draft.reason,
            team=draft.team,
            urgent=draft.urgent,
            since=since,
        )


def _who(state: CallState) -> str:
    name = next((value.spoken for slot, value in state.slots.items() if slot in ("name", "person")), None)
    parts = [part for part in (name, state.caller_phone) if part]
    return ", ".join(parts) or "a caller who withheld the number"


def _summary(wants: str, state: CallState, turns: Sequence[Turn], reason: str) -> str:
    """Sentences of what was said and done; needs no model, and says nothing that was not said."""
    heard = [turn.heard for turn in turns if turn.heard and len(turn.heard.split()) > 1]
    known = [f"{name.replace('_', ' ')}: {value.spoken}" for name, value in state.slots.items()]
    sentences = [
        f"About: {wants}.",
        f"Began with: “{heard[0]}”." if heard else "",
        f"Gave {'; '.join(known)}." if known else "",
        f"Already filed: {', '.join(filed.reference for filed in state.filed)}." if state.filed else "",
        f"Did not work: {', '.join(state.failed)}." if state.failed else "",
        f"Last said: “{heard[-1]}”." if len(heard) > 1 else "",
        f"Put through because: {reason}.",
    ]
    return " ".join(sentence for sentence in sentences if sentence)
