"""The end of a request and of the call."""

from __future__ import annotations

from agent.context import Context
from agent.decision import Decision
from agent.phrases import phrase
from agent.state import CallState, Phase


def cleared(state: CallState) -> CallState:
    """The state without its open request. What was filed stays filed."""
    return state.model_copy(
        update={
            "service": None,
            "slots": {},
            "asked": None,
            "options": (),
            "tries": 0,
            "checked": None,
            "story": None,
            "facts": {},
        }
    )


def ask_for_more(state: CallState, *say: str, decided: str, why: str = "") -> Decision:
    """One request is over; is there another?"""
    return Decision(
        state=cleared(state).model_copy(update={"phase": Phase.ANYTHING_ELSE}),
        say=(*say, phrase("anything_else")),
        decided=decided,
        why=why,
    )


def goodbye(state: CallState, context: Context, *say: str) -> Decision:
    """The end of the call, with the last reference once more where one was given."""
    reference = (phrase("closing_reference", reference=state.filed[-1].reference),) if state.filed else ()
    return Decision(
        state=state.model_copy(update={"phase": Phase.ENDED}),
        say=(*say, *reference, phrase("goodbye")),
        decided="say goodbye",
        why="nothing else is wanted",
        hang_up=True,
    )


def too_long(state: CallState, context: Context) -> Decision:
    """The call has lasted as long as a call may: somebody who never stops, or another queue's music."""
    return Decision(
        state=state.model_copy(update={"phase": Phase.ENDED}),
        say=(phrase("too_long", phone=context.phone),),
        decided="end the longest call",
        why="it lasted as long as a call may",
        hang_up=True,
    )
