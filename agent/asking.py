"""The questions of a form: asking, asking again, and reading one value back."""

from __future__ import annotations

from dataclasses import replace

from agent import keys, manners, people
from agent.context import Context
from agent.decision import Decision, Listening
from agent.phrases import joined, phrase, wording
from agent.spoken import fields, say_value
from agent.state import CallState, Option, Phase
from intents.service import Service, Slot

_TRIES, _ADDRESS_TRIES = 2, 3
"""How often a value is asked for before a person is fetched."""


def ask(state: CallState, service: Service, name: str, *say: str, why: str, attempt: int = 0) -> Decision:
    """Ask for one slot; `attempt` picks the way of putting it."""
    slot = service.slots[name]
    question = wording(service, f"utter_ask_{name}", fields(state, service), attempt) or phrase("ask_request")
    if slot.entity == "address" and "partial_postcode" in state.facts:
        question = phrase("house_number")
    elif slot.entity == "phone" and "partial_new" in state.facts:
        question = phrase("number_rest", number=state.facts["partial_number"])
    elif slot.entity == "address" and attempt:
        question = phrase("ask_postcode")
    return Decision(
        state=state.model_copy(update={"phase": Phase.SLOT, "asked": name, "options": _offered(state, name, slot)}),
        say=(*say, question),
        listening=Listening(entity=slot.entity, hotwords=slot.hints, sensitive=slot.sensitive),
        decided=f"ask for {name}",
        why=why or "it is needed next",
    )


def ask_again(state: CallState, service: Service, context: Context) -> Decision:
    """The answer did not fill the slot: ask in other words, then offer the keys if they can answer, then a person."""
    asked = state.asked or ""
    if state.facts.get("partial_new") == "yes":
        again = ask(state, service, asked, why=f"half of {asked.replace('_', ' ')} is known")
        facts = {name: value for name, value in state.facts.items() if name != "partial_new"}
        return replace(again, state=again.state.model_copy(update={"facts": facts}))
    offered = keys.offer(service.slots[asked], state.options) if state.tries == 1 else None
    if offered is not None:
        once_more = state.model_copy(update={"tries": 2, "failed": (*state.failed, asked)})
        return ask(once_more, service, asked, offered, why=f"{asked} was not understood twice", attempt=1)
    missing = state.facts.get("partial_unknown")
    trouble = "was not found" if missing else "was not understood"
    if state.tries + 1 >= (_ADDRESS_TRIES if service.slots[asked].entity == "address" else _TRIES):
        return people.fetch(
            state.model_copy(update={"failed": (*state.failed, asked)}),
            context,
            reason=f"{asked.replace('_', ' ')} {trouble}",
            opening="fetching_after_trouble",
        )
    facts = {name: value for name, value in state.facts.items() if name != "partial_unknown"}
    more_patient = state.model_copy(update={"tries": state.tries + 1, "failed": (*state.failed, asked), "facts": facts})
    return ask(more_patient, service, asked, _sorry(missing), why=f"{asked} {trouble}", attempt=state.tries + 1)


def _sorry(missing: str | None) -> str:
    """Why it is asked again; `missing` is the postcode at which there is no such address, or `yes`."""
    if missing is None:
        return phrase("not_understood")
    return phrase("address_unknown") if missing == "yes" else phrase("address_unknown_at", postcode=missing)


def go_back(state: CallState, service: Service, context: Context) -> Decision:
    """Take the last answer back and ask for it again."""
    given = [name for name in service.form.required_slots if name in state.slots]
    if not given:
        return manners.start_again(state, context)
    slots = {name: value for name, value in state.slots.items() if name != given[-1]}
    without = state.model_copy(update={"slots": slots, "options": (), "checked": None})
    return ask(without, service, given[-1], why="the caller went back")


def not_known(state: CallState, service: Service, context: Context) -> Decision:
    """The caller does not know something that is needed."""
    asked = state.asked or ""
    if state.tries >= 1:
        return people.fetch(state, context, reason=f"the caller does not know {asked.replace('_', ' ')}")
    tried = state.model_copy(update={"tries": state.tries + 1})
    return ask(tried, service, asked, phrase("dont_know_needed"), why=f"{asked} is needed", attempt=1)


def confirm_value(state: CallState, service: Service, name: str, context: Context, *say: str) -> Decision:
    """Read one doubtful value back, or offer the readings that are nearly as likely."""
    value = state.slots[name]
    if state.options:
        options = joined(tuple(o.spoken for o in state.options))
        return Decision(
            state=state.model_copy(update={"phase": Phase.CHOOSE_VALUE, "asked": name}),
            say=(*say, phrase("choose_value", options=options)),
            listening=Listening(entity="choice"),
            decided="offer the nearest",
            why=f"{name} at only {value.probability:.2f}",
        )
    question = wording(service, f"utter_confirm_{name}", fields(state, service))
    return Decision(
        state=state.model_copy(update={"phase": Phase.CONFIRM_SLOT, "asked": name}),
        say=(*say, question or phrase("confirm_value", value=value.spoken)),
        listening=Listening(entity="yes_no"),
        decided="read one value back",
        why=f"{name} at {value.probability:.2f}",
    )


def only_offered(state: CallState, service: Service) -> CallState:
    """Without the values that a check has not offered: a day that the caller named before knowing which are free."""
    kept = {}
    for name, value in state.slots.items():
        offered = _offered(state, name, service.slots[name]) if name in service.slots else ()
        if not offered or value.value in [option.value for option in offered]:
            kept[name] = value
    return state if len(kept) == len(state.slots) else state.model_copy(update={"slots": kept})


def _offered(state: CallState, name: str, slot: Slot) -> tuple[Option, ...]:
    """What a check offered for this slot: facts `<slot>_1` to `_3`, or `date_1` to `_3` where a date is asked for."""
    stems = (name, "date") if slot.entity == "date" else (name,)
    offered = [state.facts[f"{s}_{n}"] for s in stems for n in (1, 2, 3) if state.facts.get(f"{s}_{n}")]
    return tuple(Option(key=str(n), value=v, spoken=say_value(v)) for n, v in enumerate(offered[:3], start=1))
