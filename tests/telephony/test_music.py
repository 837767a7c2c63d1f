"""Music on hold, told apart from voices, tones and silence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr

from bench.callers.voices import HIBARI, spoken, telephone
from telephony.music import HoldMusic
from telephony.recording import Pcm
from tests.telephony.sounds import RATE, calling_fax, hold_music, singing, tone

_SECONDS = 30.0
_DEBIAN = Path("/usr/share/asterisk/moh")
"""Where Debian's package asterisk-moh-opsound-wav has music on hold."""


def plays(pcm: Pcm) -> bool:
    """Whether it is taken for music at any moment."""
    music = HoldMusic(RATE)
    found = False
    for start in range(0, len(pcm), RATE // 50):
        music.push(pcm[start : start + RATE // 50])
        found = found or music.plays
    return found


def test_chords_are_music() -> None:
    assert plays(hold_music(_SECONDS))


@pytest.mark.skipif(not _DEBIAN.is_dir(), reason="no recorded music (Debian package asterisk-moh-opsound-wav)")
def test_recorded_music_on_hold_is_music() -> None:
    for file in sorted(_DEBIAN.glob("*.wav")):
        samples, rate = soundfile.read(file, frames=60 * 8000)
        assert plays(telephone(0.5 * soxr.resample(samples, rate, 8000) / np.abs(samples).max())), file.name


@pytest.mark.parametrize(
    "sound",
    [
        np.zeros(int(_SECONDS * RATE), dtype=np.int16),
        np.random.default_rng(1).normal(0, 300, int(_SECONDS * RATE)).astype(np.int16),
        tone(50.0, _SECONDS, level=0.05),
        tone(440.0, _SECONDS),
        calling_fax(_SECONDS),
    ],
    ids=["silence", "noise", "hum of the mains", "one tone", "a fax machine"],
)
def test_what_has_no_melody_is_not(sound: Pcm) -> None:
    assert not plays(sound)


def test_a_voice_is_not() -> None:
    words = "I told the man last week that the bin was not emptied and he said that somebody would come on Thursday"
    assert not plays(np.resize(spoken(words, HIBARI), int(_SECONDS * RATE)))


def test_somebody_who_sings_is_music() -> None:
    assert plays(singing(_SECONDS))


@pytest.mark.parametrize("over_music", [False, True])
def test_an_announcement_is_a_voice_and_over_music_it_is_music(over_music: bool) -> None:
    words = "Thank you for holding. All of our advisers are busy at the moment. You are number four in the queue."
    again = np.concatenate([spoken(words, HIBARI), np.zeros(2 * RATE, dtype=np.int16)])
    announcement = np.resize(again, int(_SECONDS * RATE)).astype(np.int32)
    under = hold_music(_SECONDS) if over_music else np.zeros(len(announcement), dtype=np.int16)
    assert plays(np.clip(announcement + under, -32768, 32767).astype(np.int16)) is over_music


def test_music_that_stops_is_no_music_any_more() -> None:
    music = HoldMusic(RATE)
    music.push(hold_music(_SECONDS))
    assert music.plays
    music.push(np.zeros(10 * RATE, dtype=np.int16))
    assert not music.plays
