"""Given a caller who breaks into a reply, in a real session, then the record says how much of it they heard."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from agent.records import Store
from agent.records.results import Turn
from agent.state import CallState
from tests.agent.test_goodbye import ringing


async def _first_turn(store: Store, call_id: str) -> Turn:
    async with asyncio.timeout(10):
        while not (turns := await store.turns(call_id)) or turns[0].said_heard is None:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    return turns[0]


@pytest.mark.timeout(60)
async def test_what_was_heard_of_a_greeting_is_on_record(store: Store, tmp_path: Path) -> None:
    async with ringing(store, tmp_path) as (call, heard):
        async with asyncio.timeout(10):
            while sum(map(len, heard)) < 16_000 * 0.7:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        call.press("5")
        turn = await _first_turn(store, call.conversation.state.call_id)
    assert turn.said is not None
    assert turn.said_heard is not None
    assert turn.said.startswith(turn.said_heard)
    assert 0 < len(turn.said_heard) < len(turn.said)
    assert turn.as_said == f"{turn.said_heard} …"


async def test_a_turn_that_is_decided_anew_was_not_broken_off(store: Store, tmp_path: Path) -> None:
    async with ringing(store, tmp_path) as (call, _):
        await call.conversation.turns.settle()
        state = call.conversation.state
        await store.note_broken_off(state.call_id, state.turn, "Ashcombe Borough")
        assert (await store.turns(state.call_id))[0].said_heard == "Ashcombe Borough"
        await store.commit_turn(state.call_id, state=state, heard="", said="Hello.", decision="greet", drafts=())
        assert (await store.turns(state.call_id))[0].as_said == "Hello."


async def test_words_that_followed_from_a_filing_are_broken_off_in_their_own_turn(store: Store) -> None:
    # Given "OK." and what followed from the filing, when the caller breaks in, then each turn has its own words.
    await store.start_call("c", channel="test", caller=None, release=1)
    for number, heard, said in ((0, "yes", "OK."), (1, "", "Your reference is AB one two."), (2, "thanks", "Goodbye.")):
        state = CallState(call_id="c", release=1, turn=number)
        await store.commit_turn("c", state=state, heard=heard, said=said, decision="d", drafts=())
    await store.note_broken_off("c", 0, "OK. Your reference")
    assert [turn.as_said for turn in await store.turns("c")] == ["OK.", "Your reference …", "Goodbye."]
