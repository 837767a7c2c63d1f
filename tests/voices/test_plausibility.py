"""Given words that a recogniser wrote, which of them can have been said."""

from __future__ import annotations

import pytest

from voices.plausibility import compression_ratio, confidence, endless, invented, loops


@pytest.mark.parametrize("text", ["916 916 916", "in the road in the road in the road", "now, now, now, now"])
def test_the_same_words_three_times_running_were_not_said(text: str) -> None:
    assert endless(text)
    assert loops(text)


@pytest.mark.parametrize("text", ["seven seven seven", "no no no", "A A A", "double oh seven double oh seven"])
def test_digits_letters_and_no_may_repeat(text: str) -> None:
    assert not endless(text)


def test_a_sentence_said_twice_is_looked_at_again_but_may_be_true() -> None:
    text = "Can you say that again? Can you say that again?"
    assert loops(text)
    assert not endless(text)


def test_an_ordinary_sentence_is_neither() -> None:
    assert not loops("There's a dead fox in the road by the school and the road is blocked.")


@pytest.mark.parametrize("text", ["Thank you for watching!", "you", "...", " . ", "Thanks for watching."])
def test_what_whisper_makes_of_silence_is_known(text: str) -> None:
    assert invented(text)


@pytest.mark.parametrize("text", ["Thank you.", "Yes.", "No", "Bye"])
def test_what_callers_say_is_not_taken_for_an_invention(text: str) -> None:
    assert not invented(text)


def test_likelier_words_are_surer_and_every_confidence_is_a_probability() -> None:
    sure, unsure, lost = (confidence("my bin was missed", log, 0.05) for log in (-0.05, -0.6, -9.0))
    assert 0.8 < sure < 1.0
    assert 0.0 <= lost < unsure < sure


def test_a_lone_word_is_not_held_to_the_standard_of_a_sentence() -> None:
    assert confidence("Yes.", -0.5, 0.1) > confidence("I want to book a bulky waste collection", -0.5, 0.1)


def test_nothing_compresses_to_nothing() -> None:
    assert compression_ratio("") == 0.0
    assert compression_ratio("now " * 40) > 2.2
