"""LiveKit's side of a conversation: a turn is decided once, however often LiveKit asks for the words."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import cast

from livekit.agents import ModelSettings, llm

from agent.conversation import Conversation
from agent.decision import Decision
from agent.inputs import Rang
from agent.resident import Resident
from agent.state import CallState
from agent.turn import Plan


def plan(*say: str) -> Plan:
    state = CallState(call_id="call-1", release=1)
    return Plan(Rang(), state, Decision(state, say))


@dataclass
class Decider:
    """Decides anew whenever it is asked for a plan, as the dialogue does once it has moved on."""

    asked: list[str] = field(default_factory=list)

    async def plan_for(self, text: str) -> Plan:
        self.asked.append(text)
        return plan(f"decision {len(self.asked)}")

    async def turn_is_over(self, text: str) -> Plan:
        return await self.plan_for(text)


async def words(resident: Resident, history: llm.ChatContext) -> list[str]:
    return [words async for words in resident.llm_node(history, [], ModelSettings())]


async def test_words_that_were_thrown_away_are_not_decided_again() -> None:
    # Given a turn that is over, when LiveKit asks for its words once more, then they are those of the same decision.
    decider, history = Decider(), llm.ChatContext.empty()
    resident = Resident(cast("Conversation", decider), lambda: None)
    message = history.add_message(role="user", content="Yes.")
    await resident.on_user_turn_completed(history, message)
    assert await words(resident, history) == ["decision 1 "]
    assert decider.asked == ["Yes."]


async def test_the_same_words_in_the_next_turn_are_a_turn_of_their_own() -> None:
    decider, history = Decider(), llm.ChatContext.empty()
    resident = Resident(cast("Conversation", decider), lambda: None)
    await resident.on_user_turn_completed(history, history.add_message(role="user", content="Yes."))
    history.add_message(role="assistant", content="And is that all?")
    history.add_message(role="user", content="Yes.")
    assert await words(resident, history) == ["decision 2 "]


async def test_what_is_made_ahead_is_asked_for_while_the_caller_may_go_on() -> None:
    decider, history = Decider(), llm.ChatContext.empty()
    resident = Resident(cast("Conversation", decider), lambda: None)
    history.add_message(role="user", content="My bin")
    ahead = asyncio.create_task(words(resident, history))
    assert await ahead == ["decision 1 "]
