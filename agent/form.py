"""Getting one request done: fill its slots in any order, look things up, read back, file."""

from __future__ import annotations

import re

from agent import asking, closing, manners, people, switching
from agent.context import Context
from agent.decision import Decision, Listening, LookUp
from agent.filling import Filling, fill, next_slot, to_confirm
from agent.inputs import Kept, LookedUp, LookUpFailed
from agent.phrases import phrase, wording
from agent.spoken import fields
from agent.state import CallState, CaseDraft, Filed, Phase
from intents.entities.phrases import Act
from intents.service import Service
from intents.understanding import Guess, Understanding

_NO_THANKS = re.compile(
    r"^\W*(?:no,? (?:thanks|thank you)|(?:no,? )?(?:please )?(?:don't|do not) (?:bother|do|send|report|book))\b", re.I
)


def begin(state: CallState, intent: str, understanding: Understanding, context: Context, *, why: str) -> Decision:
    """Start on a request with whatever the caller's first words already gave."""
    service = context.services[intent]
    fresh = state.model_copy(
        update={
            "service": intent,
            "slots": {},
            "asked": None,
            "options": (),
            "checked": None,
            "facts": _marks(state.facts),
        }
    )
    notice = (service.about.notice,) if service.about.notice else ()
    if service.about.handoff.always:
        reason = service.about.handoff.reason or service.about.title
        return people.fetch(fresh, context, reason=reason, words=notice)
    if service.about.kind == "answer":
        said = wording(service, "utter_answer", {}) or ""
        source = service.about.source
        stands = f"; {source.title} of {source.updated}, {source.url}" if source else ""
        return anything_else(fresh, context, *notice, said, decided=f"answer {intent}", why=f"{why}{stands}")
    if service.about.kind == "route":
        said = wording(service, "utter_route", {}) or ""
        return people.fetch(fresh, context, reason=service.about.title, words=(*notice, said))
    filling = fill(fresh, service, understanding, context.limits, opening=True)
    taking = phrase("taking", intent=context.noun(intent))
    if state.waiting:
        taking = phrase("taking_two", first=context.noun(intent), second=context.noun(state.waiting[0]))
    return carry_on(filling.state, context, *notice, taking, why=why)


def answered(state: CallState, understanding: Understanding, act: Act, context: Context) -> Decision:
    """Something was said while a form is open."""
    service = context.service(state)
    if service is None:
        return closing.ask_for_more(state, decided="nothing is open")
    switch = switching.other_request(state, understanding, context)
    answer = next((v.value for v in understanding.values if v.entity == "yes_no"), None)
    filling = fill(state, service, understanding, context.limits, correcting=act is Act.CORRECTION or answer == "no")
    if switch is not None and not filling.filled:
        return switching.offer(state, switch, context)
    if not filling.changed and (act is Act.GOODBYE or _not_wanted(state, understanding)):
        return _left(state)
    if state.phase is Phase.READ_BACK:
        return _read_back_answered(state, service, filling, answer, context)
    if state.phase is Phase.CHANGE:
        return _change_told(state, filling, answer, act, context)
    if state.phase in (Phase.CONFIRM_SLOT, Phase.CHOOSE_VALUE):
        return _value_settled(state, service, filling, answer, context)
    if act is Act.GO_BACK:
        return asking.go_back(state, service, context)
    declined = answer == "no" and service.slots[state.asked or ""].optional if state.asked else False
    if (act is Act.DONT_KNOW or declined) and not filling.filled:
        return _not_known(state, service, context)
    if not filling.filled:
        return asking.ask_again(filling.state, service, context)
    return carry_on(filling.state, context, why=_given(filling))


