"""Given a stream of audio, when somebody is taken to speak. Time is the audio's own."""

from __future__ import annotations

import numpy as np
import pytest

from bench.callers import voices as callers
from tests.voices import detectors
from tests.voices.callers import RATE, hiss, said, spoken
from voices.activity import WINDOW, Activity, detector
from voices.speech import Pcm

LOUD = np.full(WINDOW, 4000, dtype=np.int16)
QUIET = np.full(WINDOW, 4, dtype=np.int16)


def scripted(probabilities: list[float]) -> Activity:
    return Activity(detectors.scripted(probabilities))


def test_one_voiced_window_is_not_yet_speech_two_are() -> None:
    activity = scripted([0.0, 0.9, 0.9])
    activity.push(QUIET)
    activity.push(LOUD)
    before, _ = activity.spoken, activity.push(LOUD)
    assert before is None
    assert activity.spoken is not None
    assert activity.spoken.started == WINDOW


def test_silence_is_counted_from_the_last_loud_moment_not_from_the_models_late_verdict() -> None:
    activity = scripted([0.9, 0.9, 0.9, 0.0, 0.0])
    half = np.concatenate([LOUD[:128], QUIET[128:]])
    for window in (LOUD, LOUD, half, QUIET, QUIET):
        activity.push(window)
    assert activity.spoken is not None
    assert activity.spoken.last_voiced == 2 * WINDOW + 128
    assert activity.silence == pytest.approx((3 * WINDOW - 128) / RATE)


def test_speech_stays_on_at_a_lower_probability_than_it_starts() -> None:
    activity = scripted([0.9, 0.9, 0.4, 0.4])
    for _ in range(4):
        activity.push(LOUD)
    assert activity.silence == 0.0


def test_a_lone_breath_in_a_pause_does_not_count_as_going_on() -> None:
    activity = scripted([0.9, 0.9, *[0.0] * 5, 0.9, 0.0])
    for window in (LOUD, LOUD, *[QUIET] * 5, LOUD, QUIET):
        activity.push(window)
    assert activity.spoken is not None
    assert activity.spoken.last_voiced == 2 * WINDOW


def test_going_on_after_a_pause_is_the_same_turn_until_it_is_finished() -> None:
    activity = scripted([0.9, 0.9, *[0.0] * 5, 0.9, 0.9])
    for window in (LOUD, LOUD, *[QUIET] * 5, LOUD, LOUD):
        activity.push(window)
    assert activity.spoken is not None
    assert (activity.spoken.started, activity.spoken.last_voiced) == (0, 9 * WINDOW)
    activity.finish()
    assert activity.silence == 0.0
    assert not activity.stirring


def test_the_model_forgets_a_turn_that_is_over() -> None:
    model = detectors.Judging(lambda _: 0.9)
    activity = Activity(model)
    activity.push(LOUD)
    while_speaking = model.forgotten
    activity.finish()
    assert (while_speaking, model.forgotten) == (0, 1)


@pytest.mark.parametrize("voice", [callers.RMS, callers.KUMO], ids=lambda voice: voice.name)
@pytest.mark.parametrize("wait", [4.0, 5.5, 7.0])
def test_a_short_answer_is_heard_after_whole_sentences(voice: callers.CallerVoice, wait: float) -> None:
    # Given a caller who has said two sentences, each a turn of its own.
    activity, quiet = Activity(detector()), hiss(wait)
    for words in ("I've got an old sofa I want collected.", "An old sofa and a mattress."):
        activity.push(np.concatenate([quiet, callers.spoken(words, voice), quiet[:RATE]]))
        assert activity.spoken is not None
        activity.finish()
    # When the caller answers with one word.
    activity.push(np.concatenate([quiet, callers.spoken("Two.", voice), quiet[:RATE]]))
    # Then it is heard.
    assert activity.spoken is not None


def test_audio_may_come_in_pieces_of_any_length() -> None:
    audio = said("My bin has not been collected.", 0.5)
    whole, pieces = Activity(detector()), Activity(detector())
    whole.push(audio)
    for start in range(0, len(audio), 137):
        pieces.push(audio[start : start + 137])
    assert pieces.spoken == whole.spoken
    assert pieces.position == whole.position


@pytest.mark.parametrize("noise", [0.001, 0.01, 0.02], ids=["quiet line", "street", "loud street"])
def test_a_caller_on_the_telephone_is_found_to_a_tenth_of_a_second(noise: float) -> None:
    sentence = spoken("Someone has dumped rubbish and an old fridge by the canal.")
    audio: Pcm = np.concatenate([np.zeros(RATE, np.int16), sentence, np.zeros(RATE // 2, np.int16)])
    audio = audio + hiss(len(audio) / RATE, noise)
    activity = Activity(detector())
    activity.push(audio)
    assert activity.spoken is not None
    assert activity.spoken.started == pytest.approx(RATE, abs=RATE // 10)
    assert activity.spoken.last_voiced == pytest.approx(RATE + len(sentence), abs=RATE // 8)


@pytest.mark.parametrize("level", [0.0, 0.001, 0.05])
def test_nobody_speaks_on_an_empty_line(level: float) -> None:
    activity = Activity(detector())
    activity.push(hiss(5.0, level))
    assert activity.spoken is None


def test_hears_all_of_an_utterance_after_digital_silence() -> None:
    # Given a line without any hiss, and a voice that begins loudly while the model still takes it for silence.
    activity = scripted([0.0] * 20 + [0.2] + [0.9] * 20)
    loud = np.tile(np.array([3000, -3000], dtype=np.int16), WINDOW // 2)
    # When it has spoken for 20 windows.
    for window in [np.zeros(WINDOW, dtype=np.int16)] * 20 + [loud] * 21:
        activity.push(window)
    # Then its last sample is where the audio ends.
    assert activity.silence == 0.0
