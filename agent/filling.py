"""Which of a service's slots an utterance fills, in any order, several at once, and as corrections."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from agent import telephone_numbers
from agent.confidence import Limits, Step, step_for_value
from agent.state import CallState, Option, Phase, SlotValue
from intents.entities.premises import read_premises
from intents.entities.tokens import words
from intents.service import Service, Slot
from intents.understanding import Understanding, Value

_PLACES = frozenset({"location", "address", "street"})
_NEARLY_AS_LIKELY = 0.5
_STORY_WORDS = 3
_SPELLED = 2
"""Letters said one by one in an answer that is rather a misheard postcode than a house."""
_STOCK_WORDS = frozenset(
    "a an and at i i'm i'd i've it it's is to the my me we our you your want would like need can could please report "
    "tell about hello hi there good morning afternoon evening of on in for some one that's this ring ringing calling "
    "make do get got have has been with".split()
)


@dataclass(frozen=True, slots=True)
class Filling:
    """The state with what was given; `filled` names the slots, `changed` says whether anything is different now."""

    state: CallState
    filled: tuple[str, ...] = ()
    changed: bool = False


def fill(
    state: CallState,
    service: Service,
    understanding: Understanding,
    limits: Limits,
    *,
    opening: bool = False,
    correcting: bool = False,
) -> Filling:
    """Fill what can be filled. `opening`: these are the caller's first words; `correcting`: given values may change."""
    before = state.slots
    may_change = correcting or state.phase in (Phase.CHANGE, Phase.CONFIRM_SLOT, Phase.CHOOSE_VALUE)
    taken: list[str] = []
    for value in sorted(understanding.values, key=lambda v: -v.probability):
        name = _slot_for(value, state, service, may_change, tuple(taken))
        if name is None or step_for_value(value.probability, 0, limits) is Step.ASK_AGAIN:
            continue
        if not _offered(state, name, value):
            continue
        state = _put(state, name, _said(value, service.slots[name]), limits)
        taken.append(name)
    story = _free_text(state, service, understanding, opening=opening)
    if story is not None and (opening or not taken):
        state = _with(state, story, SlotValue(value=understanding.text, spoken=understanding.text.rstrip(".?!")))
        taken.append(story)
    if not taken:
        state = _remember_half_address(state, service, understanding)
        state = telephone_numbers.begun(state, service, understanding)
    return Filling(state, tuple(taken), state.slots != before)


def next_slot(state: CallState, service: Service) -> str | None:
    """The first slot that is still needed."""
    for name in service.form.required_slots:
        if name not in state.slots and f"skipped_{name}" not in state.facts and applies(service.slots[name], state):
            return name
    return None


def to_confirm(state: CallState, service: Service, limits: Limits) -> str | None:
    """The first value that must be read back by itself before the form goes on."""
    for name, value in state.slots.items():
        if value.confirmed or name not in service.slots:
            continue
        if service.slots[name].confirm or value.probability < limits.value_accept:
            return name
    return None


def _slot_for(value: Value, state: CallState, service: Service, may_change: bool, taken: tuple[str, ...]) -> str | None:
    if value.entity == "choice":
        return state.asked if state.asked not in taken and _option(state, value.value) else None
    open_slots = [n for n, slot in service.slots.items() if _fits(value.entity, slot) and n not in taken]
    if value.entity == "yes_no":
        return state.asked if state.asked in open_slots and state.phase is Phase.SLOT else None
    if state.asked in open_slots:
        return state.asked
    empty = [n for n in open_slots if n not in state.slots and applies(service.slots[n], state)]
    if empty:
        return empty[0]
    differing = [n for n in open_slots if n in state.slots and state.slots[n].value != value.value]
    return differing[0] if differing and may_change else None


def fits(service: Service, understanding: Understanding) -> bool:
    """Whether something was said that only makes sense as an answer of this service: its first slot's value."""
    first = service.slots[service.form.required_slots[0]] if service.form.required_slots else None
    return first is not None and any(_fits(v.entity, first) for v in understanding.values)


def _fits(entity: str, slot: Slot) -> bool:
    wanted = slot.entity
    return wanted == entity or (wanted == "location" and entity in _PLACES)


