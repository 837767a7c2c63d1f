"""What a caller hears who names an address that the gazetteer does not have, or only half of one."""

from __future__ import annotations

import pytest

from agent.decision import Decision, Listening
from agent.settings import ROOT
from agent.state import CallState, HandoffDraft, Phase
from intents.catalogue import Catalogue
from intents.understanding import Value
from tests.agent.test_dialogue import ADDRESS, Caller, said
from tests.agent.typed_call import FRIDAY_MORNING, release
from voices.transcript import Heard

STREET = Value("street", "45900001", "Mill Lane", 0.95)


@pytest.fixture
def caller() -> Caller:
    """A caller who has been asked for the address."""
    asked = Caller(Catalogue.load(ROOT / "intents/services"))
    asked.says("you missed my bin", intent="missed_bin")
    return asked


def postcode(text: str) -> Value:
    start = text.index("QA1")
    return Value("postcode", "QA1 4TB", "QA1 4TB", 0.95, (start, start + 7))


def test_a_house_that_does_not_exist_is_not_found_rather_than_not_understood(caller: Caller) -> None:
    decision = caller.says("999 Mill Lane", STREET)
    assert "can't find that address" in said(decision)
    assert "postcode" in said(decision)
    assert decision.listening.entity == "address"


def test_a_house_that_is_not_at_its_postcode_is_not_found_there(caller: Caller) -> None:
    decision = caller.says("99, QA1 4TB", postcode("99, QA1 4TB"))
    assert "can't find that address at QA1 4TB" in said(decision)


def test_half_an_address_is_asked_to_be_made_whole(caller: Caller) -> None:
    assert "house number" in said(caller.says("QA1 4TB", postcode("QA1 4TB")))
    decision = caller.says("number 99", Value("postcode", "QA1 4TB", "QA1 4TB", 0.5))
    assert "can't find that address at QA1 4TB" in said(decision)
    assert "house number" not in said(decision)


def test_words_that_name_no_place_were_not_understood(caller: Caller) -> None:
    assert "didn't understand" in said(caller.says("the one with the green door"))


def test_an_address_is_asked_for_three_times_before_a_person_comes(caller: Caller) -> None:
    decision: Decision | None = None
    for _ in range(2):
        decision = caller.says("999 Mill Lane", STREET)
        assert not decision.effects
    decision = caller.says("999 Mill Lane", STREET)
    (draft,) = decision.effects
    assert isinstance(draft, HandoffDraft)


def test_the_right_address_is_taken_after_a_wrong_one(caller: Caller) -> None:
    caller.says("999 Mill Lane", STREET)
    caller.says("14 Mill Lane", ADDRESS)
    assert caller.state.slots["address"].value == ADDRESS.value
    assert not [name for name in caller.state.facts if name.startswith("partial_")]


def test_a_postcode_that_was_half_heard_counts_when_it_is_said_again(caller: Caller) -> None:
    caller.says("q a one")
    caller.says("it's the one, four T B")
    assert caller.state.facts["partial_heard"] == "q a one\nit's the one, four T B"


@pytest.mark.parametrize(
    ("before", "text", "address"),
    [
        ("The recycling one.", "Number 4, Mill Lane.", "4 Mill Lane"),
        ("Number one.", "It's number four, Mill Lane.", "4 Mill Lane"),
        ("Mill Lane.", "Number four.", "4 Mill Lane"),
        ("Number four.", "Mill Lane.", "4 Mill Lane"),
    ],
)
def test_a_whole_address_is_not_mixed_with_the_answer_before_it(before: str, text: str, address: str) -> None:
    state = CallState(call_id="call-1", release=1, phase=Phase.SLOT, service="missed_bin", asked="address")
    state = state.model_copy(update={"facts": {"partial_said": before}})
    spoke = release().spoke(Heard(text, 1.0), state, Listening(entity="address"), FRIDAY_MORNING.date())
    found = [value.spoken for value in spoke.understanding.values if value.entity == "address"]
    assert found[:1] == [address]
