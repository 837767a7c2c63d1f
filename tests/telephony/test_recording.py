"""The gap on the audio, and both sides of a call in one file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile

from telephony.recording import Channel, GapMeter, Pcm, write_two_channels

RATE = 16_000


def loud(seconds: float) -> Pcm:
    return np.full(int(seconds * RATE), 3000, dtype=np.int16)


def quiet(seconds: float) -> Pcm:
    return np.zeros(int(seconds * RATE), dtype=np.int16)


def test_measures_from_the_callers_last_voiced_sample_to_the_lines_first() -> None:
    meter = GapMeter()
    meter.caller(0.0, np.concatenate([loud(0.5), quiet(0.5)]), RATE)
    assert meter.line(1.0, np.concatenate([quiet(0.1), loud(0.2)]), RATE) == 600


def test_a_gap_is_told_once_a_turn() -> None:
    meter = GapMeter()
    meter.caller(0.0, loud(0.5), RATE)
    assert meter.line(1.0, loud(0.2), RATE) == 500
    assert meter.line(1.2, loud(0.2), RATE) is None


def test_speaking_at_the_same_time_is_no_answer() -> None:
    meter = GapMeter()
    assert meter.line(0.0, loud(0.2), RATE) is None
    meter.caller(0.1, loud(0.1), RATE)
    assert meter.line(0.2, loud(0.2), RATE) is None


def test_writes_the_caller_left_and_the_line_right_where_they_sounded(tmp_path: Path) -> None:
    caller, line = Channel(RATE), Channel(22_050)
    caller.put(0.0, loud(0.5))
    line.put(1.0, np.full(11_025, 2000, dtype=np.int16))
    write_two_channels(tmp_path / "call.wav", caller, line)
    both, rate = soundfile.read(tmp_path / "call.wav", dtype="int16")
    assert rate == RATE
    assert both.shape[1] == 2
    assert abs(both[: RATE // 4, 0]).min() > 2000
    assert abs(both[: RATE // 2, 1]).max() < 20
    assert abs(both[int(1.1 * RATE) : int(1.4 * RATE), 1]).min() > 1500
