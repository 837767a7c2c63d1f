"""Given the audio and words of a turn so far, what is kept and how its parts join."""

from __future__ import annotations

import numpy as np

from voices.activity import SAMPLE_RATE
from voices.transcript import Heard, Nothing, Unclear
from voices.utterance import BEFORE, Recording, Utterance, joined, quietest


def test_audio_is_found_by_its_position_even_after_the_past_was_forgotten() -> None:
    recording = Recording()
    for number in range(10):
        recording.push(np.full(100, number, dtype=np.int16))
    recording.forget(350)
    assert list(recording.between(400, 402)) == [4, 4]
    assert recording.between(499, 501).tolist() == [4, 5]
    assert recording.end == 1000


def test_only_the_last_of_a_long_stream_is_kept() -> None:
    recording = Recording(longest=500)
    for _ in range(20):
        recording.push(np.zeros(100, dtype=np.int16))
    assert recording.end - recording.begin <= 600


def test_a_turn_begins_before_its_first_sound_but_not_before_the_stream() -> None:
    assert Utterance.begin(5 * SAMPLE_RATE).part == 5 * SAMPLE_RATE - BEFORE
    assert Utterance.begin(100).part == 0


def test_committed_words_stand_before_the_latest_and_the_least_sure_decides() -> None:
    utterance = Utterance.begin(0)
    utterance.commit(Heard("First this,", 0.9), 1000)
    assert utterance.part == 1000
    assert utterance.with_words(Heard("then that.", 0.6)) == Heard("First this, then that.", 0.6)


def test_an_empty_end_does_not_undo_what_was_said() -> None:
    assert joined((Heard("Yes.", 0.9), Nothing(1.0))) == Heard("Yes.", 0.9)
    assert joined((Nothing(1.0), Nothing(2.0))) == Nothing(2.0)
    assert joined((Unclear("a", 0.1), Unclear("b", 0.05))) == Unclear("a b", 0.05)


def test_speech_without_a_pause_is_cut_where_it_is_quietest() -> None:
    audio = np.full(10 * SAMPLE_RATE, 4000, dtype=np.int16)
    audio[8 * SAMPLE_RATE : 8 * SAMPLE_RATE + 3200] = 10
    assert abs(quietest(audio) - (8 * SAMPLE_RATE + 1600)) <= 1600
