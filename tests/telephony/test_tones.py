"""A fax machine is told from everything else that may be on a telephone line."""

from __future__ import annotations

import numpy as np
import pytest

from telephony.recording import Pcm
from telephony.tones import FaxTone
from tests.calls.voices import VOICES, spoken
from tests.telephony.sounds import RATE, calling_fax, hold_music, tone

_PIECE = RATE // 50


def is_fax(pcm: Pcm) -> bool:
    listener = FaxTone(RATE)
    return any(listener.push(pcm[start : start + _PIECE]) for start in range(0, len(pcm) - _PIECE, _PIECE))


def test_a_fax_machine_is_known_at_its_second_tone() -> None:
    assert is_fax(calling_fax(8.0))


def test_one_tone_alone_is_none() -> None:
    assert not is_fax(calling_fax(3.0))


@pytest.mark.parametrize("hertz", [1000.0, 1200.0, 2100.0, 440.0])
def test_tones_of_another_pitch_are_none(hertz: float) -> None:
    quiet = np.zeros(3 * RATE, dtype=np.int16)
    burst = tone(hertz, 0.5)
    assert not is_fax(np.concatenate([burst, quiet, burst, quiet, burst, quiet]))


def test_a_long_whistle_is_none() -> None:
    assert not is_fax(tone(1100.0, 10.0))


def test_a_faint_tone_is_none() -> None:
    assert not is_fax((calling_fax(8.0) / 100).astype(np.int16))


def test_music_and_people_are_none() -> None:
    assert not is_fax(hold_music(20.0))
    assert not is_fax(np.tile(spoken("Hello, you didn't empty my recycling bin this week.", VOICES[0]), 5))
