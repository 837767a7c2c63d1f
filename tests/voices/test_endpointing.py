"""Given what was said and what was asked, how long the line waits."""

from __future__ import annotations

import pytest

from voices.endpointing import LONGEST_WAIT, finished, needs_melody, wait


@pytest.mark.parametrize(
    "text",
    ["Yes.", "No", "Can I speak to a person please?", "My bin has not been collected.", "What time does the tip open?"],
)
def test_what_is_complete_is_taken_within_a_third_of_a_second(text: str) -> None:
    assert wait(finished(text)) <= 0.33


@pytest.mark.parametrize(
    "text",
    [
        "It's",
        "My postcode is",
        "I'd like to report a",
        "The bin, and",
        "um",
        "Number",
        "It's on the corner of",
        "a sofa,",
        "It's at...",
        "oh one six three two,",
    ],
)
def test_whoever_breaks_off_gets_time_to_go_on(text: str) -> None:
    assert wait(finished(text)) >= 0.9


def test_what_may_or_may_not_be_all_gets_half_a_second() -> None:
    assert 0.35 <= wait(finished("Fourteen Mill Lane")) <= 0.75


def test_the_surer_the_shorter() -> None:
    waits = [wait(step / 20) for step in range(21)]
    assert waits == sorted(waits, reverse=True)


def test_melody_can_only_lengthen_the_wait() -> None:
    assert wait(0.7, melody=0.1) > wait(0.7)
    assert wait(0.7, melody=0.9) == wait(0.7)


@pytest.mark.parametrize("completeness", [0.1, 1.0])
def test_melody_is_not_asked_where_the_words_are_plain(completeness: float) -> None:
    assert not needs_melody(completeness)
    assert wait(completeness, melody=0.0) == wait(completeness)


def test_patience_stretches_every_wait_for_slow_and_relay_callers() -> None:
    assert wait(1.0, patience=3.0) == pytest.approx(3 * wait(1.0))
    assert wait(0.0, melody=0.0, patience=20.0) <= LONGEST_WAIT * 20


@pytest.mark.parametrize("completeness", [-1.0, 2.0])
def test_a_completeness_out_of_range_is_brought_into_it(completeness: float) -> None:
    assert 0.2 <= wait(completeness) <= 1.2
