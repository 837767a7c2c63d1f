"""What one call hears, says and does, whatever carries its audio."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Literal

from agent.context import Context
from agent.decision import Decision
from agent.effects import Effects
from agent.events import BrokenOffEvent, Listener, TranscriptEvent
from agent.inputs import Faulted, Input, Spoke
from agent.release import LoadedRelease
from agent.second_opinion import SecondOpinion
from agent.state import CallState
from agent.telling import WITHHELD, told
from agent.turn import Plan, Turns
from intents.card_number import hidden
from intents.entities.phrases import Act, read_act
from intents.safety import normal
from intents.understanding import Danger, Understanding
from voices.transcript import Heard, Nothing, Transcript, Unclear

log = logging.getLogger(__name__)

Stage = Literal["interim", "preflight", "final"]

_LONG = 400
"""Characters; a longer story is understood beside the event loop, which other calls' audio waits for."""
_UNKNOWN_CONFIDENCE = 0.8
"""For words whose transcript did not come with them (several pieces that LiveKit joined)."""


class Conversation:
    """Plans turns on what is heard so far, takes them when they are over, and publishes what happens.

    `context` gives services and circumstances of this moment, `today` the date, `tell` publishes events; `opinion` is
    asked about requests that are in doubt.
    """

    def __init__(
        self,
        state: CallState,
        release: LoadedRelease,
        effects: Effects,
        *,
        context: Callable[[], Context],
        today: Callable[[], date],
        tell: Listener,
        opinion: SecondOpinion | None = None,
    ) -> None:
        self._opinion = opinion
        self.release = release
        self.today = today
        self._tell = tell
        self._heard: dict[str, Heard | Unclear] = {}
        self._plans: dict[tuple[str, int], asyncio.Task[Plan]] = {}
        self._planning: set[asyncio.Task[Plan]] = set()
        self._last: Plan | None = None
        self._joining: Plan | None = None
        self._alarm: Danger | None = None
        """What was heard as danger while the caller still spoke."""
        self.on_moved: Callable[[], None] | None = None
        """Called after every decision that was taken."""
        self.turns = Turns(state, effects, context, self._publish)

    @property
    def state(self) -> CallState:
        """Where the call stands."""
        return self.turns.state

    @property
    def decision(self) -> Decision:
        """The last decision that was taken."""
        return self.turns.decision

    def hear(self, transcript: Transcript, stage: Stage) -> None:
        """Take note of a transcript, as the recogniser has it so far."""
        if isinstance(transcript, Nothing):
            return
        self._heard[transcript.text] = transcript
        sensitive = self.decision.listening.sensitive
        shown = WITHHELD if sensitive else hidden(transcript.text, reading="card_number" in self.state.marks)
        self._tell(TranscriptEvent(kind=stage, text=shown, confidence=round(transcript.confidence, 3)))
        if stage != "final":
            self._alarm = self.release.safety.certain(transcript.text) or self._alarm

    def went_on(self) -> bool:
        """The caller speaks right after the line took the turn: whether the next words can belong to the last ones."""
        last = self._last
        if last is None or not isinstance(last.happened, Spoke) or not self.turns.withdraw(last):
            return False
        self._joining = last
        return True

    def urgent(self, text: str) -> bool:
        """Whether these words come before anything that the line may have to say: danger, or the wish for a person."""
        return self.release.safety.certain(text) is not None or read_act(text) is Act.PERSON

    @property
    def joining(self) -> bool:
        """Whether the caller goes on with a turn that the line had taken already."""
        return self._joining is not None

    def was_done(self) -> Plan | None:
        """The caller did not go on after all (a cough): the last turn once more, taken anew."""
        last, self._joining = self._joining, None
        if last is None:
            return None
        plan = Plan(last.happened, last.before, last.decision)
        self._take(plan)
        return plan

    async def plan_for(self, text: str) -> Plan:
        """The plan for these words at this moment; made once."""
        joining = self._joining
        # A pause ends no sentence: "Twenty." and "Four." are twenty-four.
        words = f"{joining.heard.rstrip(' .,?!…')} {text}" if joining else text
        before = joining.before if joining else self.state
        key = (words, id(before))
        if key not in self._plans:
            task = asyncio.create_task(self._planned(words, text, before), name="plan")
            self._plans[key] = task
            self._planning.add(task)
            task.add_done_callback(self._planning.discard)
        # Whoever stops waiting for a plan must not take it from the others: there is one plan for the same words.
        return await asyncio.shield(self._plans[key])

    async def turn_is_over(self, text: str) -> Plan:
        """The caller is done: take the plan for these words."""
        plan = await self.plan_for(text)
        self._take(plan)
        return plan

    async def do(self, happened: Input) -> Plan:
        """Something that is not speech happened: decide and take it at once."""
        plan = await self.turns.plan(happened)
        self._take(plan)
        return plan

    async def broken_off(self, state: CallState, heard: str) -> None:
        """The caller broke into the reply that led to `state`, after so much of it. A withdrawn one was never said."""
        if not self.joining:
            self._tell(BrokenOffEvent(heard=heard))
            await self.turns.broken_off(state, heard)

    async def typed(self, text: str) -> Plan:
        """The caller typed."""
        return await self.do(
            await self._weighed(self._spoke_as(Heard(text, 1.0, means="typed"), self.state), self.state)
        )

    async def pressed(self, keys: str) -> Plan:
        """The caller pressed keys."""
        listening = self.decision.listening
        return await self.do(self.release.pressed(keys, self.state, listening, self.today()))

    def _take(self, plan: Plan) -> None:
        self._joining = None
        self._last = plan
        self.turns.take(plan)
        self._plans = {}
        self._heard.clear()
        self._alarm = None

    async def _planned(self, words: str, latest: str, before: CallState) -> Plan:
        try:
            if len(words) < _LONG:
                spoke = self._spoke(words, latest, before)
            else:
                spoke = await asyncio.to_thread(self._spoke, words, latest, before)
            return await self.turns.plan(await self._weighed(spoke, before), since=before)
        except Exception as error:  # noqa: BLE001 - the boundary of a stage: a caller is never left in silence
            log.error("call %s: a turn could not be decided: %s", before.call_id, type(error).__name__)
            return await self.turns.plan(Faulted(), since=before)

    async def _weighed(self, spoke: Spoke, before: CallState) -> Spoke:
        return spoke if self._opinion is None else await self._opinion.on(spoke, before)

    def _spoke(self, words: str, latest: str, before: CallState) -> Spoke:
        transcript = self._heard.get(latest) or Heard(latest, _UNKNOWN_CONFIDENCE)
        if words != latest:
            transcript = Heard(words, transcript.confidence)
        return self._spoke_as(transcript, before)

    def _spoke_as(self, transcript: Heard | Unclear, before: CallState) -> Spoke:
        spoke = self.release.spoke(transcript, before, self.decision.listening, self.today())
        alarm = self._alarm
        if (
            alarm is None
            or spoke.danger is not None
            or not alarm.ask
            or normal(alarm.matched) in normal(transcript.text)
        ):
            return spoke
        # Recognition had heard danger and changed its mind about the words: that is worth a question.
        return replace(spoke, danger=replace(alarm, suspected=True))

    def _publish(self, happened: Input, decision: Decision, before: CallState) -> None:
        understanding = happened.understanding if isinstance(happened, Spoke) else Understanding("")
        for event in told(understanding, decision, before, self.release.services):
            self._tell(event)
        if self.on_moved is not None:
            self.on_moved()
