"""Which turns of a recorded call count, on two channels of audio."""

from __future__ import annotations

import numpy as np
import pytest

from bench.callers.voices import Said
from bench.line.calling import CallRecord, Uttered
from bench.line.turns import turns
from telephony.direct import CALLER_RATE
from tests.telephony.sounds import tone


def recorded(*, answered: bool, finished: bool, goes_on_for: float) -> CallRecord:
    """A call in which the caller speaks for a second, is answered half a second later or not, and stays on the line."""
    record = CallRecord("call-1", "missed_bin", finished=finished)
    words = tone(300.0, 1.0)
    record.caller.put(1.0, words)
    record.caller.put(2.0, np.zeros(int(goes_on_for * CALLER_RATE), dtype=np.int16))
    if answered:
        record.line.put(2.5, words)
    record.uttered.append(Uttered(Said("my bin", words, ()), "request", None, 1.0, 2.0))
    return record


def test_an_answer_is_measured_from_the_callers_last_sound() -> None:
    (turn,) = turns(recorded(answered=True, finished=False, goes_on_for=2.0), ["my bin"])
    assert turn.gap == pytest.approx(500.0, abs=30.0)


@pytest.mark.parametrize(
    ("finished", "goes_on_for", "counted"),
    [(False, 9.0, 1), (False, 2.0, 0), (True, 2.0, 1)],
    ids=["nobody answered", "the clock ended the call", "the line hung up instead"],
)
def test_a_turn_without_an_answer_counts_where_there_was_the_time_for_one(
    *, finished: bool, goes_on_for: float, counted: int
) -> None:
    found = list(turns(recorded(answered=False, finished=finished, goes_on_for=goes_on_for), []))
    assert [turn.gap for turn in found] == [None] * counted
