"""A missed bin, as the line would publish it: what the page must show in these tests."""

from __future__ import annotations

from agent.events import DecisionEvent, EffectEvent, FormEvent, FormSlot, RunnerUp
from tests.desk.fake_line import Turn

GREETING = "Hello, this is Ashcombe Borough Council's automated phone line. How can I help?"


def _decision(runner_up: RunnerUp | None, decided: str, why: str) -> DecisionEvent:
    return DecisionEvent(
        intent="missed_bin",
        lgsl=524,
        probability=0.94,
        runner_up=runner_up,
        safety=None,
        decided=decided,
        why=why,
    )


def _form(*slots: FormSlot) -> FormEvent:
    return FormEvent(service="missed_bin", title="Missed bin collection", slots=slots)


MISSED_BIN = (
    Turn(
        heard="my blue bin was not emptied",
        events=(
            _decision(
                RunnerUp(intent="next_collection", lgsl=525, probability=0.04),
                "ask_slot",
                "Sure enough of the request; the address is still missing.",
            ),
            _form(FormSlot(slot="address"), FormSlot(slot="bin_type", spoken="recycling", probability=0.97)),
        ),
        reply="I'm sorry about that. What is the address, please? You can start with the postcode.",
    ),
    Turn(
        heard="fourteen Mill Lane",
        events=(
            _decision(None, "file", "Every question is answered and the caller said yes."),
            _form(
                FormSlot(slot="address", spoken="14 Mill Lane", probability=0.88, confirmed=True),
                FormSlot(slot="bin_type", spoken="recycling", probability=0.97),
            ),
            EffectEvent(kind="case", reference="AB-4729", service="missed_bin", delivered=True),
        ),
        reply="That's reported. Your reference is A B, 4 7 2 9. Is there anything else?",
    ),
)
