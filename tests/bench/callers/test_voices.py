"""Callers for tests and benches: who they are, and the pauses in what they say."""

from __future__ import annotations

import numpy as np
import pytest

from agent import models
from bench.callers.voices import AWB, HARD_TO_HEAR, HIBARI, KUMO, RMS, CallerVoice, Noise, said, spoken
from telephony.direct import CALLER_RATE
from telephony.recording import voiced_blocks


@pytest.mark.parametrize("voice", [HIBARI, AWB, RMS, HARD_TO_HEAR], ids=str)
def test_a_caller_says_something_at_an_even_level(voice: CallerVoice) -> None:
    pcm = spoken("When is my next bin collection?", voice)
    assert 1.0 < len(pcm) / CALLER_RATE < 4.0
    assert 8_000 < np.abs(pcm.astype(np.int32)).max() < 22_000


def test_kokoro_says_something_too() -> None:
    if not models.present("kokoro"):
        pytest.skip("the model is not here: townline models fetch kokoro")
    assert 1.0 < len(spoken("When is my next bin collection?", KUMO)) / CALLER_RATE < 4.0


@pytest.mark.parametrize("voice", [HIBARI, AWB, RMS], ids=str)
def test_a_pause_is_silent_where_it_is_said_to_be(voice: CallerVoice) -> None:
    one = said("It's number twelve, | The Crescent.", voice, [0.6], around=(0.5, 0.5))
    (begin, seconds), voiced = one.pauses[0], voiced_blocks(one.pcm, CALLER_RATE)
    inside = voiced[int((begin + 0.05) * 100) : int((begin + seconds - 0.05) * 100)]
    assert seconds == 0.6
    assert not inside.any()
    assert voiced[: int(begin * 100)].any()
    assert voiced[int((begin + seconds) * 100) :].any()


def test_noise_is_as_loud_as_it_says() -> None:
    quiet, noisy = (
        said("Can I speak to a person?", RMS, around=(1.0, 1.0), noise=noise).pcm.astype(np.float64)
        for noise in (None, Noise("babble", 10))
    )
    voice = quiet[np.abs(quiet) > 400]
    below = 20 * np.log10(np.sqrt(np.mean(voice**2)) / np.sqrt(np.mean((noisy - quiet) ** 2)))
    assert below == pytest.approx(10, abs=2.5)


def test_speakers_are_different() -> None:
    """By the pitch of their voices: an American woman is higher than a Scotsman."""
    assert _pitch(spoken("Yes please, that's right.", HIBARI)) > 1.2 * _pitch(spoken("Yes please, that's right.", AWB))


def _pitch(pcm: np.ndarray) -> float:
    """Hz of the voice in the middle of an utterance, by autocorrelation."""
    middle = pcm[len(pcm) // 4 : len(pcm) // 4 + 4_800].astype(np.float64)
    found = np.correlate(middle, middle, "full")[len(middle) :]
    return CALLER_RATE / (40 + int(np.argmax(found[40:260])))
