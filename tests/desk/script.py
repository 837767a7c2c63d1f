"""A missed bin, as the line would publish it: what the page must show in these tests."""

from __future__ import annotations

from typing import Any

from tests.desk.fake_line import Turn

GREETING = "Hello, this is Ashcombe Borough Council's automated phone line. How can I help?"


def _form(*slots: dict[str, Any]) -> dict[str, Any]:
    return {"event": "form", "service": "missed_bin", "title": "Missed bin collection", "slots": list(slots)}


def _slot(name: str, spoken: str, probability: float = 0.0, confirmed: bool = False) -> dict[str, Any]:
    return {"slot": name, "spoken": spoken, "probability": probability, "confirmed": confirmed}


MISSED_BIN = (
    Turn(
        heard="my blue bin was not emptied",
        events=(
            {
                "event": "decision",
                "intent": "missed_bin",
                "lgsl": 524,
                "probability": 0.94,
                "runner_up": {"intent": "next_collection", "probability": 0.04},
                "safety": None,
                "decided": "ask_slot",
                "why": "Sure enough of the request; the address is still missing.",
            },
            _form(_slot("address", ""), _slot("bin_type", "recycling", 0.97)),
        ),
        reply="I'm sorry about that. What is the address, please? You can start with the postcode.",
    ),
    Turn(
        heard="fourteen Mill Lane",
        events=(
            {
                "event": "decision",
                "intent": "missed_bin",
                "lgsl": 524,
                "probability": 0.94,
                "runner_up": None,
                "safety": None,
                "decided": "file",
                "why": "Every question is answered and the caller said yes.",
            },
            _form(_slot("address", "14 Mill Lane", 0.88, True), _slot("bin_type", "recycling", 0.97)),
            {"event": "effect", "kind": "case", "reference": "AB-4729"},
        ),
        reply="That's reported. Your reference is A B, 4 7 2 9. Is there anything else?",
    ),
)
