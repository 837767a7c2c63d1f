"""A caller who is cut off on a real line: the halves are one turn, and nothing need be said again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import numpy as np
import pytest
import pytest_asyncio

from agent.caller import RecordedCaller, Recording
from agent.events import DecisionEvent, EffectEvent, Event
from agent.line import Line
from bench.callers.voices import HIBARI, cough, said, spoken
from telephony.recording import Pcm
from tests.calls.harness import real_line

pytestmark = [pytest.mark.timeout(900), pytest.mark.asyncio(loop_scope="module")]

_SURELY_TAKEN = 1.15
"""Seconds of a pause in which the line takes the turn, and after which it still joins what follows."""


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def line(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Line]:
    async with real_line(tmp_path_factory.mktemp("line")) as opened:
        yield opened


async def _call(line: Line, pcm: Pcm) -> tuple[list[str], list[Event]]:
    """The words of every turn on record, and what was published, of one call in which this is said."""
    events: list[Event] = []
    call = await line.start(channel="test", on_event=events.append)
    await RecordedCaller(call, [Recording(pcm)]).run()
    await asyncio.wait_for(call.over.wait(), 30)
    return [turn.heard for turn in await line.store.turns(call.id) if turn.heard], events


async def test_both_halves_of_a_turn_that_was_cut_are_one_on_record(line: Line) -> None:
    # Given a caller who pauses until the line has begun to answer, when they go on, then one turn has both halves.
    turn = said("There's a big pothole | in Station Road outside number ten.", HIBARI, [_SURELY_TAKEN]).pcm
    heard, events = await _call(line, turn)
    taken = [event for event in events if isinstance(event, DecisionEvent) and event.intent == "pothole"]
    assert len(taken) >= 2, "the line waited out the pause: nothing was cut"
    assert len(heard) == 1, heard
    assert "pothole" in heard[0].lower()
    assert "station road" in heard[0].lower()


async def test_a_cough_after_a_turn_leaves_the_turn_as_it_was(line: Line) -> None:
    # Given a caller who coughs just after the line has taken the turn, when that was all, then it is answered once.
    opening = spoken("There's a big pothole in the road.", HIBARI)
    silence = np.zeros(int(0.9 * 16_000), dtype=np.int16)
    heard, events = await _call(line, np.concatenate([opening, silence, cough()]))
    assert len(heard) == 1, heard
    assert "pothole" in heard[0].lower()
    assert not [event for event in events if isinstance(event, EffectEvent)]
