"""What is published about a decision: what it was, how the form stands, and what the line says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from agent.decision import Decision
from agent.events import DecisionEvent, Event, FormEvent, FormSlot, ReplyEvent, RunnerUp
from agent.filling import applies
from agent.state import CallState, Phase
from intents.service import Service
from intents.understanding import Guess, Understanding

WITHHELD = "(sensitive)"
"""Stands in events and on record for the answer to a question that is marked as sensitive."""
_IN_A_FORM = (Phase.SLOT, Phase.CONFIRM_SLOT, Phase.CHOOSE_VALUE, Phase.READ_BACK, Phase.CHANGE)


def told(
    understanding: Understanding, decision: Decision, before: CallState, services: Mapping[str, Service]
) -> Iterator[Event]:
    """The events of one decision, in order. `understanding` is what the caller's words meant, empty where none were;
    `before` is where the call stood when they were said."""
    yield _decided(_meant(understanding, before, decision.state), decision, services)
    form = _form(decision.state, services)
    if form is not None:
        yield form
    if decision.say:
        yield ReplyEvent(text=withheld(" ".join(decision.say), decision.state, services))


def withheld(said: str, state: CallState, services: Mapping[str, Service]) -> str:
    """What the line says without the answers that are marked as sensitive, wherever it says them back."""
    service = services.get(state.service or "")
    for name, value in state.slots.items():
        slot = service.slots.get(name) if service else None
        if slot is not None and slot.sensitive and value.spoken:
            said = re.sub(re.escape(value.spoken), WITHHELD, said, flags=re.IGNORECASE)
    return said


def _decided(meant: Sequence[Guess], decision: Decision, services: Mapping[str, Service]) -> DecisionEvent:
    best, second = (*meant, None, None)[:2]
    return DecisionEvent(
        intent=best.intent if best else None,
        lgsl=_lgsl(best.intent, services) if best else None,
        probability=round(best.probability, 3) if best else None,
        runner_up=_runner_up(second, services) if second else None,
        safety=decision.notes[0] if decision.notes else None,
        decided=decision.decided,
        why=decision.why,
    )


def _runner_up(guess: Guess, services: Mapping[str, Service]) -> RunnerUp:
    return RunnerUp(intent=guess.intent, lgsl=_lgsl(guess.intent, services), probability=round(guess.probability, 3))


def _form(state: CallState, services: Mapping[str, Service]) -> FormEvent | None:
    service = services.get(state.service or "")
    if service is None or not service.form.required_slots:
        return None
    names = (n for n in service.form.required_slots if n in state.slots or applies(service.slots[n], state))
    slots = tuple(_form_slot(name, state, service) for name in names)
    return FormEvent(service=service.id, title=service.about.title, slots=slots)


def _form_slot(name: str, state: CallState, service: Service) -> FormSlot:
    value = state.slots.get(name)
    if value is None:
        return FormSlot(slot=name)
    spoken = "given" if service.slots[name].sensitive else value.spoken
    return FormSlot(slot=name, spoken=spoken, probability=round(value.probability, 3), confirmed=value.confirmed)


def _lgsl(intent: str, services: Mapping[str, Service]) -> int | None:
    service = services.get(intent)
    return service.about.lgsl if service else None


def _meant(understanding: Understanding, before: CallState, after: CallState) -> tuple[Guess, ...]:
    """What the call is about: an answer to a form's question is no request, whatever it resembles."""
    guesses = () if _only_yes_or_no(understanding) else understanding.guesses
    if after.service is not None and after.phase in _IN_A_FORM:
        others = guesses[1:] if guesses and guesses[0].intent == after.service else ()
        return (Guess(after.service, after.certainty), *others)
    answered = before.phase in _IN_A_FORM and after.service in (None, before.service)
    if guesses and answered and before.service is not None:
        # The answer with which the form was done.
        return (Guess(before.service, before.certainty),)
    return guesses


def _only_yes_or_no(understanding: Understanding) -> bool:
    """Whether an answer is all that was said."""
    spans = (value.span for value in understanding.values if value.entity == "yes_no")
    return any(not re.search(r"\w", understanding.text[:begin] + understanding.text[end:]) for begin, end in spans)
