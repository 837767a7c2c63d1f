"""What callers say about the twelve services: a happy path each, with a correction, and with trouble."""

from __future__ import annotations

from dataclasses import replace

from tests.calls.harness import Script

_PHONE = "Oh seven seven double oh, nine oh oh, one two three."
_NO = "No thank you, that's all."
_MILL_LANE = ("Number four, Mill Lane.", "Q A one, four T B.", "Number four.")
_CRESCENT = ("Number twelve, The Crescent.", "Q A three, two F S.", "Number twelve.")

HAPPY = (
    Script(
        "missed_bin",
        "Hello, you didn't empty my recycling bin this week.",
        {"address": _CRESCENT, "bin_type": "The recycling.", "anything_else": _NO},
    ),
    Script(
        "next_collection",
        "When is my next bin collection?",
        {"address": _CRESCENT, "anything_else": _NO},
    ),
    Script(
        "bulky_waste",
        "I've got an old sofa I want collected.",
        {
            "items": "An old sofa and a mattress.",
            "number_of_items": "Two.",
            "address": _MILL_LANE,
            "collection_date": "The first one please.",
            "phone": _PHONE,
            "anything_else": _NO,
        },
    ),
    Script(
        "new_bin",
        "I need a new bin, my old one is broken.",
        {
            "bin_type": "The recycling one.",
            "reason": "It's damaged.",
            "address": _MILL_LANE,
            "anything_else": _NO,
        },
    ),
    Script(
        "assisted_collection",
        "My mum can't put her bins out any more, can you help her?",
        {
            "address": _MILL_LANE,
            "difficulty": "She has bad arthritis and walks with a frame.",
            "bin_position": "By the side gate.",
            "helper": "No.",
            "name": "Margaret Taylor.",
            "phone": _PHONE,
            "anything_else": _NO,
        },
    ),
    Script(
        "fly_tipping",
        "Somebody has dumped a load of rubbish in the lane.",
        {
            "description": "A mattress and some black bags.",
            "location": "Quarry Lane, opposite number ten.",
            "size": "A car load.",
            "hazardous": "No.",
            "seen_when": "Yesterday.",
            "phone": "No thank you.",
            "anything_else": _NO,
        },
    ),
    Script(
        "pothole",
        "There's a big pothole in the road.",
        {
            "location": "On Station Road, outside number ten.",
            "surface": "In the road.",
            "depth": "Deeper than that.",
            "danger": "Yes, cars are swerving.",
            "phone": "No thanks.",
            "anything_else": _NO,
        },
    ),
    Script(
        "street_light",
        "The street light outside my house isn't working.",
        {
            "location": "Park Road, outside number six.",
            "fault": "It's out.",
            "column_number": "I don't know.",
            "danger": "No.",
            "anything_else": _NO,
        },
    ),
    Script(
        "noise",
        "My neighbours are playing loud music every night.",
        {
            "kind": "It's loud music.",
            "address": _MILL_LANE,
            "noise_time": "Every night after eleven.",
            "name": "No.",
            "phone": "No.",
            "anything_else": _NO,
        },
    ),
    Script(
        "dead_animal",
        "There's a dead fox by the side of the road.",
        {
            "animal": "It's a fox.",
            "location": "London Road, near number twenty.",
            "on_road": "In the road.",
            "owner_tag": "No.",
            "anything_else": _NO,
        },
    ),
    Script(
        "housing_repair",
        "I'm a council tenant and there's black mould all over my bedroom wall.",
        {
            "tenancy": "The council.",
            "address": _MILL_LANE,
            "problem": "There's black mould all over the bedroom wall.",
            "room": "The bedroom.",
            "since_when": "Two weeks ago.",
            "phone": _PHONE,
            "anything_else": _NO,
        },
    ),
    Script(
        "council_tax_move",
        "I'm moving house and I need to tell you for the council tax.",
        {
            "move_kind": "Moving within Ashcombe.",
            "old_address": _MILL_LANE,
            "new_address": _CRESCENT,
            "moving_date": "The first of December.",
            "name": "Margaret Taylor.",
            "phone": _PHONE,
            "account_number": "No.",
            "anything_else": _NO,
        },
    ),
)

_CHANGES = {
    "missed_bin": "No, it's number eighteen, The Crescent.",
    "next_collection": "No, number fourteen, The Crescent.",
    "bulky_waste": "No, three items.",
    "new_bin": "No, it's the food waste bin.",
    "assisted_collection": "No, it's number twelve, The Crescent.",
    "fly_tipping": "No, it's on Station Road.",
    "pothole": "No, it's on the pavement.",
    "street_light": "No, it's flickering.",
    "noise": "No, it's number twelve, The Crescent.",
    "dead_animal": "No, it's a badger.",
    "housing_repair": "No, it's in the kitchen.",
    "council_tax_move": "No, the second of December.",
}
_ELSEWHERE = {"missed_bin": "Number seventeen, The Crescent.", "new_bin": "Number ten, The Crescent."}
"""Homes that nobody else of these callers rings about, where a second report would be one too many."""


def _corrected(script: Script) -> Script:
    change = _CHANGES[script.service]
    answers = {**script.answers, "read_back": (change, "Yes, that's right."), "change": change}
    if script.service in _ELSEWHERE:
        answers["address"] = _ELSEWHERE[script.service]
    return replace(script, answers=answers)


CORRECTED = tuple(_corrected(script) for script in HAPPY)
"""The caller says no to the read-back and puts one thing right."""

_TROUBLE = ("Mm blurgle.", "Can I speak to a person?")
TROUBLED = tuple(
    replace(script, answers={**dict.fromkeys(script.answers, _TROUBLE), "anything_else": _NO}) for script in HAPPY
)
"""The first answer cannot be understood; then the caller asks for a person."""
