"""The policy: a pure function from where a call stands and what happened to what the line does next."""

from __future__ import annotations

from dataclasses import replace

from agent import closing, danger, form, manners, people, presence, request, unanswered
from agent.context import Context
from agent.decision import Decision
from agent.inputs import (
    Consequence,
    Faulted,
    Input,
    Kept,
    LookedUp,
    LookUpFailed,
    NobodyCame,
    NotKept,
    Pressed,
    Rang,
    Returned,
    Silent,
    Spoke,
    TalkedOn,
    TimeUp,
)
from agent.phrases import phrase
from agent.state import CallState, Phase
from intents.entities.phrases import Act
from voices.transcript import Unclear

_MANNERS = {
    Act.REPEAT: manners.repeat,
    Act.SLOWER: manners.slower,
    Act.HOLD: manners.hold,
    Act.START_AGAIN: manners.start_again,
    Act.HELP: manners.explain,
}


def decide(state: CallState, happened: Input, context: Context) -> Decision:
    """What to say and do next. No I/O, no clock: the same arguments always give the same decision."""
    decision = _decide(state, happened, context)
    after = decision.state
    if not isinstance(happened, Rang | Consequence):
        after = after.model_copy(update={"turn": state.turn + 1})
    if not isinstance(happened, Silent):
        after = after.model_copy(update={"silences": 0})
    if decision.notes and decision.notes[0] not in after.marks:
        after = after.model_copy(update={"marks": (*after.marks, decision.notes[0])})
    if decision.say and decision.decided not in manners.NOT_REMEMBERED:
        after = after.model_copy(update={"said": " ".join(decision.say), "question": decision.say[-1]})
    return Decision(
        state=after,
        say=decision.say,
        effects=decision.effects,
        look_up=decision.look_up,
        listening=decision.listening,
        decided=decision.decided,
        why=decision.why,
        hang_up=decision.hang_up,
        notes=decision.notes,
    )


def _decide(state: CallState, happened: Input, context: Context) -> Decision:
    match happened:
        case Rang():
            return _greet(state, context) if state.phase is Phase.GREETING else manners.carry_on(state, context)
        case Spoke():
            return _spoke(state, happened, context)
        case Pressed():
            return _pressed(state, happened, context)
        case Silent():
            return presence.silence(state, context, music=happened.music)
        case TalkedOn():
            return presence.talked_on(state, happened.times, context)
        case LookedUp() | LookUpFailed():
            return form.looked_up(state, happened, context)
        case Kept():
            return _kept(state, happened, context)
        case NotKept():
            return people.nothing_kept(state, context)
        case Faulted() | NobodyCame() | Returned() | TimeUp():
            return _from_outside(state, happened, context)


def _from_outside(state: CallState, happened: Faulted | NobodyCame | Returned | TimeUp, context: Context) -> Decision:
    """Neither the caller nor the store: the line itself, the people, and the clock."""
    match happened:
        case Faulted():
            return people.fetch(state, context, reason="a fault in the line", words=(phrase("fault"),))
        case NobodyCame():
            return people.offer_callback(state, context, phrase("nobody_free"), why="no adviser took the call")
        case Returned():
            return closing.ask_for_more(state, phrase("returned"), decided="returned", why="the adviser left")
        case TimeUp():
            return closing.too_long(state, context)


def _greet(state: CallState, context: Context) -> Decision:
    return Decision(
        state=state.model_copy(update={"phase": Phase.REQUEST}),
        say=(phrase("greeting", council=context.council), phrase("ask_request")),
        decided="greet",
        why="the call began",
    )


def _spoke(state: CallState, spoke: Spoke, context: Context) -> Decision:
    if spoke.danger is None:
        return _harmless(state, spoke, context)
    stopped, state, words = danger.stop(state, spoke.danger, context, spoke.transcript.text)
    if stopped is not None:
        return stopped
    decision = _harmless(state, spoke, context)
    return replace(decision, say=(*words, *decision.say), notes=(*decision.notes, *danger.notes(spoke.danger)))


def _harmless(state: CallState, spoke: Spoke, context: Context) -> Decision:
    if spoke.act is Act.PERSON:
        return people.fetch(state, context, reason="the caller asked for a person")
    if isinstance(spoke.transcript, Unclear):
        return manners.not_heard(state, context)
    if spoke.act in _MANNERS:
        return _MANNERS[spoke.act](state, context)
    return _by_phase(state, spoke, context)


def _by_phase(state: CallState, spoke: Spoke, context: Context) -> Decision:
    if state.phase is Phase.ENDED:
        return closing.goodbye(state, context)
    return _answered(state, spoke, context)


def _answered(state: CallState, spoke: Spoke, context: Context) -> Decision:
    understanding = spoke.understanding
    match state.phase:
        case Phase.GREETING | Phase.REQUEST:
            return _requested(state, spoke, context)
        case Phase.ANYTHING_ELSE:
            return request.more(state, understanding, spoke.act, context)
        case Phase.CONFIRM_INTENT:
            return request.confirmed(state, understanding, context)
        case Phase.CHOOSE_INTENT:
            return request.chosen(state, understanding, context)
        case Phase.DANGER:
            return _after_the_question(state, spoke, context)
        case Phase.CALLBACK_NUMBER:
            return people.callback_number(state, understanding, spoke.act, context)
        case Phase.PERSON:
            return people.meanwhile(state, context)
        case _:
            return form.answered(state, understanding, spoke.act, context)


def _requested(state: CallState, spoke: Spoke, context: Context) -> Decision:
    understanding = spoke.understanding
    leaving = spoke.act in (Act.GOODBYE, Act.NOTHING_ELSE) and not state.waiting
    if unanswered.accepted(state, understanding):
        return people.fetch(state, context, reason="a question that nothing published answers")
    if leaving or request.declined(state, understanding):
        return closing.goodbye(state, context)
    if request.only_opening(state, spoke.act):
        return request.opened(state, context)
    return request.take(state, understanding, context)


def _after_the_question(state: CallState, spoke: Spoke, context: Context) -> Decision:
    """Whether there was danger; where there is none, the call goes on with what the caller had said."""
    outcome = danger.answered(state, spoke.understanding, context)
    if isinstance(outcome, Decision):
        return outcome
    marked = outcome or danger.Marked(danger.unfounded(state), (phrase("no_danger"),), ())
    after = _by_phase(marked.state, spoke.held or spoke, context)
    return replace(after, say=(*marked.words, *after.say), notes=(*marked.notes, *after.notes))


def _pressed(state: CallState, pressed: Pressed, context: Context) -> Decision:
    if pressed.keys in ("0", "*"):
        return people.fetch(state, context, reason="the caller pressed a key for a person")
    act = Act.NONE
    return _by_phase(state, Spoke(manners.typed(pressed.keys), pressed.understanding, act, held=pressed.held), context)


def _kept(state: CallState, kept: Kept, context: Context) -> Decision:
    if state.phase is Phase.PERSON:
        return people.handoff_kept(state, kept)
    if any(recorded.kind == "callback" for recorded in kept.recorded):
        return people.callback_kept(state, kept, context)
    return form.filed(state, kept, context)
