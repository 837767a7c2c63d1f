"""A service that only the directory knows, in a call: asked about, then put through to its team."""

from __future__ import annotations

from functools import cache

import pytest

from agent.context import Context
from agent.decision import Circumstances
from agent.dialogue import decide
from agent.inputs import Spoke
from agent.settings import ROOT
from agent.state import CallbackDraft, CallState, HandoffDraft, Phase
from intents.catalogue import Catalogue
from intents.entities.phrases import Act
from intents.responsibility import Tier
from intents.understanding import Guess, Understanding, Value
from voices.transcript import Heard

WINDOW = ("2026-11-27T11:30:00+00:00", "2026-11-27T13:30:00+00:00")


@cache
def ashcombe() -> Catalogue:
    return Catalogue.load(ROOT / "intents" / "services")


def context(tier: Tier = "unitary", *, open_now: bool = True) -> Context:
    circumstances = Circumstances("2026-11-27", open_now, WINDOW, "today between 11:30 and 13:30")
    services = ashcombe().who.applied(ashcombe().services, tier)
    return Context(services, circumstances, council="Ashcombe Borough Council", phone="01632 960 100")


def said(text: str, *guesses: Guess, values: tuple[Value, ...] = ()) -> Spoke:
    return Spoke(Heard(text, 1.0), Understanding(text, guesses, values=values), Act.NONE)


def yes() -> Spoke:
    return said("yes", values=(Value("yes_no", "yes", "yes", 1.0),))


def test_it_is_asked_about_and_then_put_through_to_its_team() -> None:
    state = CallState(call_id="a", release=1, phase=Phase.REQUEST)
    asked = decide(state, said("the conifers next door take our light", Guess("lgsl_1122", 0.7)), context())
    assert asked.say == ("Is it about high hedges?",)
    through = decide(asked.state, yes(), context())
    assert through.say[0] == "That's for our planning team."
    (draft,) = through.effects
    assert isinstance(draft, HandoffDraft)
    assert (draft.team, draft.reason) == ("Planning", "High hedges")


def test_when_nobody_is_at_work_the_team_rings_back() -> None:
    state = CallState(call_id="a", release=1, phase=Phase.REQUEST, caller_phone="01632 960001")
    asked = decide(state, said("high hedges", Guess("lgsl_1122", 0.97)), context(open_now=False))
    promised = decide(asked.state, yes(), context(open_now=False))
    (draft,) = promised.effects
    assert isinstance(draft, CallbackDraft)
    assert draft.team == "Planning"


@pytest.mark.parametrize("intent", ["pothole", "lgsl_292"])
def test_what_the_county_does_is_answered_with_the_county(intent: str) -> None:
    state = CallState(call_id="a", release=1, phase=Phase.REQUEST)
    told = decide(state, said("there's a hole in the road", Guess(intent, 0.95)), context("district"))
    assert told.say[0].startswith("The county council looks after that, not us.")
    assert told.effects == ()


def test_a_service_with_a_file_and_one_without_are_offered_against_each_other() -> None:
    state = CallState(call_id="a", release=1, phase=Phase.REQUEST)
    both = (Guess("tree_problem", 0.5), Guess("lgsl_1122", 0.4))
    asked = decide(state, said("it's about the hedge", *both), context())
    assert asked.say[0].startswith("Is it about ")
    assert asked.say[0].endswith(", or high hedges?")
