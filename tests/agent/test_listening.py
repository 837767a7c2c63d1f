"""Given what the line has asked, how it listens to the answer."""

from __future__ import annotations

import datetime as dt

import pytest

from agent.decision import Listening
from agent.listening import expectation
from agent.state import CallState, Option, Phase
from tests.agent.typed_call import release
from voices.hearing import Expectation

TODAY = dt.date(2026, 11, 27)


def asked(slot: str, entity: str | None, service: str = "missed_bin", **more: object) -> Expectation:
    state = CallState(call_id="c", release=1, phase=Phase.SLOT, service=service, asked=slot, **more)
    return expectation(state, Listening(entity=entity), release(), TODAY)


@pytest.mark.parametrize(("text", "holds"), [("12 The Crescent", True), ("Number twelve", False), ("QA1", False)])
def test_an_address_is_answered_by_a_home_that_exists(text: str, holds: bool) -> None:
    found = asked("address", "address")
    likely = found.answered(text)
    assert found.entity == "address"
    assert likely is not None
    assert (likely > 0.8) is holds


def test_a_choice_is_answered_by_one_of_its_values() -> None:
    found = asked("bin_type", "bin_type")
    assert (found.answered("the recycling") or 0.0) > 0.8
    assert found.answered("it's the") == 0.0


def test_what_is_offered_is_what_may_be_chosen() -> None:
    options = (Option(key="1", value="a", spoken="Mill Lane"), Option(key="2", value="b", spoken="Mill Road"))
    found = asked("address", "choice", options=options)
    assert (found.answered("Mill Lane") or 0.0) > 0.5


def test_first_words_answer_once_it_is_clear_what_the_caller_wants() -> None:
    opening = CallState(call_id="c", release=1, phase=Phase.REQUEST)
    found = expectation(opening, Listening(), release(), TODAY)
    assert found.entity == ""
    assert (found.answered("My bin has not been emptied") or 0.0) > 0.8
    assert (found.answered("Could you tell me") or 0.0) < 0.3


def test_where_a_story_is_asked_for_nothing_shows_that_it_is_complete() -> None:
    found = asked("details", None)
    assert found.entity == "text"
    assert found.answered("There's a mattress") is None


def test_a_no_to_what_was_said_back_is_told_from_a_plain_no() -> None:
    said_back = CallState(call_id="c", release=1, phase=Phase.READ_BACK, service="missed_bin")
    assert expectation(said_back, Listening(entity="yes_no"), release(), TODAY).entity == "yes_no:read_back"
    assert asked("collected_before", "yes_no").entity == "yes_no"


def test_saying_that_there_is_no_answer_answers() -> None:
    found = asked("phone", "phone")
    assert (found.answered("No thanks") or 0.0) > 0.9
    assert (found.answered("I don't know.") or 0.0) > 0.9
    assert (found.answered("No thanks, it's on") or 0.0) < 0.5


def test_the_callers_patience_is_the_ears() -> None:
    assert asked("address", "address", patience=2.0).patience == 2.0
