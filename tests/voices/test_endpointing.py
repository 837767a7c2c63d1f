"""Given what was said, how it sounded and what was asked, how long the line waits."""

from __future__ import annotations

import pytest

from voices.endpointing import LONGEST_WAIT, finished, wait
from voices.finishing import Cues, Finishing, shipped


def goes_on(text: str, *, entity: str = "", answered: float | None = None, completeness: float | None = None) -> float:
    likely = finished(text) if completeness is None else completeness
    return shipped().goes_on(Cues(text, likely, answered, entity, 0.9, 1.5))


@pytest.mark.parametrize("text", ["Yes.", "Yes please."])
def test_a_plain_yes_to_a_yes_or_no_question_is_taken_at_once(text: str) -> None:
    assert wait(goes_on(text, entity="yes_no", answered=0.98, completeness=0.95)) <= 0.35


@pytest.mark.parametrize(
    "text",
    ["It's", "My postcode is", "I'd like to report a", "The bin, and", "um", "Number", "It's on the corner of"],
)
def test_whoever_breaks_off_gets_time_to_go_on(text: str) -> None:
    assert wait(goes_on(text)) >= 0.75


def test_half_a_postcode_gets_more_time_than_a_whole_one() -> None:
    half = goes_on("QA1", entity="postcode", answered=0.12, completeness=0.05)
    whole = goes_on("QA1 4TB.", entity="postcode", answered=0.99, completeness=0.97)
    assert wait(half) > wait(whole) + 0.3


def test_what_was_asked_for_makes_an_answer_complete() -> None:
    with_number = goes_on("14 Mill Lane", entity="address", answered=0.95, completeness=0.93)
    without = goes_on("Mill Lane", entity="address", answered=0.0, completeness=0.93)
    assert with_number < without


def test_the_surer_the_shorter() -> None:
    waits = [wait(step / 20) for step in range(21)]
    assert waits == sorted(waits)


def test_patience_stretches_every_wait_for_slow_and_relay_callers() -> None:
    assert wait(0.0, patience=3.0) == pytest.approx(3 * wait(0.0))
    assert wait(1.0, patience=20.0) <= LONGEST_WAIT * 20


@pytest.mark.parametrize("probability", [-1.0, 2.0])
def test_a_probability_out_of_range_is_brought_into_it(probability: float) -> None:
    assert 0.2 <= wait(probability) <= 1.2


def test_waits_lie_on_straight_lines_between_the_given_ones() -> None:
    model = Finishing({}, 0.0, ((0.0, 0.2), (0.5, 0.4), (1.0, 1.0)))
    assert [model.wait(at) for at in (0.0, 0.25, 0.5, 0.75, 1.0)] == pytest.approx([0.2, 0.3, 0.4, 0.7, 1.0])


@pytest.mark.parametrize("text", ["No.", "No thank you", "No, that's everything, thanks.", "Yes please"])
def test_a_plain_answer_is_over_at_once(text: str) -> None:
    assert goes_on(text, entity="yes_no", answered=0.97, completeness=0.8) == 0.0


@pytest.mark.parametrize("text", ["No.", "No, that's"])
def test_no_to_what_was_said_back_wants_to_be_put_right(text: str) -> None:
    assert wait(goes_on(text, entity="yes_no:read_back", answered=0.97, completeness=0.8)) >= 0.75
