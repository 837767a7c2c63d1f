"""Fetching a person, and the call back when nobody can come."""

from __future__ import annotations

from agent import closing
from agent.context import Context
from agent.decision import Decision, Listening
from agent.inputs import Kept
from agent.phrases import phrase
from agent.state import CallbackDraft, CallState, Filed, HandoffDraft, Phase
from intents.entities.phrases import Act
from intents.understanding import Understanding, Value

_GENERAL_TEAM = "Contact centre"


def fetch(
    state: CallState,
    context: Context,
    *,
    reason: str,
    opening: str = "fetching",
    urgent: bool = False,
    words: tuple[str, ...] = (),
) -> Decision:
    """Put the caller through; when nobody is there, arrange a call back at once."""
    if state.phase is Phase.PERSON:
        return meanwhile(state, context, *words)
    if not context.circumstances.people_available:
        return offer_callback(state, context, *words, phrase("closed"), why=f"{reason}; nobody is at work")
    service = context.service(state)
    rule = service.about.handoff if service else None
    team = (rule.team if rule else None) or (service.about.team if service else _GENERAL_TEAM)
    draft = HandoffDraft(key=f"{state.call_id}:{state.turn}:handoff", reason=reason, team=team, urgent=urgent)
    facts = {**state.facts, "handoff_key": draft.key}
    return Decision(
        state=state.model_copy(update={"phase": Phase.PERSON, "tries": 0, "facts": facts}),
        say=(*words, phrase(opening)),
        effects=(draft,),
        decided="fetch a person",
        why=reason,
    )


def meanwhile(state: CallState, context: Context, *words: str) -> Decision:
    """The caller speaks while a person is being fetched."""
    return Decision(
        state=state,
        say=(*words, phrase("still_waiting")),
        decided="wait",
        why="a person is being fetched",
    )


def handoff_kept(state: CallState, kept: Kept) -> Decision:
    """The request for a person stands in the store; nothing more to say."""
    filed = tuple(
        Filed(service=state.service or "", reference=r.reference, kind="handoff")
        for r in kept.recorded
        if r.kind == "handoff" and r.reference not in {f.reference for f in state.filed}
    )
    return Decision(
        state=state.model_copy(update={"facts": {**state.facts, "handoff": filed[-1].reference if filed else ""}}),
        decided="wait for a person",
        why="the handoff is kept",
    )


def offer_callback(state: CallState, context: Context, *opening: str, why: str) -> Decision:
    """Nobody can come now: offer a call back in the next window."""
    window = phrase("callback_offer", window=context.circumstances.callback_spoken)
    own = state.caller_phone
    question = phrase("callback_this_number", phone=own) if own else phrase("callback_number")
    facts = {**state.facts, "callback_reason": why}
    if own:
        facts["callback_phone"] = own
    return Decision(
        state=state.model_copy(update={"phase": Phase.CALLBACK_NUMBER, "tries": 0, "facts": facts}),
        say=(*opening, window, question),
        listening=Listening(entity="yes_no" if own else "phone"),
        decided="offer a call back",
        why=why,
    )


def callback_number(state: CallState, understanding: Understanding, act: Act, context: Context) -> Decision:
    """The answer to "which number should we ring?" or "is that right?"."""
    said = next((v for v in understanding.values if v.entity == "phone"), None)
    given = said if said is not None and said.probability >= context.limits.value_confirm else None
    answer = next((v.value for v in understanding.values if v.entity == "yes_no"), None)
    known = state.facts.get("callback_phone")
    if given is not None:
        return _read_number_back(state, given)
    if answer == "yes" and known:
        return _promise(state, known, context)
    if answer == "no" and known:
        facts = {name: value for name, value in state.facts.items() if name != "callback_phone"}
        return Decision(
            state=state.model_copy(update={"facts": facts}),
            say=(phrase("callback_number"),),
            listening=Listening(entity="phone"),
            decided="ask for another number",
        )
    if answer == "no" or act is Act.GOODBYE or state.tries >= 1:
        return _declined(state, context)
    heard = {"partial_heard": understanding.text} if said is not None else {}
    return Decision(
        state=state.model_copy(update={"tries": state.tries + 1, "facts": {**state.facts, **heard}}),
        say=(phrase("callback_number_again"),),
        listening=Listening(entity="phone"),
        decided="ask again",
        why="no phone number was understood",
    )


def _read_number_back(state: CallState, given: Value) -> Decision:
    return Decision(
        state=state.model_copy(update={"facts": {**state.facts, "callback_phone": given.value}, "tries": 0}),
        say=(phrase("callback_confirm", phone=given.spoken),),
        listening=Listening(entity="yes_no"),
        decided="read the number back",
        why=f"a phone number at {given.probability:.2f}",
    )


def _declined(state: CallState, context: Context) -> Decision:
    said = phrase("callback_declined", phone=context.phone)
    booked = state.facts.get("handoff_key")
    if booked is None:
        return closing.ask_for_more(state, said, decided="no call back", why="declined, or no number")
    draft = _callback(state, "", context).model_copy(update={"cancelled": True})
    return Decision(state=state, say=(said,), effects=(draft,), decided="take the call back back", why="declined")


def _promise(state: CallState, phone: str, context: Context) -> Decision:
    draft = _callback(state, phone, context)
    return Decision(
        state=state,
        say=(phrase("agreed"),),
        effects=(draft,),
        decided="book the call back",
        why="the caller said yes",
    )


def _callback(state: CallState, phone: str, context: Context) -> CallbackDraft:
    service = context.service(state)
    before = state.facts.get("handoff_key", f"{state.call_id}:{state.turn}")
    return CallbackDraft(
        key=f"{before}:callback",
        phone=phone,
        reason=state.facts.get("callback_reason", ""),
        team=service.about.team if service else _GENERAL_TEAM,
        window=context.circumstances.callback_window,
    )


def callback_kept(state: CallState, kept: Kept, context: Context) -> Decision:
    """The promise stands in the store, so it may be said aloud; or it was taken back."""
    phone = state.facts.get("callback_phone", "")
    if not phone:
        return closing.ask_for_more(state, decided="no call back", why="declined, or no number")
    reference = next(r.reference for r in kept.recorded if r.kind == "callback")
    filed = (*state.filed, Filed(service=state.service or "", reference=reference, kind="callback"))
    said = phrase("callback_done", window=context.circumstances.callback_spoken, phone=phone, reference=reference)
    return closing.ask_for_more(
        state.model_copy(update={"filed": filed}), said, decided="confirm the call back", why="it is kept"
    )


def nothing_kept(state: CallState, context: Context) -> Decision:
    """The store failed: promise nothing, and bring a person or, where that cannot be kept either, say when to ring."""
    failed = state.model_copy(update={"failed": (*state.failed, "saving")})
    if state.phase is not Phase.PERSON and context.circumstances.people_available:
        return fetch(failed, context, reason="the line could not save the request", opening="not_kept", urgent=True)
    facts = {name: value for name, value in failed.facts.items() if name != "handoff_key"}
    return closing.ask_for_more(
        failed.model_copy(update={"facts": facts}),
        phrase("not_kept_ring", phone=context.phone),
        decided="say that nothing was saved",
        why="the store could not be written",
    )
