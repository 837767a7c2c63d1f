"""The dialogue as tables: given where a call stands and what the caller says, when it is decided, then …"""

from __future__ import annotations

import pytest

from agent.context import Context
from agent.decision import Circumstances, Decision
from agent.dialogue import decide
from agent.inputs import (
    Input,
    Kept,
    LookedUp,
    LookUpFailed,
    NobodyCame,
    NotKept,
    Pressed,
    Rang,
    Silent,
    Spoke,
)
from agent.settings import ROOT
from agent.state import CallbackDraft, CallState, CaseDraft, HandoffDraft, Phase, Recorded
from intents.catalogue import Catalogue
from intents.entities.phrases import Act
from intents.understanding import Danger, Guess, PublishedAnswer, Understanding, Value
from voices.transcript import Heard, Nothing, Unclear

ADDRESS = Value("address", "100900000001", "14 Mill Lane", 0.95)
RECYCLING = Value("bin_type", "recycling", "recycling", 0.95)
YES = Value("yes_no", "yes", "yes", 0.99)
NO = Value("yes_no", "no", "no", 0.99)


@pytest.fixture(scope="module")
def services() -> Catalogue:
    return Catalogue.load(ROOT / "intents/services")


class Caller:
    """A caller in a table test: what they do goes straight to `decide`."""

    def __init__(self, services: Catalogue, *, open_now: bool = True) -> None:
        self.context = Context(
            services=services.services,
            circumstances=Circumstances(
                today="2026-11-23",
                people_available=open_now,
                callback_window=("2026-11-24T08:30:00+00:00", "2026-11-24T10:30:00+00:00"),
                callback_spoken="tomorrow between 08:30 and 10:30",
            ),
            council="Ashcombe Borough Council",
            phone="01632 960 100",
        )
        self.state = CallState(call_id="c1", release=1)
        self.does(Rang())

    def does(self, happened: Input) -> Decision:
        decision = decide(self.state, happened, self.context)
        self.state = decision.state
        return decision

    def says(
        self,
        text: str,
        *values: Value,
        intent: str | None = None,
        p: float = 0.95,
        runner_up: tuple[str, float] | None = None,
        act: Act = Act.NONE,
        oos: float = 0.05,
        also: tuple[str, ...] = (),
        danger: Danger | None = None,
    ) -> Decision:
        guesses = ((Guess(intent, p),) if intent else ()) + ((Guess(*runner_up),) if runner_up else ())
        understanding = Understanding(text, guesses, oos, also=tuple(Guess(i, 0.9) for i in also), values=values)
        return self.does(Spoke(Heard(text, 0.9), understanding, act, danger))


@pytest.fixture
def caller(services: Catalogue) -> Caller:
    return Caller(services)


def said(decision: Decision) -> str:
    return " ".join(decision.say)


def reports_missed_bin(caller: Caller) -> Decision:
    """Given a caller who has told everything, and the check found nothing against it: the read-back."""
    decision = caller.says("my recycling at 14 Mill Lane was missed", ADDRESS, RECYCLING, intent="missed_bin")
    assert decision.look_up is not None
    return caller.does(LookedUp("ok"))


def test_greets_says_that_it_is_a_machine_and_how_to_reach_a_person(services: Catalogue) -> None:
    decision = decide(CallState(call_id="c", release=1), Rang(), Caller(services).context)
    assert "automated" in said(decision)
    assert "person" in said(decision)


def test_takes_everything_from_one_sentence_and_reads_it_back(caller: Caller) -> None:
    decision = reports_missed_bin(caller)
    assert caller.state.phase is Phase.READ_BACK
    assert "14 Mill Lane" in said(decision)
    assert "recycling" in said(decision)


def test_asks_for_what_is_missing_one_thing_at_a_time(caller: Caller) -> None:
    decision = caller.says("you missed my bin", intent="missed_bin")
    assert decision.listening.entity == "address"
    assert len(decision.say) == 2
    caller.says("14 Mill Lane", ADDRESS)
    assert caller.state.asked == "bin_type"


