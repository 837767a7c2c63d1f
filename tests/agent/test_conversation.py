"""What a call publishes while a caller types, on the real dialogue, store and actions."""

from __future__ import annotations

from pathlib import Path

from agent.actions.runner import ActionRunner
from agent.events import DecisionEvent
from agent.records import Store
from tests.agent.typed_call import POTHOLE, TypedCall, typed_call


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
