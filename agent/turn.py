"""Turns of a call: planned ahead on what is heard so far, thrown away without a trace or taken once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace

from agent.context import Context
from agent.decision import Decision
from agent.dialogue import decide
from agent.effects import Effects
from agent.errors import ActionRejectedError, ActionUnavailableError, AgentError, TakenOverError
from agent.inputs import Input, Kept, LookedUp, LookUpFailed, NotKept, Spoke
from agent.state import CallState, HandoffDraft
from agent.telling import WITHHELD, withheld

log = logging.getLogger(__name__)

_LONGEST_CHAIN = 6
"""Look-ups and effects that one turn may lead to, one after the other."""
_GRACE_SECONDS = 0.7
"""How long what cannot be undone waits after a spoken turn, in case the caller had only paused."""


@dataclass(eq=False)
class Plan:
    """What the line would do about one input. Nothing has happened until the plan is taken."""

    happened: Input
    before: CallState
    decision: Decision
    taken: asyncio.Event = field(default_factory=asyncio.Event)
    more: asyncio.Queue[str | None] = field(default_factory=asyncio.Queue)
    """Sentences that only the effects could settle, then `None`."""
    withdrawn: asyncio.Event = field(default_factory=asyncio.Event)
    """The caller was not done: nothing of this plan is to be carried out."""
    carried_out: bool = False
    """Its effects have begun, or are done."""
    sensitive: bool = False
    """It answers a question that is marked so; known once it is taken."""

    @property
    def waits(self) -> bool:
        """Whether its effects wait a moment: a person may be fetched at once, a case is opened once and for all."""
        spoken = isinstance(self.happened, Spoke) and self.happened.transcript.means == "speech"
        return spoken and any(not isinstance(draft, HandoffDraft) for draft in self.decision.effects)

    @property
    def heard(self) -> str:
        """The caller's words, where there were any."""
        return self.happened.transcript.text if isinstance(self.happened, Spoke) else ""

    async def words(self) -> AsyncIterator[str]:
        """The sentences to say; those that depend on an effect come once the turn is over and the effect is kept."""
        for sentence in self.decision.say:
            yield sentence
        if not self.decision.effects:
            return
        await self.taken.wait()
        while (following := await self.more.get()) is not None:
            yield following


class Turns:
    """Where one call stands, and the only place where it moves on.

    `context` gives the services and circumstances of this moment; `tell` is called with every decision that was taken,
    what led to it, and where the call stood before.
    """

    def __init__(
        self,
        state: CallState,
        effects: Effects,
        context: Callable[[], Context],
        tell: Callable[[Input, Decision, CallState], None],
    ) -> None:
        self.state = state
        self.decision = Decision(state)
        self._effects = effects
        self._context = context
        self._tell = tell
        self._carrying: set[asyncio.Task[None]] = set()
        self.taken_over = asyncio.Event()
        """Set when a turn could not be kept because another process has the call."""

    async def plan(self, happened: Input, *, since: CallState | None = None) -> Plan:
        """Decide about an input, with the look-ups it needs (they only read). `since` plans from an earlier state."""
        before = since or self.state
        decision = await self._looked_up(decide(before, happened, self._context()))
        return Plan(happened, before, decision)

    def take(self, plan: Plan) -> None:
        """The turn is really over: move on, keep what must be kept, and let the rest of the words follow."""
        if plan.taken.is_set():
            return
        plan.sensitive = self.decision.listening.sensitive
        self._move(plan.happened, plan.decision)
        plan.taken.set()
        task = asyncio.create_task(self._carry_out(plan), name=f"turn {self.state.turn}")
        self._carrying.add(task)
        task.add_done_callback(self._carrying.discard)

    @staticmethod
    def withdraw(plan: Plan) -> bool:
        """The caller goes on after a turn that was taken: whether it can still be decided anew."""
        if plan.decision.effects and plan.carried_out:
            return False
        plan.withdrawn.set()
        return True

    async def broken_off(self, state: CallState, heard: str) -> None:
        """The caller broke into the reply that led to `state`, of which they had heard so much."""
        await self.settle()
        try:
            await self._effects.note_broken_off(state, withheld(heard, state, self._context().services))
        except AgentError as error:
            log.warning("call %s: what was heard of a reply is not kept: %s", state.call_id, error.code)

    async def settle(self) -> None:
        """Wait until everything that was taken is carried out."""
        while self._carrying:
            await asyncio.gather(*self._carrying, return_exceptions=True)

    def _move(self, happened: Input, decision: Decision) -> None:
        before, self.state = self.state, decision.state
        self.decision = decision
        self._tell(happened, decision, before)

    async def _looked_up(self, decision: Decision) -> Decision:
        for _ in range(_LONGEST_CHAIN):
            if decision.look_up is None:
                return decision
            try:
                outcome = await self._effects.look_up(decision.look_up, decision.state)
                happened: LookedUp | LookUpFailed = LookedUp(outcome.outcome, dict(outcome.facts))
            except (ActionUnavailableError, ActionRejectedError) as error:
                log.warning("look-up failed: %s", error.code)
                happened = LookUpFailed()
            after = decide(decision.state, happened, self._context())
            decision = _joined(decision, after)
        return replace(decision, look_up=None)

    async def _carry_out(self, plan: Plan) -> None:
        """Keep the turn and its drafts; then say, and keep, what follows from them."""
        decision = plan.decision
        said = list(decision.say)
        try:
            if decision.effects and await _withdrawn(plan):
                return
            plan.carried_out = True
            for _ in range(_LONGEST_CHAIN):
                kept = await self._kept(decision, plan, said)
                if kept is None:
                    return
                following = decide(self.state, kept, self._context())
                following = await self._looked_up(following)
                self._move(kept, following)
                said += following.say
                for sentence in following.say:
                    plan.more.put_nowait(sentence)
                decision = following
        finally:
            plan.more.put_nowait(None)

    async def _kept(self, decision: Decision, plan: Plan, said: list[str]) -> Kept | NotKept | None:
        try:
            heard = WITHHELD if plan.sensitive else plan.heard
            shown = withheld(" ".join(said), self.state, self._context().services)
            kept = await self._effects.keep(decision, heard=heard, said=shown)
        except TakenOverError as error:
            log.warning("%s", error)
            self.taken_over.set()
            return None
        except Exception as error:  # noqa: BLE001 - the boundary of a stage: nothing may be promised, whatever failed
            # Only our own errors are known to hold nothing that was said.
            why = str(error) if isinstance(error, AgentError) else type(error).__name__
            log.error("call %s: turn not kept: %s", self.state.call_id, why)
            return NotKept() if decision.effects else None
        return kept if decision.effects else None


async def _withdrawn(plan: Plan) -> bool:
    """Give the caller a moment to go on, where that matters: whether they did."""
    if plan.waits:
        with suppress(TimeoutError):
            await asyncio.wait_for(plan.withdrawn.wait(), _GRACE_SECONDS)
    return plan.withdrawn.is_set()


def _joined(first: Decision, after: Decision) -> Decision:
    """Two decisions of one turn, said one after the other."""
    return replace(
        after,
        say=(*first.say, *after.say),
        effects=(*first.effects, *after.effects),
        why="; ".join(w for w in (first.why, after.why) if w),
        notes=(*first.notes, *after.notes),
    )
