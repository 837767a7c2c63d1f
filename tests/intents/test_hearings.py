"""What several hearings of one utterance mean together."""

from __future__ import annotations

from intents.hearings import MOST, different, together
from intents.understanding import Guess, Guessed


def guessed(stray: float, **likely: float) -> Guessed:
    """Guesses as the classifier gives them."""
    return Guessed(tuple(Guess(intent, probability) for intent, probability in likely.items()), stray)


def test_a_second_hearing_settles_what_the_first_leaves_open() -> None:
    first = guessed(0.3, noise=0.5, missed_bin=0.4)
    second = guessed(0.0, missed_bin=0.9, noise=0.1)
    both = together([first, second], 5)
    assert [guess.intent for guess in both.guesses] == ["missed_bin", "noise"]
    assert sum(guess.probability for guess in both.guesses) < 1
    assert 0.1 < both.out_of_scope < 0.3


def test_a_sure_first_hearing_is_not_outvoted_by_an_unsure_second() -> None:
    both = together([guessed(0.0, pothole=0.9), guessed(0.2, noise=0.5, pothole=0.1)], 1)
    assert [guess.intent for guess in both.guesses] == ["pothole"]


def test_one_hearing_stays_as_it_is() -> None:
    only = guessed(0.1, pothole=0.9)
    assert together([only], 5) is only


def test_only_other_words_are_another_hearing() -> None:
    heard = "The grit bin is empty."
    others = ("the grit bin is empty", "the great bin is empty", "", "The great bin is empty!", *"abcdef")
    assert different(heard, others)[0] == "the great bin is empty"
    assert len(different(heard, others)) == MOST - 1