def carry_on(state: CallState, context: Context, *say: str, why: str = "") -> Decision:
    """The next thing that this request needs."""
    service = context.services[state.service or ""]
    state = asking.only_offered(state, service)
    doubtful = to_confirm(state, service, context.limits)
    if doubtful is not None:
        return asking.confirm_value(state, service, doubtful, context, *say)
    if service.about.check and state.checked is None and _has(state, service.about.check_needs):
        slots = {name: value.value for name, value in state.slots.items()}
        look_up = LookUp(service.about.check, slots)
        return Decision(state, say, look_up=look_up, decided="look it up", why=why)
    missing = next_slot(state, service)
    if missing is not None:
        return asking.ask(state, service, missing, *say, why=why)
    if service.about.action is None:
        said = wording(service, "utter_done", fields(state, service)) or ""
        return anything_else(state, context, *say, said, decided="answer from what was looked up", why=why)
    question = wording(service, "utter_confirm", fields(state, service)) or ""
    return Decision(
        state=state.model_copy(update={"phase": Phase.READ_BACK, "asked": None, "tries": 0}),
        say=(*say, question),
        listening=Listening(entity="yes_no"),
        decided="read back",
        why=why or "everything is there",
    )


def looked_up(state: CallState, happened: LookedUp | LookUpFailed, context: Context) -> Decision:
    """The service's check answered, or did not."""
    service = context.services[state.service or ""]
    if isinstance(happened, LookUpFailed):
        unknown = state.model_copy(update={"checked": "unknown", "failed": (*state.failed, "looking it up")})
        if service.about.action is None or service.about.id.startswith("next_"):
            return people.fetch(unknown, context, reason="the look-up failed", opening="fetching_after_trouble")
        return carry_on(unknown, context, phrase("look_up_failed"), why="the check did not answer")
    known = state.model_copy(update={"checked": happened.outcome, "facts": {**state.facts, **happened.facts}})
    why = f"the check said {happened.outcome}"
    said = wording(service, f"utter_outcome_{happened.outcome}", fields(known, service))
    then = service.about.outcomes.get(happened.outcome, "continue")
    if then == "end":
        return anything_else(known, context, said or "", decided=f"tell: {happened.outcome}", why=why)
    if then == "person":
        return people.fetch(known, context, reason=f"{service.about.title}: {happened.outcome}", words=(said or "",))
    return carry_on(known, context, *((said,) if said else ()), why=why)


def filed(state: CallState, kept: Kept, context: Context) -> Decision:
    """The case is in the store, so its reference may be said."""
    service = context.services[state.service or ""]
    reference = next(r.reference for r in kept.recorded if r.kind == "case")
    done = state.model_copy(
        update={
            "filed": (*state.filed, Filed(service=service.id, reference=reference)),
            "facts": {**state.facts, **kept.facts, "reference": reference},
        }
    )
    name = "utter_done" if kept.delivered else "utter_later"
    said = wording(service, name, fields(done, service)) or ""
    why = "the council's system has it" if kept.delivered else "kept here, to be delivered later"
    return anything_else(done, context, said, decided="give the reference", why=why)


def anything_else(state: CallState, context: Context, *say: str, decided: str, why: str = "") -> Decision:
    """One request is over: the next that was asked for, or the question whether there is one."""
    if not state.waiting:
        return closing.ask_for_more(state, *say, decided=decided, why=why)
    following, *rest = state.waiting
    fresh = closing.cleared(state).model_copy(update={"waiting": tuple(rest)})
    nothing_new = Understanding(text="", guesses=(Guess(following, 1.0),))
    begun = begin(fresh, following, nothing_new, context, why="asked for earlier in this call")
    opening = phrase("next_request", intent=context.noun(following))
    words = (*say, opening, *begun.say[1:])
    return Decision(
        begun.state, words, begun.effects, begun.look_up, begun.listening, f"{decided}; then {following}", why
    )


def _read_back_answered(
    state: CallState, service: Service, filling: Filling, answer: str | None, context: Context
) -> Decision:
    if filling.changed:
        return carry_on(filling.state, context, why=_given(filling))
    if answer == "yes":
        return _file(state, service)
    if answer == "no" and "unchanged" in state.facts:
        return _left(state)
    if answer == "no":
        return Decision(
            state=state.model_copy(update={"phase": Phase.CHANGE}),
            say=(phrase("change_what"),),
            decided="ask what to change",
            why="the read-back was not right",
        )
    return manners.ask_again(state, context, state.question, yes_no=True)


