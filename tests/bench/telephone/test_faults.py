"""How the fault bench reads a call: the longest wait, and the row of the table."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest
from livekit import rtc

from bench.telephone.breaking import Workers
from bench.telephone.broken_call import longest_wait
from bench.telephone.caller import Caller
from bench.telephone.faults import rows
from bench.telephone.installation import Process
from telephony.rooms import call_id_of
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


async def test_a_long_goodbye_is_no_wait_in_vain(phone: Caller) -> None:
    # Given a fault long before the end of the call, when the line says a long goodbye, then the caller was heard.
    hears(phone, 0.0, 12.0, speech=True)
    hears(phone, 12.0, 50.0, speech=False)
    phone.said.append((48.0, 50.0))
    hears(phone, 50.0, 64.0, speech=True)
    assert longest_wait(phone, 10.0) is not None


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


@pytest.fixture
def workers(tmp_path: Path) -> Workers:
    """Three whose logs are there already."""
    made = Workers(tmp_path / "config.yaml")
    for number in range(3):
        log = tmp_path / f"worker-{number}.log"
        log.write_text("2026-01-02 03:04:05,000 INFO livekit.agents registered worker\n")
        made.running[number] = Process(Mock(), log)
    return made


def log(workers: Workers, number: int, line: str) -> None:
    with workers.running[number].log.open("a") as out:
        out.write(line + "\n")


def test_the_worker_with_the_call_is_the_one_that_took_it_last(workers: Workers) -> None:
    # Given two that took the call, one after the other, and a third that was asked and stepped back.
    room, other = "call-1", "call-2"
    log(workers, 0, f"2026-01-02 03:04:07,000 INFO agent.room_call call {call_id_of(room)}: taken")
    log(workers, 1, f"2026-01-02 03:04:09,500 INFO agent.room_call call {call_id_of(room)}: taken")
    log(workers, 2, "2026-01-02 03:04:09,600 INFO livekit.agents received job request")
    log(workers, 2, f"2026-01-02 03:04:20,000 INFO agent.room_call call {call_id_of(other)}: taken")
    assert workers.with_call(room) == 1


def test_before_it_is_taken_the_one_that_was_asked_last_has_it(workers: Workers) -> None:
    log(workers, 0, "2026-01-02 03:04:06,000 INFO livekit.agents received job request")
    log(workers, 2, "2026-01-02 03:04:07,000 INFO livekit.agents received job request")
    assert workers.with_call("call-1") == 2
