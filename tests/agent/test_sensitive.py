"""The answer to a question that is marked as sensitive: on the case, and nowhere else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from agent.actions.runner import ActionRunner
from agent.events import FormEvent
from agent.records import Store
from agent.telling import WITHHELD
from tests.agent import typed_call as calls
from voices.transcript import Heard

STREET = "On Station Road, outside number ten"


@pytest.fixture
def sensitive(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every question about a pothole is marked."""
    usual = calls.release()
    pothole = usual.services["pothole"]
    slots = {name: slot.model_copy(update={"sensitive": True}) for name, slot in pothole.slots.items()}
    marked = replace(usual, services={**usual.services, "pothole": pothole.model_copy(update={"slots": slots})})
    monkeypatch.setattr(calls, "release", lambda: marked)


@pytest.mark.usefixtures("sensitive")
@pytest.mark.parametrize("means", ["spoken", "keys"])
async def test_it_is_in_no_event_in_no_log_and_not_among_what_was_heard(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, means: str
) -> None:
    caplog.set_level("INFO")
    async with (
        Store.open(f"sqlite:///{tmp_path / 'line.db'}", clock=lambda: calls.FRIDAY_MORNING) as store,
        ActionRunner.in_process(database=tmp_path / "office.db") as runner,
        calls.typed_call(store, runner) as call,
    ):
        await call.rings()
        await call.says(calls.POTHOLE[0])
        if means == "spoken":
            call.conversation.hear(Heard(STREET, 1.0), "final")
            await call.conversation.turn_is_over(STREET)
        else:
            await call.says(STREET)
            await call.conversation.pressed("2")
        await call.conversation.turns.settle()
        turns = await store.turns("call-1")
    heard = [turn.heard for turn in turns]
    assert call.conversation.state.slots
    assert heard[1] == calls.POTHOLE[0]
    assert set(heard[2:]) == {WITHHELD}
    assert WITHHELD in str([turn.said for turn in turns])
    assert "station road" not in (str(call.events) + str(turns) + caplog.text).casefold()
    forms = [event for event in call.events if isinstance(event, FormEvent)]
    assert {slot.spoken for slot in forms[-1].slots} == {"given", ""}