def _put(state: CallState, name: str, value: Value, limits: Limits) -> CallState:
    chosen = _option(state, value.value) if value.entity == "choice" else None
    if chosen is not None:
        return _with(state, name, SlotValue(value=chosen.value, spoken=chosen.spoken, confirmed=True), options=())
    rivals = [a for a in value.alternatives if a.probability >= value.probability * _NEARLY_AS_LIKELY]
    options: tuple[Option, ...] = ()
    if step_for_value(value.probability, len(rivals), limits) is Step.OFFER_TWO:
        options = tuple(
            Option(key=str(n), value=v.value, spoken=v.spoken) for n, v in enumerate([value, *rivals][:3], start=1)
        )
    given = SlotValue(value=value.value, spoken=value.spoken, probability=value.probability)
    return _with(state, name, given, options=options)


def _with(state: CallState, name: str, value: SlotValue, options: tuple[Option, ...] = ()) -> CallState:
    facts = {n: v for n, v in state.facts.items() if not n.startswith("partial_")}
    recheck = state.slots.get(name) is not None and state.slots[name].value != value.value
    return state.model_copy(
        update={
            "slots": {**state.slots, name: value},
            "options": options,
            "tries": 0,
            "facts": facts,
            "checked": None if recheck else state.checked,
        }
    )


def _said(value: Value, slot: Slot) -> Value:
    return replace(value, spoken=slot.spoken.get(value.value, value.spoken))


def _offered(state: CallState, name: str, value: Value) -> bool:
    """Where only some values are on offer, only those count."""
    return (
        state.asked != name
        or not state.options
        or _option(state, value.value) is not None
        or (state.phase is Phase.CHOOSE_VALUE)
    )


def _option(state: CallState, value: str) -> Option | None:
    return next((o for o in state.options if value in (o.value, o.key)), None)


def applies(slot: Slot, state: CallState) -> bool:
    """Whether a slot is asked for, given what was said in others."""
    return all(name in state.slots and state.slots[name].value in values for name, values in slot.when.items())


def _free_text(state: CallState, service: Service, understanding: Understanding, *, opening: bool) -> str | None:
    """The slot that takes the whole utterance: the one asked for, or at the opening a story that was told."""
    if not understanding.text.strip():
        return None
    if not opening:
        asked = service.slots.get(state.asked or "")
        return state.asked if asked is not None and asked.entity is None and state.phase is Phase.SLOT else None
    name = next((n for n in service.form.required_slots if service.slots[n].story), None)
    if name is None or name in state.slots or not _tells_a_story(understanding.text, service):
        return None
    return name


def _tells_a_story(text: str, service: Service) -> bool:
    """Whether the first words say more than which service is wanted: "report a pothole" does not."""
    named = " ".join((service.about.title, *service.about.aliases)).lower()
    said = [w for w in re.findall(r"[a-z']+", text.lower()) if w not in _STOCK_WORDS]
    return len([w for w in said if w not in named]) >= _STORY_WORDS


def _remember_half_address(state: CallState, service: Service, understanding: Understanding) -> CallState:
    """A postcode or a street without a number, while an address is asked for: kept for the next answer.

    A house that is not where it was said to be is no half: it is marked, so that the caller hears that.
    """
    asked = service.slots.get(state.asked or "")
    if asked is None or asked.entity != "address" or not understanding.text.strip():
        return state
    kept = {name: value for name, value in state.facts.items() if name != "partial_unknown"}
    postcode = next((v for v in understanding.values if v.entity == "postcode"), None)
    street = next((v for v in understanding.values if v.entity == "street"), None)
    new = postcode is not None and postcode.value != kept.get("partial_postcode")
    house = _names_a_house(understanding.text, postcode if new else None)
    if postcode is None and street is None and _spells(understanding.text):
        # Perhaps a postcode that was misheard: said again, both attempts count.
        heard = [*kept.get("partial_heard", "").split("\n"), understanding.text]
        return state.model_copy(update={"facts": {**kept, "partial_heard": "\n".join(heard[-2:]).strip()}})
    if house and (postcode is not None or street is not None):
        kept = {name: value for name, value in kept.items() if not name.startswith("partial_")}
        kept["partial_unknown"] = postcode.spoken if postcode is not None else "yes"
    elif postcode is not None and new:
        kept |= {"partial_postcode": postcode.value, "partial_new": "yes"}
    elif house or street is not None:
        kept["partial_said"] = understanding.text
    return state.model_copy(update={"facts": kept})


def _spells(text: str) -> bool:
    return sum(len(word) == 1 and word.isalpha() for word in words(text)) >= _SPELLED


def _names_a_house(text: str, postcode: Value | None) -> bool:
    """Whether a house number was said beside the postcode."""
    if postcode is not None:
        text = f"{text[: postcode.span[0]]} {text[postcode.span[1] :]}"
    return bool(read_premises(words(text)).number)
