"""Callers who wait, cases and call backs, put into the real store the way a call does it."""

from __future__ import annotations

import datetime as dt

from agent.handoff import HandoffPack, HandoffQueue
from agent.records import Store
from agent.state import CallbackDraft, CallState, CaseDraft, Draft, Filed, HandoffDraft, Phase, Recorded, SlotValue

SLOTS = {
    "name": SlotValue(value="Rose Pym", spoken="Rose Pym", probability=0.82),
    "address": SlotValue(value="10001", spoken="14 Mill Lane, QA1 4TB", probability=0.97, confirmed=True),
}


async def commit(store: Store, call_id: str, *drafts: Draft) -> tuple[CallState, tuple[Recorded, ...]]:
    """A call with one committed turn and what it promised."""
    state = CallState(
        call_id=call_id,
        release=1,
        phase=Phase.PERSON,
        turn=1,
        service="missed_bin",
        slots=SLOTS,
        filed=(Filed(service="missed_bin", reference="AB-1234"),),
        failed=("The address could not be found twice",),
        caller_phone="01632 960 123",
    )
    await store.start_call(call_id, channel="browser", caller="01632 960 123", release=1)
    recorded = await store.commit_turn(
        call_id,
        state=state,
        heard="I want to talk to somebody about my bin",
        said="I'll fetch someone.",
        decision="fetch_person",
        drafts=drafts,
    )
    return state, recorded


async def wait_for_person(store: Store, queue: HandoffQueue, call_id: str, *, urgent: bool = False) -> int:
    """A caller who waits; returns the handoff's id."""
    reason = "The caller asked for a person" if not urgent else "A gas leak was reported"
    draft = HandoffDraft(key=f"{call_id}:person", reason=reason, team="Waste and recycling", urgent=urgent)
    state, (recorded,) = await commit(store, call_id, draft)
    turns = await store.turns(call_id)
    title = "Gas leak" if urgent else "Missed bin collection"
    pack = HandoffPack.build(state, turns, draft, wants=title, since=dt.datetime.now(dt.UTC))
    await queue.offer(recorded.id, pack)
    return recorded.id


async def case_of(store: Store, call_id: str) -> str:
    """An open case with an action to deliver; returns its reference."""
    draft = CaseDraft(
        key=f"{call_id}:case",
        service="missed_bin",
        title="Missed bin collection",
        lgsl=524,
        team="Waste and recycling",
        slots=SLOTS,
        action="action_report_missed_bin",
        retention_days=365,
    )
    _, (recorded,) = await commit(store, call_id, draft)
    return recorded.reference


async def callback_of(store: Store, call_id: str, start: dt.datetime) -> str:
    """A promise to call back within two hours from `start`; returns its reference."""
    window = (start.isoformat(), (start + dt.timedelta(hours=2)).isoformat())
    draft = CallbackDraft(
        key=f"{call_id}:callback", phone="07700 900 123", reason="Nobody was free", team="Housing", window=window
    )
    _, (recorded,) = await commit(store, call_id, draft)
    return recorded.reference
