"""How full a worker says it is: LiveKit compares it with a fraction, and fractions are not exact."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest
from livekit.agents import AgentServer

from agent.worker import FULL, Load

SLOTS = (1, 2, 3, 4, 6, 7, 10, 12, 24, 53, 200)


def load(calls: int, slots: int) -> float:
    return Load(slots)(cast("AgentServer", SimpleNamespace(active_jobs=[None] * calls)))


@pytest.mark.parametrize("slots", SLOTS)
def test_a_worker_is_full_with_its_last_call_and_not_before(slots: int) -> None:
    assert load(slots, slots) >= FULL
    assert load(slots - 1, slots) < FULL


@pytest.mark.parametrize("slots", SLOTS)
def test_calls_that_were_promised_count_as_those_that_go_on(slots: int) -> None:
    # LiveKit adds as many calls as it has accepted and not begun, each as heavy as those that go on.
    for calls in range(1, slots):
        each = load(calls, slots) / calls
        assert load(calls, slots) + each * (slots - calls) >= FULL
        assert load(calls, slots) + each * (slots - calls - 1) < FULL
