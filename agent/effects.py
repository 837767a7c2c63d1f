"""What a decision asks of the world: looking things up, and keeping what must not be lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from agent.actions.runner import ActionResult, ActionRunner
from agent.decision import Decision, LookUp
from agent.events import EffectEvent, Listener
from agent.inputs import Kept
from agent.outbox import Outbox
from agent.records import Store
from agent.state import CallbackDraft, CallState, CaseDraft, Draft, HandoffDraft, Recorded
from intents.card_number import hidden
from telephony.hours import Hours

_LOOK_UP_SECONDS = 1.5
"""A look-up is on the way of a spoken answer; one that takes longer is done without."""


class Effects:
    """The effects of one call. `now` gives the time with its zone; `tell` publishes events;
    `fetch` is called for each handoff that was kept."""

    def __init__(
        self,
        store: Store,
        runner: ActionRunner,
        outbox: Outbox,
        hours: Hours,
        *,
        action_seconds: float,
        now: Callable[[], dt.datetime],
        tell: Listener,
        fetch: Callable[[HandoffDraft, Recorded], None],
    ) -> None:
        self._fetch = fetch
        self._store = store
        self._runner = runner
        self._outbox = outbox
        self._hours = hours
        self._action_seconds = action_seconds
        self._now = now
        self._tell = tell

    async def look_up(self, look_up: LookUp, state: CallState) -> ActionResult:
        """Ask a read-only action. Raises `ActionUnavailableError` or `ActionRejectedError`."""
        slots = {**look_up.slots, "today": self._now().date().isoformat()}
        return await self._runner.run(look_up.action, slots=slots, call_id=state.call_id, deadline=_LOOK_UP_SECONDS)

    async def keep(self, decision: Decision, *, heard: str, said: str) -> Kept:
        """Write the turn and its drafts in one transaction, then try to deliver at once.

        Raises `StoreUnavailableError`; nothing is kept then.
        """
        drafts = tuple(self._dated(draft) for draft in decision.effects)
        state = decision.state
        recorded = await self._store.commit_turn(
            state.call_id,
            state=state,
            heard=hidden(heard, reading="card_number" in state.marks),
            said=said,
            decision="; ".join(filter(None, (decision.decided, decision.why, *decision.notes))),
            drafts=drafts,
        )
        delivered, facts = True, {}
        for draft, kept in zip(drafts, recorded, strict=True):
            if isinstance(draft, CaseDraft) and draft.action:
                found = await self._outbox.deliver_now(draft.key, self._action_seconds)
                delivered = delivered and found is not None
                facts.update(found or {})
            self._publish(draft, kept, delivered)
            if isinstance(draft, HandoffDraft):
                self._fetch(draft, kept)
        return Kept(recorded, delivered, facts)

    async def note_broken_off(self, state: CallState, heard: str) -> None:
        """Note on the record how much of the reply of that turn the caller heard. Raises `StoreUnavailableError`."""
        await self._store.note_broken_off(state.call_id, state.turn, heard)

    def _publish(self, draft: Draft, kept: Recorded, delivered: bool) -> None:
        if isinstance(draft, CallbackDraft) and draft.cancelled:
            return
        case = isinstance(draft, CaseDraft)
        self._tell(
            EffectEvent(
                kind=kept.kind,
                reference=kept.reference,
                service=draft.service if isinstance(draft, CaseDraft) else None,
                delivered=delivered if case else None,
            )
        )

    def _dated(self, draft: Draft) -> Draft:
        """A case with the time that the law allows, counted from now, the moment the council knows."""
        if not isinstance(draft, CaseDraft) or draft.due is not None:
            return draft
        now = self._now()
        if draft.due_hours is not None:
            return draft.model_copy(update={"due": (now + dt.timedelta(hours=draft.due_hours)).isoformat()})
        if draft.due_working_days is not None:
            day = self._hours.working_day_after(now.date(), draft.due_working_days)
            return draft.model_copy(update={"due": dt.datetime.combine(day, now.timetz()).isoformat()})
        return draft
