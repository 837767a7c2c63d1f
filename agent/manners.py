"""What holds in any state: saying it again, waiting, and trouble with hearing."""

from __future__ import annotations

from dataclasses import replace

from agent import keys, people
from agent.closing import cleared
from agent.context import Context
from agent.decision import Decision, Listening
from agent.phrases import phrase
from agent.state import CallState, HandoffDraft, Phase
from voices.transcript import Heard

NOT_REMEMBERED = frozenset(
    {"say it again", "speak more slowly", "wait", "ask whether anyone is there", "break in", "carry on after a fault"}
)
"""Decisions whose words are not what "say that again" means."""

_SLOWER_BY, _SLOWEST = 1.25, 1.6
_MORE_PATIENT_BY = 2.0
MOST_PATIENT = 4.0


def typed(keys: str) -> Heard:
    """Keys as a transcript that is surely right."""
    return Heard(keys, 1.0, means="keypad")


def repeat(state: CallState, context: Context) -> Decision:
    """The last words once more."""
    return Decision(
        state=state,
        say=(state.said or phrase("repeat_nothing"),),
        listening=same_question(state, context),
        decided="say it again",
        why="the caller asked to hear it again",
    )


def carry_on(state: CallState, context: Context) -> Decision:
    """The line broke down in the middle of the call: say so, and go on where it stood."""
    if state.phase is Phase.PERSON:
        return _fetch_again(state, context)
    return Decision(
        state=state.model_copy(update={"turn": state.turn + 1}),
        say=(phrase("carry_on"), state.said or phrase("ask_request")),
        listening=same_question(state, context),
        decided="carry on after a fault",
        why="a fault had cut the call off",
        hang_up=state.phase is Phase.ENDED,
    )


def _fetch_again(state: CallState, context: Context) -> Decision:
    """Wait on for the person who was being fetched: the same handoff, not a second one."""
    alone = state.model_copy(update={"phase": Phase.REQUEST, "turn": state.turn + 1})
    decision = people.fetch(alone, context, reason="the line broke down", words=(phrase("carry_on"),))
    key = state.facts.get("handoff_key")
    if key is None:
        return decision
    effects = tuple(
        draft.model_copy(update={"key": key}) if isinstance(draft, HandoffDraft) else draft
        for draft in decision.effects
    )
    return replace(decision, effects=effects, state=decision.state.model_copy(update={"facts": state.facts}))


def slower(state: CallState, context: Context) -> Decision:
    """The last words once more, and everything from now on, at a slower pace and with more patience."""
    return Decision(
        state=state.model_copy(
            update={
                "pace": min(state.pace * _SLOWER_BY, _SLOWEST),
                "patience": min(state.patience * _MORE_PATIENT_BY, MOST_PATIENT),
            }
        ),
        say=(phrase("slower"), state.said),
        listening=same_question(state, context),
        decided="speak more slowly",
        why="the caller asked for it",
    )


def hold(state: CallState, context: Context) -> Decision:
    """Wait without asking again for longer than usual."""
    return Decision(
        state=state.model_copy(update={"patience": min(state.patience * _MORE_PATIENT_BY, MOST_PATIENT)}),
        say=(phrase("hold"),),
        listening=same_question(state, context),
        decided="wait",
        why="the caller asked for a moment",
    )


def start_again(state: CallState, context: Context) -> Decision:
    """Forget the open request; what was filed stays filed."""
    return Decision(
        state=cleared(state).model_copy(update={"phase": Phase.REQUEST, "waiting": ()}),
        say=(phrase("start_again"), phrase("ask_request")),
        decided="start again",
        why="the caller asked for it",
    )


def explain(state: CallState, context: Context) -> Decision:
    """What the line can do, then the open question again."""
    say = (phrase("help"),) if state.phase is Phase.REQUEST else (phrase("help"), state.said)
    return Decision(
        state=state,
        say=say,
        listening=same_question(state, context),
        decided="explain",
        why="the caller asked for help",
    )


def not_heard(state: CallState, context: Context) -> Decision:
    """Somebody spoke, but the words could not be made out."""
    return ask_again(state, context, state.question or phrase("ask_request"), opening=phrase("not_heard"))


def ask_again(
    state: CallState, context: Context, question: str, *, opening: str | None = None, yes_no: bool = False
) -> Decision:
    """The same question once more, the second time with the keys where they can answer it; then a person."""
    offered = _keys(state, context) if state.tries == 1 and not yes_no else None
    if offered is not None:
        say: tuple[str, ...] = (offered, question)
        tried = state.model_copy(update={"tries": 2, "failed": (*state.failed, state.asked or str(state.phase))})
        return Decision(tried, say, listening=same_question(state, context), decided="offer the keys")
    if state.tries >= 1:
        return people.fetch(state, context, reason="two failures in a row", opening="fetching_after_trouble")
    say = (opening or phrase("not_understood"), phrase("yes_or_no") if yes_no else "", question)
    return Decision(
        state=state.model_copy(
            update={"tries": state.tries + 1, "failed": (*state.failed, state.asked or str(state.phase))}
        ),
        say=tuple(words for words in say if words),
        listening=same_question(state, context),
        decided="ask again",
        why="the answer was not clear",
    )


def same_question(state: CallState, context: Context) -> Listening:
    """What is listened for while the open question stays open."""
    if state.phase in (Phase.CONFIRM_INTENT, Phase.CONFIRM_SLOT, Phase.READ_BACK, Phase.DANGER):
        return Listening(entity="yes_no")
    if state.phase is Phase.CALLBACK_NUMBER:
        return Listening(entity="phone")
    service = context.service(state)
    if service is None or state.asked is None:
        return Listening()
    slot = service.slots[state.asked]
    return Listening(entity=slot.entity, hotwords=slot.hints, sensitive=slot.sensitive)


def _keys(state: CallState, context: Context) -> str | None:
    """How the open question can be answered by keys; reading back has said so at the first try."""
    if state.phase in (Phase.SLOT, Phase.CHOOSE_VALUE, Phase.CHOOSE_INTENT):
        service = context.service(state)
        slot = service.slots.get(state.asked or "") if service is not None else None
        return keys.offer(slot, state.options)
    return phrase("keys_phone") if state.phase is Phase.CALLBACK_NUMBER and not state.caller_phone else None
