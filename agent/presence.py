"""Whether anybody is there who lets the line speak: silence, music, and talk without an end.

A person is offered before the line gives up, and it gives up with words and a number to ring.
"""

from __future__ import annotations

from agent import people
from agent.context import Context
from agent.decision import Decision
from agent.manners import MOST_PATIENT, same_question
from agent.phrases import phrase
from agent.state import CallState, Phase

_MORE_PATIENT_BY = 1.5
_MOST_ASKED = 3
"""How often the line asks into a silence before it ends the call."""


def silence(state: CallState, context: Context, *, music: bool = False) -> Decision:
    """Nobody has spoken: ask, then offer a person, wait, and only then end the call. `music` may be all there is."""
    if state.phase is Phase.PERSON:
        return people.meanwhile(state, context)
    silences = state.silences + 1
    patience = min(state.patience * _MORE_PATIENT_BY, MOST_PATIENT)
    waiting = state.model_copy(update={"silences": silences, "patience": patience})
    heard = "music and no voice" if music else "nobody spoke"
    if silences <= _MOST_ASKED:
        anyone = (phrase("music" if music else "still_there"), state.question)
        return Decision(
            waiting,
            anyone if silences == 1 else (phrase("silence_person"),),
            listening=same_question(state, context),
            decided="ask whether anyone is there",
            why=heard,
        )
    return Decision(
        state=waiting.model_copy(update={"phase": Phase.ENDED}),
        say=(phrase("silence_goodbye", phone=context.phone),),
        decided="end after music" if music else "end after silence",
        why=f"a person was offered; {heard}",
        hang_up=True,
    )


def talked_on(state: CallState, times: int, context: Context) -> Decision:
    """The caller does not let the line speak: break in, the second time to fetch a person, and then end the call."""
    if state.phase is Phase.PERSON:
        return people.meanwhile(state, context)
    why = "the caller speaks without a pause"
    if times == 1:
        return Decision(
            state=state,
            say=(phrase("break_in"), state.question or phrase("ask_request")),
            listening=same_question(state, context),
            decided="break in",
            why=why,
        )
    if times == 2 and context.circumstances.people_available:
        return people.fetch(state, context, reason=why, opening="fetching_breaking_in")
    return Decision(
        state=state.model_copy(update={"phase": Phase.ENDED}),
        say=(phrase("talk_goodbye", phone=context.phone),),
        decided="end after endless speech",
        why=why,
        hang_up=True,
    )
