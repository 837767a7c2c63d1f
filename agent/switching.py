"""A change of mind: another request that is named while one is open."""

from __future__ import annotations

from agent.context import Context
from agent.decision import Decision, Listening
from agent.phrases import phrase
from agent.state import CallState, Option, Phase
from intents.understanding import Understanding


def other_request(state: CallState, understanding: Understanding, context: Context) -> str | None:
    """Another service that was clearly named in the middle of this one."""
    if len(understanding.text.split()) < 4 or understanding.out_of_scope >= context.limits.out_of_scope:
        return None
    best = understanding.guesses[0] if understanding.guesses else None
    if best is None or best.intent == state.service or best.intent not in context.services:
        return None
    return best.intent if best.probability >= context.limits.switch else None


def offer(state: CallState, intent: str, context: Context) -> Decision:
    """Ask whether to leave what is open."""
    return Decision(
        state=state.model_copy(
            update={
                "phase": Phase.CONFIRM_INTENT,
                "options": (Option(key="1", value=intent, spoken=context.noun(intent)),),
            }
        ),
        say=(phrase("switch", intent=context.noun(intent)),),
        listening=Listening(entity="yes_no"),
        decided="ask whether to switch",
        why=f"{intent} was named in the middle of {state.service}",
    )
