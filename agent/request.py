"""Finding out what the caller wants, with as few questions as the probabilities allow."""

from __future__ import annotations

from agent import closing, form, manners, people, unanswered
from agent.confidence import Step, step_for_intent
from agent.context import Context
from agent.decision import Decision, Listening
from agent.filling import fits
from agent.phrases import phrase
from agent.state import CallState, Option, Phase, SaidValue, Story
from intents.entities.phrases import Act
from intents.service import Thresholds
from intents.understanding import Guess, Understanding, Value

_SURE_ENOUGH_TO_QUEUE = 0.5
_OPENED = "opened"


def take(state: CallState, understanding: Understanding, context: Context) -> Decision:
    """The caller has said what it is about."""
    guesses = tuple(g for g in understanding.guesses if g.intent in context.services)
    thresholds = context.services[guesses[0].intent].about.thresholds if guesses else Thresholds()
    step = step_for_intent(guesses, understanding.out_of_scope, thresholds, context.limits)
    if step is Step.GO_ON:
        return _begin(state, guesses[0], understanding, context)
    if step is Step.READ_BACK:
        return _ask_whether(state, guesses[0], understanding, context)
    if step is Step.OFFER_TWO:
        return _ask_which(state, guesses[0], guesses[1], understanding, context)
    if understanding.published is not None:
        page = understanding.published
        said = f"the page {page.page} of {page.updated or 'no date'}, {page.url}"
        return form.anything_else(state, context, page.text, decided="answer from a page", why=said)
    if not understanding.text.strip() and not guesses:
        return manners.not_heard(state, context)
    return _ask_again(state, understanding, context)


def opened(state: CallState, context: Context) -> Decision:
    """The caller has greeted, or said that there is something: what is it?"""
    return Decision(
        state=state.model_copy(update={"facts": {**state.facts, _OPENED: "yes"}}),
        say=(phrase("opening"),),
        decided="ask what it is about",
        why="nothing but a greeting so far",
    )


def only_opening(state: CallState, act: Act) -> bool:
    """Whether nothing but a greeting was said, for the first time."""
    return act is Act.OPENING and _OPENED not in state.facts


def declined(state: CallState, understanding: Understanding) -> bool:
    """Whether a caller who was asked what else there is has nothing after all."""
    first = state.turn == 0 or state.tries > 0 or bool(state.waiting)
    return not first and yes_or_no(understanding) == "no" and not _says_more(understanding)


def more(state: CallState, understanding: Understanding, act: Act, context: Context) -> Decision:
    """The answer to "is there anything else?"."""
    answer = yes_or_no(understanding)
    if act in (Act.GOODBYE, Act.NOTHING_ELSE, Act.THANKS) or (answer == "no" and not _says_more(understanding)):
        return closing.goodbye(state, context)
    if answer == "yes" and not _says_more(understanding):
        return Decision(
            state=state.model_copy(update={"phase": Phase.REQUEST, "tries": 0}),
            say=(phrase("what_else"),),
            decided="ask what else",
            why="the caller has another request",
        )
    if act is Act.NONE and understanding.published is None and not _anything_meant(understanding, context):
        if state.tries >= 1:
            return closing.goodbye(state, context)
        if unanswered.asked(understanding, context):
            return unanswered.offer(state)
        return Decision(
            state=state.model_copy(update={"tries": state.tries + 1}),
            say=(phrase("not_heard"), phrase("anything_else")),
            decided="ask again",
            why="the answer was not clear, and nothing is open",
        )
    return take(state, understanding, context)


def _anything_meant(understanding: Understanding, context: Context) -> bool:
    best = understanding.guesses[0].probability if understanding.guesses else 0.0
    return best >= context.limits.intent_confirm and understanding.out_of_scope < context.limits.out_of_scope


def confirmed(state: CallState, understanding: Understanding, context: Context) -> Decision:
    """The answer to "is it about …?"."""
    asked_about = state.options[0].value
    answer = yes_or_no(understanding)
    if answer == "yes":
        guess = Guess(asked_about, 1.0)
        return _begin(_settled(state), guess, _kept_words(state, understanding), context)
    if answer is None and fits(context.services[asked_about], understanding):
        guess = Guess(asked_about, 1.0)
        return _begin(_settled(state), guess, _kept_words(state, understanding), context)
    if _something_else(state, understanding, context):
        return _take_instead(state, understanding, context)
    if answer == "no":
        if state.service:
            return form.carry_on(_settled(state), context, phrase("stay"))
        return _ask_again(_settled(state), understanding, context)
    return manners.ask_again(state, context, phrase("confirm_intent", intent=context.noun(asked_about)), yes_no=True)


def chosen(state: CallState, understanding: Understanding, context: Context) -> Decision:
    """The answer to "is it about A, or B?"."""
    offered = [option.value for option in state.options]
    for value in understanding.values:
        if value.entity == "choice" and value.value in offered:
            return _begin(_settled(state), Guess(value.value, 1.0), _kept_words(state, understanding), context)
    nearest = [g for g in understanding.guesses if g.intent in offered]
    if nearest and understanding.guesses[0].probability >= context.limits.intent_confirm and _says_more(understanding):
        best = understanding.guesses[0]
        if best.intent in offered or best.probability >= context.limits.intent_accept:
            return _begin(_settled(state), Guess(best.intent, 1.0), _kept_words(state, understanding), context)
    if _something_else(state, understanding, context):
        return _take_instead(state, understanding, context)
    if yes_or_no(understanding) == "no":
        return _ask_again(_settled(state), understanding, context)
    first, second = (context.noun(intent) for intent in offered[:2])
    return manners.ask_again(state, context, phrase("choose_intent", first=first, second=second))


