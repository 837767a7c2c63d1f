"""A call that lasts as long as a call may: it ends with a word, but never under an adviser's voice."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

import pytest

from agent import direct_call
from agent.call import Call
from agent.closing import too_long
from agent.context import Context
from agent.decision import Circumstances
from agent.direct_call import Adviser, DirectCall
from agent.state import CallState, Phase


@dataclass
class EndlessCall:
    """A call whose caller never stops. It ends once the line has said that the time is up."""

    ended: asyncio.Event = field(default_factory=asyncio.Event)
    told: int = 0
    talks_into_the_last_words: bool = False
    outcome: str = ""

    async def time_is_up(self) -> None:
        self.told += 1
        if not self.talks_into_the_last_words:
            self.ended.set()

    async def hang_up(self, outcome: str) -> None:
        self.outcome = outcome
        self.ended.set()


@pytest.fixture
def endless(monkeypatch: pytest.MonkeyPatch) -> tuple[DirectCall, EndlessCall]:
    monkeypatch.setattr(direct_call, "_A_WHILE_SECONDS", 0.01)
    call, direct = EndlessCall(), DirectCall("call-1", 16_000, lambda _: None)
    direct._call = cast("Call", call)
    return direct, call


async def test_a_call_that_lasts_too_long_is_ended_with_a_word(endless: tuple[DirectCall, EndlessCall]) -> None:
    direct, call = endless
    await direct.ended(0.01)
    assert call.told == 1


async def test_whoever_talks_into_the_last_words_is_hung_up_on_all_the_same(
    endless: tuple[DirectCall, EndlessCall],
) -> None:
    direct, call = endless
    call.talks_into_the_last_words = True
    await direct.ended(0.01)
    assert call.told == 1
    assert call.outcome == "end the longest call"


async def test_an_adviser_is_not_interrupted(endless: tuple[DirectCall, EndlessCall]) -> None:
    direct, call = endless
    direct._adviser = Adviser(direct)
    ending = asyncio.create_task(direct.ended(0.01))
    await _turns_of_the_loop(ending.done)
    assert call.told == 0
    direct._adviser = None
    await ending
    assert call.told == 1


async def _turns_of_the_loop(until: Callable[[], bool]) -> None:
    for _ in range(10):
        if until():
            return
        await asyncio.sleep(0.01)


def test_the_last_words_say_when_to_ring_again() -> None:
    window = ("2026-11-27T10:00", "2026-11-27T12:00")
    circumstances = Circumstances("2026-11-27", True, window, "today between 10 and 12")
    context = Context(services={}, circumstances=circumstances, council="Ashcombe", phone="01632 960 100")
    decision = too_long(CallState(call_id="call-1", release=1), context)
    assert decision.hang_up
    assert decision.state.phase is Phase.ENDED
    assert "01632 960 100" in " ".join(decision.say)