def _change_told(state: CallState, filling: Filling, answer: str | None, act: Act, context: Context) -> Decision:
    """The answer to "what should I change?". Nothing: then it is read back once more, and a second no leaves it."""
    if filling.filled:
        return carry_on(filling.state, context, why=_given(filling))
    if answer == "no" or act is Act.NOTHING_ELSE:
        unchanged = state.model_copy(update={"facts": {**state.facts, "unchanged": "yes"}})
        return carry_on(unchanged, context, why="there is nothing to change")
    return manners.ask_again(state, context, phrase("change_what"))


def _not_wanted(state: CallState, understanding: Understanding) -> bool:
    """Whether "shall I go ahead?" was declined, rather than what was read back."""
    return state.phase is Phase.READ_BACK and _NO_THANKS.search(understanding.text) is not None


def _left(state: CallState) -> Decision:
    """The caller does not want it after all."""
    return closing.ask_for_more(state, phrase("left"), decided="leave it", why="the caller does not want it after all")


def _file(state: CallState, service: Service) -> Decision:
    facts = state.facts
    draft = CaseDraft(
        key=f"{state.call_id}:{len(state.filed)}:{service.id}",
        service=service.id,
        title=service.about.title,
        lgsl=service.about.lgsl,
        team=service.about.team,
        slots={name: v.model_copy(update={"confirmed": True}) for name, v in state.slots.items()},
        action=service.about.action,
        retention_days=service.about.retention_days,
        hazard=facts.get("hazard"),
        due=facts.get("due"),
        due_hours=int(facts["due_hours"]) if "due_hours" in facts else None,
        due_working_days=int(facts["due_working_days"]) if "due_working_days" in facts else None,
    )
    return Decision(
        state=state,
        say=(phrase("agreed"),),
        effects=(draft,),
        decided="file it",
        why="the caller said yes to the read-back",
    )


def _value_settled(
    state: CallState, service: Service, filling: Filling, answer: str | None, context: Context
) -> Decision:
    asked = state.asked or ""
    if filling.filled and asked in filling.filled:
        return carry_on(filling.state, context, why=_given(filling))
    held = state.slots.get(asked)
    if answer == "yes" and held is not None and state.phase is Phase.CONFIRM_SLOT:
        sure = {**state.slots, asked: held.model_copy(update={"confirmed": True})}
        return carry_on(state.model_copy(update={"slots": sure, "options": ()}), context, why="confirmed")
    if answer == "no":
        slots = {name: value for name, value in state.slots.items() if name != asked}
        # A number that was misheard once is misheard again: the keys are offered at once, a person after the next.
        tries = state.failed.count(asked) + (service.slots[asked].entity == "phone")
        failed = (*state.failed, asked)
        without = state.model_copy(update={"slots": slots, "options": (), "failed": failed, "tries": tries})
        return asking.ask_again(without, service, context)
    return manners.ask_again(state, context, state.question, yes_no=state.phase is Phase.CONFIRM_SLOT)


def _not_known(state: CallState, service: Service, context: Context) -> Decision:
    asked = state.asked or ""
    if not service.slots[asked].optional:
        return asking.not_known(state, service, context)
    skipped = state.model_copy(update={"facts": {**state.facts, f"skipped_{asked}": "yes"}, "tries": 0})
    return carry_on(skipped, context, why=f"{asked} is not known")


def _marks(facts: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in facts.items() if name in ("hazard", "due_hours", "due_working_days")}


def _has(state: CallState, names: tuple[str, ...]) -> bool:
    return all(name in state.slots for name in names)


def _given(filling: Filling) -> str:
    return f"given: {', '.join(filling.filled)}"
