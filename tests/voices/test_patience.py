"""Given a caller who pauses long, is cut off, or is relayed, when the call goes on, then they get more time."""

from __future__ import annotations

import pytest

from voices.patience import Patience, handed_over


def test_nobody_begins_with_more_time_than_others() -> None:
    assert Patience().factor == 1.0


def test_short_pauses_change_nothing_and_long_ones_do() -> None:
    patience = Patience()
    patience.paused(0.3)
    assert patience.factor == 1.0
    patience.paused(0.8)
    patience.paused(0.9)
    assert patience.factor > 1.3


def test_who_was_cut_off_is_waited_for_a_quarter_longer() -> None:
    patience = Patience()
    patience.was_cut()
    assert patience.factor == pytest.approx(1.25)


def test_no_caller_is_waited_for_without_end() -> None:
    patience = Patience()
    for _ in range(50):
        patience.was_cut()
    assert patience.factor == 3.0


@pytest.mark.parametrize(
    "text", ["Hello, this is Relay UK with a caller.", "My bin was not emptied, go ahead.", "This is Text Relay"]
)
def test_a_relayed_caller_gets_much_more_time(text: str) -> None:
    patience = Patience()
    patience.heard(text)
    assert patience.factor == 2.5


def test_go_ahead_at_the_end_of_other_words_hands_over_and_alone_it_is_a_yes() -> None:
    assert handed_over("It is fourteen Mill Lane. Go ahead.")
    assert not handed_over("Go ahead.")
    assert not handed_over("Shall I go ahead with it")
