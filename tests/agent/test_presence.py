"""What the line does about silence, music and talk without an end."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.context import Context
from agent.decision import Circumstances, Decision
from agent.dialogue import decide
from agent.inputs import Input, Silent, TalkedOn
from agent.state import CallState, HandoffDraft, Phase
from voices.transcript import Nothing

WINDOW = ("2026-11-27T10:00", "2026-11-27T12:00")
PHONE = "01632 960 100"
OPEN = Context(
    services={}, circumstances=Circumstances("2026-11-27", True, WINDOW, "today"), council="Ashcombe", phone=PHONE
)
CLOSED = replace(OPEN, circumstances=replace(OPEN.circumstances, people_available=False))
ASKED = CallState(call_id="call-1", release=1, phase=Phase.REQUEST, question="How can I help?")


def decisions(context: Context, *happened: Input, state: CallState = ASKED) -> list[Decision]:
    found = []
    for one in happened:
        found.append(decide(state, one, context))
        state = found[-1].state
    return found


def said(decision: Decision) -> str:
    return " ".join(decision.say)


@pytest.mark.parametrize("music", [False, True])
def test_somebody_who_never_speaks_is_asked_and_offered_a_person_and_then_the_call_ends(music: bool) -> None:
    first, *offers, last = decisions(OPEN, *[Silent(Nothing(8.0), music=music)] * 4)
    assert ("music" in said(first)) is music
    assert "How can I help?" in said(first)
    assert all("press 0" in said(offer) for offer in offers)
    assert not any(decision.hang_up for decision in (first, *offers))
    assert last.hang_up
    assert PHONE in said(last)
    assert last.decided == ("end after music" if music else "end after silence")
    assert [decision.state.turn for decision in (first, *offers, last)] == [1, 2, 3, 4]


def test_a_person_who_is_being_fetched_is_waited_for_in_silence_and_in_talk() -> None:
    waiting = ASKED.model_copy(update={"phase": Phase.PERSON})
    for decision in decisions(OPEN, Silent(Nothing(8.0)), TalkedOn(1), TalkedOn(3), state=waiting):
        assert decision.state.phase is Phase.PERSON
        assert not decision.hang_up


def test_endless_speech_is_broken_into_then_put_through_and_ends_when_nobody_came() -> None:
    first, second = decisions(OPEN, TalkedOn(1), TalkedOn(2))
    assert "sorry to interrupt" in said(first)
    assert "press 0" in said(first)
    assert said(first).endswith("How can I help?")
    assert isinstance(second.effects[0], HandoffDraft)
    (third,) = decisions(OPEN, TalkedOn(3))
    assert third.hang_up
    assert third.decided == "end after endless speech"
    assert PHONE in said(third)


def test_endless_speech_at_night_ends_with_a_number_to_ring() -> None:
    first, second = decisions(CLOSED, TalkedOn(1), TalkedOn(2))
    assert not first.hang_up
    assert second.hang_up
    assert second.state.phase is Phase.ENDED
    assert PHONE in said(second)
