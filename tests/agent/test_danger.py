"""Danger in real calls that are typed: what is said, who is fetched, what is kept, and how the call goes on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from agent.actions.runner import ActionRunner
from agent.decision import Listening
from agent.dialogue import decide
from agent.records import Store
from agent.state import Phase
from intents.understanding import Danger
from tests.agent.typed_call import FRIDAY_MORNING, MISSED_BIN, TypedCall, context, release, typed_call
from voices.transcript import Heard


@pytest.fixture
async def line(tmp_path: Path) -> AsyncIterator[tuple[Store, ActionRunner]]:
    async with (
        Store.open(f"sqlite:///{tmp_path / 'line.db'}", owner="line", clock=lambda: FRIDAY_MORNING) as store,
        ActionRunner.in_process(database=tmp_path / "office.db") as runner,
    ):
        yield store, runner


@pytest.fixture
async def call(line: tuple[Store, ActionRunner]) -> AsyncIterator[TypedCall]:
    async with typed_call(*line) as call:
        await call.rings()
        yield call


def phase(call: TypedCall) -> Phase:
    return call.conversation.state.phase


async def test_gas_is_said_at_once_and_the_caller_may_go_on_afterwards(call: TypedCall) -> None:
    assert "0800 111 999" in await call.says("I can smell gas")
    assert not call.fetched
    assert "near" in await call.says("there's a big pothole in the road")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("I want to kill myself", "116 123"),
        ("my husband hits me", "press 55"),
        ("I've got nowhere to sleep tonight", "somewhere safe to sleep"),
        ("the kids next door are being beaten", "dial 999"),
        ("I'm eight and my mum won't wake up", "right thing to ring"),
        ("a wall's collapsed onto the pavement", "keep well away"),
        ("I'm going to burn your offices down", "hurting people"),
    ],
)
async def test_a_person_is_fetched_from_the_middle_of_a_form(call: TypedCall, words: str, said: str) -> None:
    await call.says(MISSED_BIN[0])
    assert said in await call.says(words)
    assert phase(call) is Phase.PERSON
    assert call.fetched


async def test_danger_while_a_person_is_on_the_way_is_answered_and_no_second_one_is_fetched(call: TypedCall) -> None:
    await call.says("can I speak to a person", "there's a fire in my kitchen")
    assert "dial 999" in call.said[-2]
    assert phase(call) is Phase.PERSON
    assert len(call.fetched) == 1
    assert call.conversation.state.marks == ("fire",)


async def test_out_of_hours_the_number_for_the_night_is_said(line: tuple[Store, ActionRunner]) -> None:
    async with typed_call(*line, open_now=False) as call:
        await call.rings()
        reply = await call.says("I've got nowhere to sleep tonight")
        assert "01632 960 198" in reply
        assert "ring you back" in reply


async def test_a_card_number_is_stopped_and_stands_nowhere(call: TypedCall) -> None:
    await call.says(*MISSED_BIN)
    reply = await call.says("my card number is 4242 4242 4242 4242")
    assert "stop there" in reply
    assert "Shall I report it?" in reply
    assert "stop there" in await call.says("and the rest is 5678 9012")
    assert phase(call) is Phase.READ_BACK
    assert "reference" in await call.says("yes")
    turns = await call.store.turns("call-1")
    kept = "".join(turn.heard or "" for turn in turns) + call.conversation.state.model_dump_json()
    assert not any(digits in kept for digits in ("4242", "5678", "9012"))


async def test_a_card_number_is_not_shown_while_it_is_said(call: TypedCall) -> None:
    call.conversation.hear(Heard("it's 4242 4242 4242 4242 thanks", 0.9), "interim")
    assert [event.text for event in call.events if event.event == "transcript"] == ["it's (card number) thanks"]


async def test_abuse_is_warned_about_once_then_the_call_ends_and_both_are_kept(call: TypedCall) -> None:
    await call.says(MISSED_BIN[0])
    warned = await call.says("you stupid bitch")
    assert "end the call" in warned
    assert "address" in warned
    assert phase(call) is Phase.SLOT
    assert "Goodbye" in await call.says("fuck off")
    assert phase(call) is Phase.ENDED
    assert call.conversation.decision.hang_up
    decisions = [turn.decision or "" for turn in await call.store.turns("call-1")]
    assert sum("Abuse of the line" in decision for decision in decisions) == 2


async def test_what_is_only_suspected_costs_one_question_and_the_request_goes_on(call: TypedCall) -> None:
    assert "?" in await call.says("I'd like to order a large pizza please, and there's a pothole on Station Road")
    assert phase(call) is Phase.DANGER
    await call.says("no")
    assert phase(call) is not Phase.DANGER
    assert phase(call) is not Phase.PERSON
    await call.says("I'd like to order a large pizza please")
    assert phase(call) is not Phase.DANGER


async def test_the_form_stands_where_it_stood_after_the_question(call: TypedCall) -> None:
    await call.says(*MISSED_BIN)
    await call.says("can I have a pepperoni pizza")
    assert phase(call) is Phase.DANGER
    await call.says("no")
    assert phase(call) is Phase.READ_BACK
    assert "reference" in await call.says("yes")


@pytest.mark.parametrize("answers", [("yes",), ("it is blue", "the other one then")])
async def test_yes_or_no_clear_answer_brings_a_person(call: TypedCall, answers: tuple[str, ...]) -> None:
    await call.says("I'd like to order a large pizza please", *answers)
    assert phase(call) is Phase.PERSON
    assert call.fetched


async def test_the_question_is_answered_with_a_key(call: TypedCall) -> None:
    await call.says("I'd like to order a large pizza please")
    await call.conversation.pressed("1")
    assert phase(call) is Phase.PERSON


async def test_danger_that_was_heard_while_the_caller_spoke_is_asked_about(call: TypedCall) -> None:
    call.conversation.hear(Heard("my husband hits me", 0.6), "interim")
    call.conversation.hear(Heard("my husband fits beams", 0.6), "final")
    await call.conversation.turn_is_over("my husband fits beams")
    assert phase(call) is Phase.DANGER


async def test_what_was_heard_on_the_way_and_stands_in_the_end_is_the_final_words_matter(call: TypedCall) -> None:
    call.conversation.hear(Heard("there's a fire", 0.6), "interim")
    call.conversation.hear(Heard("there's a fire door that won't shut", 0.6), "final")
    await call.conversation.turn_is_over("there's a fire door that won't shut")
    assert phase(call) is not Phase.DANGER


async def test_a_hazard_is_told_of_once_and_its_request_goes_on(call: TypedCall) -> None:
    first = await call.says("the socket's sparking in my kitchen")
    assert "keep away" in first
    assert len(first) > len("Please keep away from it and don't touch any switches near it.")
    assert "keep away" not in await call.says("the socket keeps sparking I said")
    assert call.conversation.state.facts["hazard"] == "Electrical hazard"


async def test_yes_to_a_suspected_hazard_marks_the_request_and_it_goes_on(call: TypedCall) -> None:
    before = call.conversation.state.model_copy(update={"phase": Phase.REQUEST})
    suspected = Danger(
        entry="damp_mould", say="I'll note the damp.", fetch_person=False, end_call=False, record="Damp and mould",
        matched="", goes_on=True, hazard="Damp and mould", due_working_days=10, suspected=True, ask="Is there damp?",
    )  # fmt: skip
    pothole = release().spoke(Heard("there's a pothole", 1.0), before, Listening(), FRIDAY_MORNING.date())
    asked = decide(before, replace(pothole, danger=suspected), context(open_now=True))
    assert asked.state.phase is Phase.DANGER
    yes = release().spoke(Heard("yes", 1.0), asked.state, asked.listening, FRIDAY_MORNING.date())
    marked = decide(asked.state, yes, context(open_now=True))
    assert marked.say[0] == "I'll note the damp."
    assert marked.state.facts["hazard"] == "Damp and mould"
    assert marked.state.service == "pothole"