def yes_or_no(understanding: Understanding) -> str | None:
    """`"yes"`, `"no"`, or `None` where neither was said."""
    return next((v.value for v in understanding.values if v.entity == "yes_no"), None)


def _says_more(understanding: Understanding) -> bool:
    """Whether more than a bare yes or no was said."""
    return len(understanding.text.split()) > 3


def _begin(state: CallState, guess: Guess, understanding: Understanding, context: Context) -> Decision:
    further = tuple(g.intent for g in understanding.also if g.probability >= _SURE_ENOUGH_TO_QUEUE)
    waiting = tuple(dict.fromkeys((*state.waiting, *(i for i in further if i != guess.intent))))
    why = f"{guess.intent} at {guess.probability:.2f}"
    fresh = state.model_copy(update={"waiting": waiting, "tries": 0, "certainty": guess.probability})
    return form.begin(fresh, guess.intent, understanding, context, why=why)


def _ask_whether(state: CallState, guess: Guess, understanding: Understanding, context: Context) -> Decision:
    return Decision(
        state=state.model_copy(
            update={
                "phase": Phase.CONFIRM_INTENT,
                "options": (Option(key="1", value=guess.intent, spoken=context.noun(guess.intent)),),
                "story": _story(understanding),
            }
        ),
        say=(phrase("confirm_intent", intent=context.noun(guess.intent)),),
        listening=Listening(entity="yes_no"),
        decided="ask whether it is this",
        why=f"{guess.intent} at only {guess.probability:.2f}",
    )


def _ask_which(
    state: CallState, first: Guess, second: Guess, understanding: Understanding, context: Context
) -> Decision:
    nouns = tuple(context.noun(g.intent) for g in (first, second))
    options = tuple(
        Option(key=str(n), value=g.intent, spoken=noun)
        for n, (g, noun) in enumerate(zip((first, second), nouns, strict=True), start=1)
    )
    return Decision(
        state=state.model_copy(
            update={
                "phase": Phase.CHOOSE_INTENT,
                "options": options,
                "story": _story(understanding),
            }
        ),
        say=(phrase("choose_intent", first=nouns[0], second=nouns[1]),),
        listening=Listening(entity="choice"),
        decided="offer the two nearest",
        why=f"{first.intent} at {first.probability:.2f}, {second.intent} at {second.probability:.2f}",
    )


def _ask_again(state: CallState, understanding: Understanding, context: Context) -> Decision:
    if state.tries == 0 and unanswered.asked(understanding, context):
        return unanswered.offer(state)
    if state.tries >= 1:
        return people.fetch(
            state, context, reason="the line did not understand what was wanted", opening="fetching_after_trouble"
        )
    why = f"out of scope at {understanding.out_of_scope:.2f}" if understanding.guesses else "no words to go by"
    return Decision(
        state=state.model_copy(
            update={
                "phase": Phase.REQUEST,
                "tries": state.tries + 1,
                "failed": (*state.failed, "what the call is about"),
            }
        ),
        say=(phrase("not_understood"), phrase("ask_request_again")),
        decided="ask again in other words",
        why=why,
    )


def _settled(state: CallState) -> CallState:
    return state.model_copy(update={"options": (), "tries": 0})


def _something_else(state: CallState, understanding: Understanding, context: Context) -> bool:
    """Whether the answer to an offer names a request that was neither offered nor is open."""
    known = {state.service, *(option.value for option in state.options)}
    if not understanding.guesses or understanding.guesses[0].intent in known or not _says_more(understanding):
        return False
    return _anything_meant(understanding, context)


def _take_instead(state: CallState, understanding: Understanding, context: Context) -> Decision:
    """What was offered was not it; offering the wrong things again and again ends with a person."""
    tried = state.model_copy(update={"options": (), "tries": state.tries + 1})
    return take(tried, understanding, context) if tried.tries <= 2 else _ask_again(tried, understanding, context)


def _story(understanding: Understanding) -> Story:
    values = tuple(
        SaidValue(entity=v.entity, value=v.value, spoken=v.spoken, probability=v.probability)
        for v in understanding.values
        if v.entity != "yes_no"
    )
    return Story(text=understanding.text, values=values)


def _kept_words(state: CallState, understanding: Understanding) -> Understanding:
    """The caller's first words with the values in them, and the new values, so that nothing has to be said twice."""
    story = state.story or Story(text="")
    new = tuple(v for v in understanding.values if v.entity != "yes_no")
    known = {v.entity for v in new}
    kept = tuple(Value(v.entity, v.value, v.spoken, v.probability) for v in story.values if v.entity not in known)
    return Understanding(text=story.text or understanding.text, guesses=understanding.guesses, values=(*new, *kept))
