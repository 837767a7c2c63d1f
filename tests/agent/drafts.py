"""Drafts and states as a call makes them."""

from __future__ import annotations

from agent.state import CallbackDraft, CallState, CaseDraft, HandoffDraft, MessageDraft, SlotValue

WINDOW = ("2026-11-23T12:00:00+00:00", "2026-11-23T14:00:00+00:00")


def state(call_id: str = "call-1", turn: int = 1) -> CallState:
    return CallState(call_id=call_id, release=1, turn=turn, caller_phone="01632 960001")


def case(key: str = "call-1:1:case", *, action: str | None = "action_report_missed_bin") -> CaseDraft:
    return CaseDraft(
        key=key,
        service="missed_bin",
        title="Missed bin",
        lgsl=524,
        team="waste",
        slots={"bin_type": SlotValue(value="recycling", spoken="recycling", confirmed=True)},
        action=action,
        retention_days=365,
    )


def callback(key: str = "call-1:1:callback", phone: str = "01632 960001") -> CallbackDraft:
    return CallbackDraft(key=key, phone=phone, reason="asked for a person", team="contact", window=WINDOW)


def handoff(key: str = "call-1:1:handoff", *, urgent: bool = False) -> HandoffDraft:
    return HandoffDraft(key=key, reason="asked for a person", team="contact", urgent=urgent)


def message(key: str = "call-1:1:message", to: str = "07700 900123") -> MessageDraft:
    return MessageDraft(key=key, to=to, template="11111111-2222-3333-4444-555555555555", fields={"link": "tip hours"})
