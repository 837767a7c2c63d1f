"""What rings is a recorded announcement of another queue, or somebody who sings: nobody who can be helped."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.actions.runner import ActionRunner
from agent.records import Store
from agent.state import Phase
from tests.agent.typed_call import FRIDAY_MORNING, typed_call

ANNOUNCEMENT = (
    "Thank you for holding. Your call is important to us. All of our advisers are busy at the moment.",
    "You are number four in the queue. Please stay on the line and your call will be answered.",
)
SONG = ("Happy birthday to you, happy birthday to you", "Happy birthday dear Alice, happy birthday to you")
_MOST_TURNS = 10


@pytest.mark.parametrize("words", [ANNOUNCEMENT, SONG], ids=["announcement", "song"])
@pytest.mark.parametrize("open_now", [True, False])
async def test_it_is_with_a_person_or_over_within_a_few_turns_and_nothing_is_filed(
    tmp_path: Path, words: tuple[str, ...], open_now: bool
) -> None:
    async with (
        Store.open(f"sqlite:///{tmp_path / 'line.db'}", clock=lambda: FRIDAY_MORNING) as store,
        ActionRunner.in_process(database=tmp_path / "office.db") as runner,
        typed_call(store, runner, open_now=open_now) as call,
    ):
        await call.rings()
        for turn in range(_MOST_TURNS):
            await call.says(words[turn % len(words)])
            if call.conversation.state.phase in (Phase.PERSON, Phase.ENDED):
                break
        # By day an adviser hears at once what it is; at night the line says goodbye.
        assert call.conversation.state.phase is (Phase.PERSON if open_now else Phase.ENDED)
        assert bool(call.fetched) is open_now
        assert await store.cases() == ()
        assert await store.callbacks() == ()