def test_files_only_after_yes_and_gives_the_reference_only_after_it_is_kept(caller: Caller) -> None:
    assert not reports_missed_bin(caller).effects
    decision = caller.says("yes please", YES)
    (draft,) = decision.effects
    assert isinstance(draft, CaseDraft)
    assert draft.slots["address"].value == "100900000001"
    assert draft.slots["address"].confirmed
    assert "AB-4729" not in said(decision)
    decision = caller.does(Kept((Recorded(kind="case", id=1, reference="AB-4729"),)))
    assert "AB-4729" in said(decision)
    assert caller.state.phase is Phase.ANYTHING_ELSE


def test_tells_the_truth_when_the_councils_system_did_not_answer(caller: Caller) -> None:
    reports_missed_bin(caller)
    caller.says("yes", YES)
    decision = caller.does(Kept((Recorded(kind="case", id=1, reference="AB-4729"),), delivered=False))
    assert "AB-4729" in said(decision)
    assert "isn't answering" in said(decision) or "pass it on" in said(decision)


def test_a_correction_at_the_read_back_changes_the_value_and_reads_back_again(caller: Caller) -> None:
    reports_missed_bin(caller)
    other = Value("address", "100900000002", "40 Mill Lane", 0.95)
    decision = caller.says("no, number forty", NO, other)
    assert decision.look_up is not None
    decision = caller.does(LookedUp("ok"))
    assert "40 Mill Lane" in said(decision)
    assert not decision.effects


def test_a_plain_no_asks_what_to_change(caller: Caller) -> None:
    reports_missed_bin(caller)
    caller.says("no", NO)
    assert caller.state.phase is Phase.CHANGE
    decision = caller.says("it's the food one", Value("bin_type", "food", "food", 0.9))
    assert decision.look_up is not None


@pytest.mark.parametrize("phase", ["opening", "slot", "read back", "anything else"])
def test_a_person_comes_on_the_first_request_in_any_state(caller: Caller, phase: str) -> None:
    if phase == "slot":
        caller.says("you missed my bin", intent="missed_bin")
    elif phase != "opening":
        reports_missed_bin(caller)
        if phase == "anything else":
            caller.says("yes", YES)
            caller.does(Kept((Recorded(kind="case", id=1, reference="AB-4729"),)))
    decision = caller.says("can I talk to someone", act=Act.PERSON)
    (draft,) = decision.effects
    assert isinstance(draft, HandoffDraft)
    assert caller.state.phase is Phase.PERSON


def test_two_failures_in_a_row_lead_to_a_person(caller: Caller) -> None:
    first = caller.says("flurble the whatsit", oos=0.95)
    assert "didn't understand" in said(first)
    second = caller.says("flurble", oos=0.95)
    assert isinstance(second.effects[0], HandoffDraft)


def test_two_unclear_answers_in_a_form_lead_to_a_person(caller: Caller) -> None:
    caller.says("you missed my bin", intent="missed_bin")
    again = caller.does(Spoke(Unclear("mmf", 0.1), Understanding("mmf"), Act.NONE))
    assert again.say[0].startswith("Sorry")
    assert caller.does(Spoke(Unclear("mmf", 0.1), Understanding("mmf"), Act.NONE)).effects


def test_after_two_answers_that_were_not_understood_the_keys_are_offered_and_then_a_person(caller: Caller) -> None:
    caller.says("you missed my bin", intent="missed_bin")
    caller.says("14 Mill Lane", ADDRESS)
    assert caller.state.asked == "bin_type"
    mumbled = Spoke(Unclear("mmf", 0.1), Understanding("mmf"), Act.NONE)
    assert "keys" not in said(caller.does(mumbled))
    offered = caller.says("the wotsit")
    assert "Press 1 for rubbish, 2 for recycling" in said(offered)
    assert offered.effects == ()
    assert isinstance(caller.says("the wotsit").effects[0], HandoffDraft)


def test_a_choice_is_keyed_in(caller: Caller) -> None:
    caller.says("you missed my bin", intent="missed_bin")
    caller.says("14 Mill Lane", ADDRESS)
    caller.does(Pressed("2", Understanding("2", values=(Value("bin_type", "recycling", "recycling", 1.0),))))
    assert caller.state.slots["bin_type"].value == "recycling"


