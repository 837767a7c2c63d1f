"""What a call publishes while a caller types, on the real dialogue, store and actions."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.actions.runner import ActionRunner
from agent.context import Context
from agent.decision import Decision
from agent.dialogue import decide
from agent.events import DecisionEvent
from agent.inputs import Input, Spoke
from agent.records import Store
from agent.state import CallState
from tests.agent.typed_call import MISSED_BIN, POTHOLE, TypedCall, typed_call


def decisions(call: TypedCall) -> list[DecisionEvent]:
    return [event for event in call.events if isinstance(event, DecisionEvent)]


async def test_answers_inside_a_form_are_about_the_request_it_was_opened_for(store: Store, tmp_path: Path) -> None:
    async with ActionRunner.in_process(database=tmp_path / "b.db") as runner, typed_call(store, runner) as call:
        await call.rings()
        await call.says(*POTHOLE)
        told = decisions(call)[1:]
        assert {event.intent for event in told} == {"pothole"}
        assert {event.lgsl for event in told} == {557}
        assert len({event.probability for event in told}) == 1


async def test_a_mere_yes_or_no_is_shown_as_no_request(store: Store, tmp_path: Path) -> None:
    async with ActionRunner.in_process(database=tmp_path / "b.db") as runner, typed_call(store, runner) as call:
        await call.rings()
        await call.says(*MISSED_BIN, "Yes, that's right.", "No, thank you.")
        told = decisions(call)[1:]
        # The check of the address ends this form: there is nothing to read back.
        assert [event.intent for event in told] == ["missed_bin", "missed_bin", None, None]


async def test_a_fault_while_deciding_fetches_a_person(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with ActionRunner.in_process(database=tmp_path / "b.db") as runner, typed_call(store, runner) as call:
        await call.rings()
        monkeypatch.setattr("agent.turn.decide", _breaks_on_words)
        plan = await call.conversation.turn_is_over("there's a pothole")
        words = " ".join([sentence async for sentence in plan.words()])
        await call.conversation.turns.settle()
        assert "went wrong" in words
        assert call.fetched


async def test_a_call_that_another_process_has_by_now_promises_nothing_more(store: Store, tmp_path: Path) -> None:
    async with ActionRunner.in_process(database=tmp_path / "b.db") as runner, typed_call(store, runner) as call:
        await call.rings()
        before = len(await store.turns("call-1"))
        here, store.owner = store.owner, "another process"
        await store.start_call("call-1", channel="test", caller=None, release=1)
        store.owner = here
        assert not call.conversation.turns.taken_over.is_set()
        await call.says("there's a pothole", "I want to speak to a person")
        assert call.conversation.turns.taken_over.is_set()
        assert not call.fetched
        assert len(await store.turns("call-1")) == before


def _breaks_on_words(state: CallState, happened: Input, context: Context) -> Decision:
    if isinstance(happened, Spoke):
        raise ZeroDivisionError
    return decide(state, happened, context)
