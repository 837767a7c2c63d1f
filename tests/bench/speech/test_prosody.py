"""Given a voice that falls, rises or breaks off, what its end sounds like."""

from __future__ import annotations

import numpy as np
import pytest

from bench.speech.prosody import Prosody, prosody
from voices.speech import Pcm

RATE = 16_000


def voice(*pitches: float, seconds: float = 1.0, fade: float = 1.0) -> Pcm:
    """A buzz whose pitch goes through `pitches` (Hz); its last tenth is `fade` times as loud."""
    count = int(seconds * RATE)
    pitch = np.interp(np.linspace(0, 1, count), np.linspace(0, 1, len(pitches)), pitches)
    phase = 2 * np.pi * np.cumsum(pitch) / RATE
    sound = sum(np.sin(number * phase) / number for number in range(1, 8))
    level = np.where(np.arange(count) > 0.9 * count, fade, 1.0)
    return (3_000 * sound * level).astype(np.int16)


def test_a_voice_that_comes_down_ends_below_its_middle() -> None:
    falling, rising = prosody(voice(160, 150, 100)), prosody(voice(120, 130, 180))
    assert falling.fall < -0.2 < 0.2 < rising.fall
    assert falling.slope < 0 < rising.slope


def test_a_voice_that_fades_is_softer_at_the_end() -> None:
    assert prosody(voice(120, fade=0.3)).fade < prosody(voice(120)).fade - 6


def test_silence_after_the_last_sound_changes_nothing() -> None:
    spoken = voice(160, 120)
    assert prosody(np.concatenate([spoken, np.zeros(1_600, np.int16)])).fall == pytest.approx(
        prosody(spoken).fall, abs=0.1
    )


def test_the_last_syllable_is_measured_against_the_usual_one() -> None:
    short, gap = voice(120, seconds=0.15), np.zeros(800, np.int16)
    drawn = np.concatenate([short, gap, short, gap, short, gap, voice(120, seconds=0.5)])
    even = np.concatenate([short, gap, short, gap, short, gap, short])
    assert prosody(drawn).last > 0.4
    assert prosody(drawn).lengthened > 1.5 * prosody(even).lengthened


@pytest.mark.parametrize("pcm", [np.zeros(0, np.int16), np.zeros(100, np.int16), np.zeros(RATE, np.int16)])
def test_without_a_voice_nothing_is_known(pcm: Pcm) -> None:
    found = prosody(pcm)
    assert (found.fall, found.slope) == (0.0, 0.0)
    assert all(np.isfinite(found.values()))
    assert len(found.values()) == len(Prosody().values())