def test_an_unsure_intent_is_read_back_and_two_near_ones_are_offered(caller: Caller) -> None:
    decision = caller.says("something about a bin", intent="missed_bin", p=0.4, runner_up=("new_bin", 0.05))
    assert caller.state.phase is Phase.CONFIRM_INTENT
    assert "?" in said(decision)
    assert caller.says("yes", YES).listening.entity == "address"


def test_offers_the_two_nearest_and_takes_the_one_that_was_chosen(caller: Caller) -> None:
    decision = caller.says("rubbish on the street", intent="fly_tipping", p=0.4, runner_up=("missed_bin", 0.35))
    assert caller.state.phase is Phase.CHOOSE_INTENT
    assert ", or " in said(decision)
    caller.does(Pressed("2", Understanding("2", values=(Value("choice", "missed_bin", "", 1.0),))))
    assert caller.state.service == "missed_bin"


def test_takes_two_requests_one_after_the_other(caller: Caller) -> None:
    decision = caller.says(
        "my recycling at 14 mill lane was missed and there's a pothole outside",
        ADDRESS,
        RECYCLING,
        intent="missed_bin",
        also=("pothole",),
    )
    assert "first" in said(decision)
    caller.does(LookedUp("ok"))
    caller.says("yes", YES)
    decision = caller.does(Kept((Recorded(kind="case", id=1, reference="AB-4729"),)))
    assert "AB-4729" in said(decision)
    assert "Now, a hole" in said(decision)
    assert caller.state.service == "pothole"


def test_a_change_of_mind_in_the_middle_of_a_form_is_offered(caller: Caller) -> None:
    caller.says("you missed my bin", intent="missed_bin")
    decision = caller.says("actually it's about a street light that's broken", intent="street_light")
    assert "instead" in said(decision)
    caller.says("yes", YES)
    assert caller.state.service == "street_light"


def test_declining_the_switch_carries_on_where_it_was(caller: Caller) -> None:
    caller.says("you missed my bin", intent="missed_bin")
    caller.says("actually it's about a street light that's broken", intent="street_light")
    decision = caller.says("no", NO)
    assert caller.state.service == "missed_bin"
    assert decision.listening.entity == "address"


@pytest.mark.parametrize(
    ("outcome", "phase"),
    [("not_due", Phase.ANYTHING_ELSE), ("already_reported", Phase.ANYTHING_ELSE), ("contaminated", Phase.READ_BACK)],
)
def test_a_missed_bin_knows_its_round(caller: Caller, outcome: str, phase: Phase) -> None:
    caller.says("my recycling at 14 Mill Lane was missed", ADDRESS, RECYCLING, intent="missed_bin")
    facts = {"next_date": "2026-11-26", "reported_date": "2026-11-20", "reason": "there was food in it"}
    decision = caller.does(LookedUp(outcome, facts))
    assert caller.state.phase is phase
    assert "2026-" not in said(decision)
    assert not decision.effects


def test_a_look_up_that_does_not_answer_does_not_stop_the_report(caller: Caller) -> None:
    caller.says("my recycling at 14 Mill Lane was missed", ADDRESS, RECYCLING, intent="missed_bin")
    decision = caller.does(LookUpFailed())
    assert "can't look that up" in said(decision)
    assert caller.state.phase is Phase.READ_BACK


def test_a_hazard_is_marked_and_its_clock_is_named_on_the_case(caller: Caller) -> None:
    damp = Danger("damp", "", False, False, "damp", "mould", hazard="damp_mould", due_working_days=10, goes_on=True)
    caller.says("there's black mould in the baby's room", intent="housing_repair", danger=damp)
    assert caller.state.facts["hazard"] == "damp_mould"
    assert caller.state.service == "housing_repair"


def test_danger_is_said_at_once_and_a_person_is_fetched(caller: Caller) -> None:
    fire = Danger("fire", "If there is a fire, hang up and ring 999 now.", True, False, "fire", "on fire")
    decision = caller.says("the flat is on fire", danger=fire)
    assert decision.say[0].startswith("If there is a fire")
    assert isinstance(decision.effects[0], HandoffDraft)
    assert decision.effects[0].urgent
    assert decision.notes == ("fire", "fire")


