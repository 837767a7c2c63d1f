"""Given a caller who was cut off, when they go on, then both halves are one turn, and nothing was done on the first."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from agent.actions.runner import ActionRunner
from agent.events import DecisionEvent, EffectEvent
from agent.inputs import Spoke
from agent.records import Store
from agent.release import LoadedRelease
from agent.turn import Plan
from tests.agent.typed_call import POTHOLE, TypedCall, typed_call
from voices.transcript import Heard


@pytest.fixture
async def call(store: Store, tmp_path: Path) -> AsyncIterator[TypedCall]:
    async with ActionRunner.in_process(database=tmp_path / "b.db") as runner, typed_call(store, runner) as ringing:
        await ringing.rings()
        yield ringing


async def speaks(call: TypedCall, words: str) -> Plan:
    """A turn that the line takes, without waiting for its effects."""
    call.conversation.hear(Heard(words, 0.95), "final")
    return await call.conversation.turn_is_over(words)


def cases(call: TypedCall) -> list[EffectEvent]:
    return [event for event in call.events if isinstance(event, EffectEvent) and event.kind == "case"]


async def test_two_halves_are_decided_as_one(call: TypedCall) -> None:
    await call.says(*POTHOLE[:4])
    await speaks(call, "Oh seven seven double oh.")
    assert call.conversation.went_on()
    plan = await speaks(call, "Nine oh oh, one two three.")
    assert plan.heard == "Oh seven seven double oh Nine oh oh, one two three."
    assert call.conversation.state.slots["phone"].value.endswith("7700900123")


async def test_the_halves_are_one_turn_on_record(call: TypedCall) -> None:
    await call.says(POTHOLE[0])
    await speaks(call, "On Station Road.")
    call.conversation.went_on()
    await speaks(call, "Outside number ten.")
    await call.conversation.turns.settle()
    heard = [turn.heard for turn in await call.store.turns("call-1")]
    assert heard[-1] == "On Station Road Outside number ten."
    assert "On Station Road." not in heard


async def test_a_yes_that_goes_on_files_nothing(call: TypedCall) -> None:
    await call.says(*POTHOLE)
    await speaks(call, "Yes.")
    assert call.conversation.went_on()
    plan = await speaks(call, "No, it's on the pavement.")
    await call.conversation.turns.settle()
    assert plan.heard == "Yes No, it's on the pavement."
    assert cases(call) == []


async def test_a_yes_is_answered_at_once_and_filed_a_moment_later(call: TypedCall) -> None:
    await call.says(*POTHOLE)
    plan = await speaks(call, "Yes.")
    words = [sentence async for sentence in plan.words()]
    assert words[0] == "OK."
    assert cases(call)[0].reference in " ".join(words)


async def test_what_is_filed_already_is_not_decided_again(call: TypedCall) -> None:
    await call.says(*POTHOLE)
    await speaks(call, "Yes.")
    await call.conversation.turns.settle()
    assert not call.conversation.went_on()
    assert len(cases(call)) == 1


async def test_after_a_cough_the_turn_stands_and_is_filed_once(call: TypedCall) -> None:
    await call.says(*POTHOLE)
    await speaks(call, "Yes.")
    assert call.conversation.went_on()
    again = call.conversation.was_done()
    assert again is not None
    words = [sentence async for sentence in again.words()]
    await call.conversation.turns.settle()
    assert len(cases(call)) == 1
    assert cases(call)[0].reference in " ".join(words)
    assert not call.conversation.joining


async def test_a_cough_at_any_other_time_says_nothing_again(call: TypedCall) -> None:
    await call.says(POTHOLE[0])
    assert call.conversation.was_done() is None


async def test_a_person_who_was_asked_for_is_fetched_at_once(call: TypedCall) -> None:
    await speaks(call, "Can I speak to a person?")
    await call.conversation.turns.settle()
    assert call.fetched
    assert not call.conversation.went_on()
    assert isinstance(call.events[-1], DecisionEvent | EffectEvent)


async def test_a_number_of_which_only_a_part_was_said_is_asked_for_the_rest(call: TypedCall) -> None:
    await call.says(*POTHOLE[:4])
    reply = await call.says("oh seven seven double oh")
    assert "So far I've got 07700." in reply
    await call.says("nine hundred, one two three")
    assert call.conversation.state.slots["phone"].value == "07700900123"
    assert not [name for name in call.conversation.state.facts if name.startswith("partial_")]


async def test_a_spoken_number_is_read_back_and_may_be_keyed_where_it_was_misheard(call: TypedCall) -> None:
    await call.says(*POTHOLE[:4])
    plan = await speaks(call, "Go double 7, 009, 00864.")
    assert "07700 900 864" in " ".join([sentence async for sentence in plan.words()])
    assert "keys" in await call.says("no")
    await call.says("07700900684")
    assert call.conversation.state.slots["phone"].value == "07700900684"


async def test_a_long_story_holds_up_nobody_else(call: TypedCall, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a story of a minute, when it is understood, then the event loop is free meanwhile.
    understood = LoadedRelease.spoke
    threads: list[bool] = []

    def spoke(self: LoadedRelease, *given: Any) -> Spoke:
        threads.append(threading.current_thread() is threading.main_thread())
        return understood(self, *given)

    monkeypatch.setattr(LoadedRelease, "spoke", spoke)
    await speaks(call, "They left my bin again on Tuesday and the lid is cracked as well. " * 12)
    await speaks(call, "No.")
    assert threads == [False, True]
