"""What the line does about danger: say what helps, fetch a person, or ask once where it is only suspected."""

from __future__ import annotations

from dataclasses import dataclass, replace

from agent import manners, people
from agent.context import Context
from agent.decision import Decision, Listening
from agent.phrases import phrase
from agent.state import CallState, Phase, Suspicion
from intents.understanding import Danger, Understanding

_OPEN = (Phase.GREETING, Phase.REQUEST)


def stop(
    state: CallState, found: Danger, context: Context, text: str = ""
) -> tuple[Decision | None, CallState, tuple[str, ...]]:
    """What the safety net found: a decision that comes before all else, or `None` where the request goes on.

    It then goes on from the state that is given back, after the words that are. `text` is what was said.
    """
    if state.phase is Phase.ENDED:
        return None, state, ()
    if found.suspected:
        return _suspect(state, found, context, text), state, ()
    state = _marked(_settled(state), found)
    if found.goes_on:
        already = found.record in state.told
        told = state.model_copy(update={"told": tuple(dict.fromkeys((*state.told, found.record)))})
        return None, told, (found.say,) if found.say and not already else ()
    return _act(state, found, context), state, ()


@dataclass(frozen=True, slots=True)
class Marked:
    """A hazard that the request is marked with while it goes on."""

    state: CallState
    words: tuple[str, ...]
    notes: tuple[str, ...]


def answered(state: CallState, understanding: Understanding, context: Context) -> Decision | Marked | None:
    """The answer to the question whether there is danger; `None` where there is none and the call goes on.

    Whoever does not answer it clearly, twice, is taken to be in danger.
    """
    suspicion = state.suspicion
    assert suspicion is not None
    said = next((value.value for value in understanding.values if value.entity == "yes_no"), None)
    if said is None and state.tries == 0:
        return Decision(
            state=state.model_copy(update={"tries": 1}),
            say=(phrase("yes_or_no"), suspicion.ask),
            listening=Listening(entity="yes_no"),
            decided="ask again whether there is danger",
            why="the answer was not clear",
        )
    if said is not None and said != suspicion.ask_means:
        return None
    found = Danger(matched="the caller's answer", end_call=False, **suspicion.model_dump(include=_KEPT))
    decision, state, words = stop(state, found, context)
    return decision or Marked(state, words, notes(found))


def unfounded(state: CallState) -> CallState:
    """Where the call goes on after the caller said that there is no danger; it is not asked about this again."""
    assert state.suspicion is not None
    return _settled(state).model_copy(update={"reassured": (*state.reassured, state.suspicion.entry)})


def notes(found: Danger) -> tuple[str, ...]:
    """What the call's record is marked with."""
    return () if found.suspected else (found.entry, found.record)


_KEPT = {"entry", "say", "record", "fetch_person", "goes_on", "hazard", "due_hours", "due_working_days", "closed"}


def _suspect(state: CallState, found: Danger, context: Context, text: str) -> Decision | None:
    if found.entry in state.reassured or state.phase in (Phase.DANGER, Phase.PERSON):
        return None
    suspicion = Suspicion(
        **{name: getattr(found, name) for name in (*_KEPT, "ask", "ask_means")},
        text=text,
        phase=state.phase,
        tries=state.tries,
        question=state.question,
        entity=_listening(state, context).entity,
    )
    return Decision(
        state=state.model_copy(update={"phase": Phase.DANGER, "suspicion": suspicion, "tries": 0}),
        say=(found.ask,),
        listening=Listening(entity="yes_no"),
        decided="ask whether there is danger",
        why=f"it sounds like {found.entry}",
        notes=(found.entry, f"Asked: {found.record}"),
    )


def _settled(state: CallState) -> CallState:
    """The state as it was before the question."""
    if state.suspicion is None or state.phase is not Phase.DANGER:
        return state
    before = state.suspicion
    stood = {"phase": before.phase, "tries": before.tries, "question": before.question, "suspicion": None}
    return state.model_copy(update=stood)


def _marked(state: CallState, found: Danger) -> CallState:
    """A case that follows carries the hazard, and the time that the law allows from this moment."""
    if not found.hazard:
        return state
    marks = {"hazard": found.hazard}
    if found.due_hours is not None:
        marks["due_hours"] = str(found.due_hours)
    if found.due_working_days is not None:
        marks["due_working_days"] = str(found.due_working_days)
    return state.model_copy(update={"facts": {**state.facts, **marks}})


def _act(state: CallState, found: Danger, context: Context) -> Decision:
    notes = (found.entry, found.record)
    if found.entry == "abuse":
        return _abuse(state, found, context)
    if found.fetch_person:
        closed = (found.closed,) if found.closed and not context.circumstances.people_available else ()
        words = (found.say, *closed)
        decision = people.fetch(state, context, reason=found.record, urgent=True, words=words)
        return replace(decision, why=f"safety: {found.entry}", notes=notes)
    return Decision(
        state=state,
        say=(found.say, *(() if state.phase in _OPEN else _question(state))),
        listening=_listening(state, context),
        decided="warn",
        why=f"safety: {found.entry}",
        notes=notes,
        hang_up=found.end_call,
    )


def _abuse(state: CallState, found: Danger, context: Context) -> Decision:
    notes = (found.entry, found.record)
    if state.warned:
        return Decision(
            state=state.model_copy(update={"phase": Phase.ENDED}),
            say=(phrase("abuse_end"),),
            decided="end after abuse",
            why="warned once already",
            hang_up=True,
            notes=notes,
        )
    return Decision(
        state=state.model_copy(update={"warned": True}),
        say=(found.say, *_question(state)),
        listening=_listening(state, context),
        decided="warn",
        why="safety: abuse",
        notes=notes,
    )


def _question(state: CallState) -> tuple[str, ...]:
    """The question that was open, once more, so that the caller knows where the call stands."""
    if state.phase in _OPEN:
        return (phrase("ask_request"),)
    if state.phase is Phase.PERSON:
        return (phrase("still_waiting"),)
    return (state.question,) if state.question else ()


def _listening(state: CallState, context: Context) -> Listening:
    return manners.same_question(state, context)