def test_nobody_free_becomes_a_call_back_with_a_window_and_a_reference(caller: Caller) -> None:
    caller.says("operator", act=Act.PERSON)
    assert "tomorrow between" in said(caller.does(NobodyCame()))
    decision = caller.says("07700 900123", Value("phone", "+447700900123", "07700 900123", 0.95))
    assert not decision.effects
    (draft,) = caller.says("yes", YES).effects
    assert isinstance(draft, CallbackDraft)
    assert draft.phone == "+447700900123"
    decision = caller.does(Kept((Recorded(kind="callback", id=1, reference="AB-1111"),)))
    assert "AB-1111" in said(decision)


def test_out_of_hours_a_call_back_is_offered_at_once(services: Catalogue) -> None:
    caller = Caller(services, open_now=False)
    decision = caller.says("a person please", act=Act.PERSON)
    assert caller.state.phase is Phase.CALLBACK_NUMBER
    assert "ring you back" in said(decision)


def test_nothing_is_promised_when_nothing_could_be_kept(caller: Caller) -> None:
    reports_missed_bin(caller)
    caller.says("yes", YES)
    decision = caller.does(NotKept())
    assert "couldn't save" in said(decision)
    assert isinstance(decision.effects[0], HandoffDraft)


def test_never_hangs_up_on_silence_without_having_offered_a_person(caller: Caller) -> None:
    decisions = [caller.does(Silent(Nothing(8.0))) for _ in range(4)]
    assert not any(d.hang_up for d in decisions[:3])
    assert "person" in said(decisions[1])
    assert decisions[3].hang_up
    assert caller.state.patience > 1


def test_repeats_slows_down_waits_and_starts_again(caller: Caller) -> None:
    asked = said(caller.says("you missed my bin", intent="missed_bin"))
    assert said(caller.says("pardon?", act=Act.REPEAT)) == asked
    assert asked in said(caller.says("slower please", act=Act.SLOWER))
    assert caller.state.pace > 1
    caller.says("hang on", act=Act.HOLD)
    assert caller.state.service == "missed_bin"
    caller.says("start again", act=Act.START_AGAIN)
    assert caller.state.service is None


def test_i_dont_know_skips_what_is_optional(caller: Caller) -> None:
    item = Value("location", "Mill Lane", "Mill Lane", 0.9)
    caller.says("there's a street light out on Mill Lane by the chemist", item, intent="street_light")
    while caller.state.asked and not caller.context.services["street_light"].slots[caller.state.asked].optional:
        asked = caller.context.services["street_light"].slots[caller.state.asked]
        entity = asked.entity or "text"
        caller.says(
            "it is flickering", *((Value(entity, asked.values[0], asked.values[0], 0.9),) if asked.values else ())
        )
    if caller.state.asked:
        optional = caller.state.asked
        caller.says("I don't know", act=Act.DONT_KNOW)
        assert caller.state.asked != optional


def test_abuse_is_warned_about_once(caller: Caller) -> None:
    rude = Danger("abuse", "", False, False, "abuse", "idiot")
    assert not caller.says("you idiot", danger=rude).hang_up
    assert caller.says("you idiot", danger=rude).hang_up


def test_the_goodbye_repeats_the_reference(caller: Caller) -> None:
    reports_missed_bin(caller)
    caller.says("yes", YES)
    caller.does(Kept((Recorded(kind="case", id=1, reference="AB-4729"),)))
    decision = caller.says("no that's all thanks", NO, act=Act.NOTHING_ELSE)
    assert decision.hang_up
    assert "AB-4729" in said(decision)


def test_a_caller_who_has_nothing_else_after_all_is_said_goodbye(caller: Caller) -> None:
    reports_missed_bin(caller)
    caller.says("yes", YES)
    caller.does(Kept((Recorded(kind="case", id=1, reference="AB-4729"),), delivered=True))
    caller.says("yes please", YES)
    decision = caller.says("no thank you", NO)
    assert decision.hang_up


