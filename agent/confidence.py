"""One table that turns probabilities into what the line does next."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from intents.service import Thresholds
from intents.understanding import Guess


class Step(StrEnum):
    """The ladder of confidence, from sure to not at all."""

    GO_ON = "go on"
    READ_BACK = "read back"
    OFFER_TWO = "offer the two nearest"
    ASK_AGAIN = "ask again"


@dataclass(frozen=True, slots=True)
class Limits:
    """Probabilities (0 to 1) at and above which a step is taken."""

    intent_accept: float = 0.60
    intent_confirm: float = 0.34
    pair: float = 0.45
    """Two candidates are offered when together they reach this."""
    out_of_scope: float = 0.50
    """Above this nothing the council does is meant."""
    value_accept: float = 0.80
    value_confirm: float = 0.40
    switch: float = 0.80
    """A different request in the middle of a form is offered only above this."""


LIMITS = Limits()


def step_for_intent(
    guesses: tuple[Guess, ...], out_of_scope: float, thresholds: Thresholds, limits: Limits = LIMITS
) -> Step:
    """What to do with the best candidates; `thresholds` are those of the best one's service."""
    if not guesses or out_of_scope >= limits.out_of_scope:
        return Step.ASK_AGAIN
    best = guesses[0].probability
    accept = limits.intent_accept if thresholds.accept is None else thresholds.accept
    confirm = limits.intent_confirm if thresholds.confirm is None else thresholds.confirm
    if best >= accept:
        return Step.GO_ON
    second = guesses[1].probability if len(guesses) > 1 else 0.0
    if second >= best / 2 and best + second >= limits.pair:
        return Step.OFFER_TWO
    if best >= confirm:
        return Step.READ_BACK
    return Step.ASK_AGAIN


def step_for_value(probability: float, rivals: int, limits: Limits = LIMITS) -> Step:
    """What to do with one value that has `rivals` other readings nearly as likely."""
    if probability >= limits.value_accept:
        return Step.GO_ON
    if rivals and probability < limits.value_accept:
        return Step.OFFER_TWO
    if probability >= limits.value_confirm:
        return Step.READ_BACK
    return Step.ASK_AGAIN
