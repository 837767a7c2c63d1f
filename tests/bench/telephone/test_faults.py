"""How the fault bench reads a call: the longest wait, and the row of the table."""

from __future__ import annotations

import numpy as np
import pytest
from livekit import rtc

from bench.telephone.broken_call import longest_wait
from bench.telephone.caller import Caller
from bench.telephone.faults import rows
from tests.telephony.sounds import tone

VOICE = tone(300.0, 0.02)
SILENCE = np.zeros(len(VOICE), dtype=np.int16)


@pytest.fixture
async def phone() -> Caller:
    return Caller(rtc.Room(), "call-1")


def hears(phone: Caller, begin: float, end: float, *, speech: bool) -> None:
    for at in np.arange(begin, end, 0.02):
        phone.times.append(float(at))
        phone.heard.append(VOICE if speech else SILENCE)


async def test_the_wait_is_from_the_callers_last_word_to_the_lines_next(phone: Caller) -> None:
    # Given a fault at 10 s, when the caller speaks until 12 s and the line answers at 15 s, then the wait was 3 s.
    hears(phone, 0.0, 9.0, speech=True)
    phone.said.append((10.5, 12.0))
    hears(phone, 9.0, 15.0, speech=False)
    hears(phone, 15.0, 18.0, speech=True)
    assert longest_wait(phone, 10.0) == pytest.approx(3.0, abs=0.05)


async def test_a_line_that_stops_in_the_middle_of_a_word_is_waited_for(phone: Caller) -> None:
    hears(phone, 0.0, 10.0, speech=True)
    hears(phone, 10.0, 14.0, speech=False)
    hears(phone, 14.0, 16.0, speech=True)
    assert longest_wait(phone, 9.0) == pytest.approx(4.0, abs=0.05)


async def test_a_line_that_is_never_heard_again_has_no_wait(phone: Caller) -> None:
    hears(phone, 0.0, 10.0, speech=True)
    hears(phone, 10.0, 30.0, speech=False)
    assert longest_wait(phone, 10.0) is None


def test_a_row_counts_who_was_answered_in_time_and_who_never_was() -> None:
    call = {"part": "worker", "way": "killed", "struck": True, "end": "goodbye", "fault_named": True}
    calls = [
        {**call, "wait": 3.1, "lost": [], "twice": []},
        {**call, "wait": 6.0, "lost": ["AB-1234 was given and is not on record"], "twice": []},
        {**call, "wait": None, "end": "cut off", "lost": [], "twice": []},
        {**call, "wait": None, "struck": False, "lost": [], "twice": []},
    ]
    (killed, everything) = rows(calls)
    assert killed[:3] == ["worker killed", 3, "1 of 3"]
    assert killed[5:] == [3, 2, "1 cut off", 1, 0]
    assert everything[0] == "all"