def test_only_a_greeting_is_answered_with_what_it_is_about(caller: Caller) -> None:
    decision = caller.says("hello, my name's Mary, I need to report something", act=Act.OPENING, oos=0.9)
    assert "What is it about?" in said(decision)
    decision = caller.says("hello?", act=Act.OPENING, oos=0.9)
    assert "didn't understand" in said(decision)


def test_another_request_in_answer_to_an_offer_is_taken_instead(caller: Caller) -> None:
    caller.says("something at the corner", intent="fly_tipping", p=0.5, runner_up=("litter", 0.4))
    caller.says("no, my neighbours play music at night", NO, intent="noise", p=0.9)
    assert caller.state.service == "noise"


def test_offers_of_the_wrong_things_end_with_a_person(caller: Caller) -> None:
    wrong = ("fly_tipping", "noise", "pothole", "graffiti")
    for intent in wrong:
        caller.says("it is something else, I keep telling you", intent=intent, p=0.45)
    assert caller.state.phase is Phase.PERSON


def test_what_is_not_wanted_after_all_is_left(caller: Caller) -> None:
    reports_missed_bin(caller)
    decision = caller.says("no thanks", NO)
    assert not decision.effects
    assert caller.state.phase is Phase.ANYTHING_ELSE
    assert caller.state.service is None


def test_nothing_to_change_reads_back_once_more_and_a_second_no_leaves_it(caller: Caller) -> None:
    reports_missed_bin(caller)
    caller.says("no", NO)
    assert caller.says("nothing", NO).state.phase is Phase.READ_BACK
    left = caller.says("no", NO).state
    assert left.phase is Phase.ANYTHING_ELSE
    assert not left.filed


def test_never_mind_in_a_form_leaves_it(caller: Caller) -> None:
    caller.says("you missed my bin", intent="missed_bin")
    decision = caller.says("never mind", act=Act.GOODBYE)
    assert caller.state.phase is Phase.ANYTHING_ELSE
    assert "won't send" in said(decision)


def test_a_no_to_the_greeting_is_no_goodbye(caller: Caller) -> None:
    assert not caller.says("no", NO).hang_up


def test_a_value_that_is_not_sure_is_read_back_by_itself(caller: Caller) -> None:
    caller.says("you missed my bin", intent="missed_bin")
    doubtful = Value("address", "100900000001", "14 Mill Lane", 0.6)
    decision = caller.says("fourteen mill", doubtful)
    assert caller.state.phase is Phase.CONFIRM_SLOT
    assert "14 Mill Lane" in said(decision)
    caller.says("yeah", YES)
    assert caller.state.asked == "bin_type"


def test_near_rivals_are_offered_and_chosen_by_key(caller: Caller) -> None:
    caller.says("you missed my bin", intent="missed_bin")
    rival = Value("address", "100900000002", "14 Mill Road", 0.4)
    doubtful = Value("address", "100900000001", "14 Mill Lane", 0.5, alternatives=(rival,))
    decision = caller.says("fourteen mill", doubtful)
    assert caller.state.phase is Phase.CHOOSE_VALUE
    assert "14 Mill Road" in said(decision)
    chosen = Value("choice", "100900000002", "14 Mill Road", 1.0)
    caller.does(Pressed("2", Understanding("2", values=(chosen,))))
    assert caller.state.slots["address"].value == "100900000002"


def test_decide_is_pure(caller: Caller) -> None:
    spoke = Spoke(
        Heard("you missed my bin", 0.9), Understanding("you missed my bin", (Guess("missed_bin", 0.9),)), Act.NONE
    )
    before = caller.state
    assert decide(before, spoke, caller.context) == decide(before, spoke, caller.context)
    assert caller.state == before


def test_answers_from_a_published_page_where_no_service_is_meant(caller: Caller) -> None:
    page = PublishedAnswer("The museum is open from Tuesday to Sunday.", "Museum", "2026-09-01")
    spoke = Spoke(
        Heard("when is the museum open", 0.9),
        Understanding("when is the museum open", (Guess("libraries", 0.1),), 0.9, published=page),
        Act.NONE,
    )
    decision = caller.does(spoke)
    assert "museum is open" in said(decision)
    assert "Museum of 2026-09-01" in decision.why
    assert caller.state.phase is Phase.ANYTHING_ELSE
