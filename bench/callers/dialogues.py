"""What the benches' callers say: the opening first, then an answer to what is asked; `|` is where they may pause."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from agent.state import CallState, Phase

Answer = str | tuple[str, ...]

_AGREED = (Phase.CONFIRM_INTENT, Phase.CONFIRM_SLOT, Phase.READ_BACK)
_NO = "No thank you, | that's all."
_PHONE = "Oh seven seven double oh, | nine oh oh, | one two three."
_MILL_LANE = ("Number four, | Mill Lane.", "Q A one, | four T B.", "Number four.")
_CRESCENT = ("It's number twelve, | The Crescent.", "It's Q A three, | two F S.", "Number twelve.")


@dataclass(frozen=True)
class Dialogue:
    """`answers` maps a slot, or a phase of the call (`read_back`, …), to one answer, or to several in turn."""

    service: str
    opening: str
    answers: Mapping[str, Answer]

    def all_texts(self) -> Iterator[str]:
        """Everything this caller may say."""
        yield self.opening
        for given in (*self.answers.values(), "Yes.", "No thank you."):
            yield from (given,) if isinstance(given, str) else given


@dataclass
class Caller:
    """One caller in one call: says the next thing."""

    dialogue: Dialogue
    turns: int = 0

    def __post_init__(self) -> None:
        self._used: dict[str, int] = {}

    def next(self, state: CallState) -> str | None:
        """What to say now, or `None` when a person is being fetched or the line has said goodbye."""
        if state.phase in (Phase.PERSON, Phase.ENDED):
            return None
        self.turns += 1
        if self.turns == 1:
            return self.dialogue.opening
        asked = asked_for(state)
        answers = self.dialogue.answers
        given = answers.get(asked, answers.get(str(state.phase)))
        if given is None:
            return "Yes." if state.phase in _AGREED else "No thank you."
        if isinstance(given, str):
            return given
        count = self._used.get(asked, 0)
        self._used[asked] = count + 1
        return given[min(count, len(given) - 1)]


def asked_for(state: CallState) -> str:
    """The slot, or else the phase, that the line asks about."""
    return (state.asked if state.phase in (Phase.SLOT, Phase.CHOOSE_VALUE) else None) or str(state.phase)


DIALOGUES = (
    Dialogue(
        "missed_bin",
        "Hello, | you didn't empty my recycling bin this week.",
        {"address": _CRESCENT, "bin_type": "The recycling.", "anything_else": _NO},
    ),
    Dialogue(
        "bulky_waste",
        "I've got an old sofa | I want collected.",
        {
            "items": "An old sofa | and a mattress.",
            "number_of_items": "Two.",
            "address": _MILL_LANE,
            "collection_date": "The first one | please.",
            "phone": _PHONE,
            "anything_else": _NO,
        },
    ),
    Dialogue(
        "pothole",
        "There's a big pothole | in the road.",
        {
            "location": "On Station Road, | outside number ten.",
            "surface": "In the road.",
            "depth": "Deeper | than that.",
            "danger": "Yes, | cars are swerving.",
            "phone": "No thanks.",
            "anything_else": "No.",
        },
    ),
    Dialogue(
        "next_collection",
        "When is my next | bin collection?",
        {"address": _CRESCENT, "anything_else": "No thank you."},
    ),
    Dialogue(
        "fly_tipping",
        "Somebody has dumped a load of rubbish | in the lane.",
        {
            "description": "A mattress | and some black bags.",
            "location": "Quarry Lane, | opposite number ten.",
            "size": "A car load.",
            "hazardous": "No.",
            "seen_when": "Yesterday.",
            "phone": "No thank you.",
            "anything_else": _NO,
        },
    ),
    Dialogue(
        "new_bin",
        "I need a new bin, | my old one is broken.",
        {"bin_type": "The recycling one.", "reason": "It's damaged.", "address": _MILL_LANE, "anything_else": _NO},
    ),
    Dialogue(
        "street_light",
        "The street light | outside my house isn't working.",
        {
            "location": "Park Road, | outside number six.",
            "fault": "It's | out.",
            "column_number": "I don't know.",
            "danger": "No.",
            "anything_else": "No thank you.",
        },
    ),
    Dialogue(
        "housing_repair",
        "I'm a council tenant | and there's black mould all over my bedroom wall.",
        {
            "tenancy": "The council.",
            "address": _MILL_LANE,
            "problem": "There's black mould | all over the bedroom wall.",
            "room": "The bedroom.",
            "since_when": "Two weeks | ago.",
            "phone": _PHONE,
            "anything_else": _NO,
        },
    ),
)
