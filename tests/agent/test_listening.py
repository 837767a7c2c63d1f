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


def test_where_anything_is_an_answer_nothing_shows_that_it_is_complete() -> None:
    opening = CallState(call_id="c", release=1, phase=Phase.REQUEST)
    found = expectation(opening, Listening(), release(), TODAY)
    assert found.entity == ""
    assert found.answered("My bin has not been emptied") is None


def test_the_callers_patience_is_the_ears() -> None:
    assert asked("address", "address", patience=2.0).patience == 2.0
