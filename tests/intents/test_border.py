"""Telling what is the council's business from what is not."""

from __future__ import annotations

import numpy as np

from intents.border import FOLDS, Border
from intents.encoder import Encoder

INSIDE = ("my bin was missed", "there's a pothole", "loud music next door", "the lamp is out", "a dead fox", "my rent")
OUTSIDE = ("a large pepperoni", "play some Adele", "my flight's cancelled", "tell me a joke", "book a haircut",
           "fix my printer", "who won the match", "my cat needs the vet")  # fmt: skip


def test_new_utterances_fall_on_their_own_side(encoder: Encoder) -> None:
    border = Border.fit(encoder.embed(INSIDE), encoder.embed(OUTSIDE))
    ours, others = border.scores(encoder.embed(["the bins are full", "two tickets for the film please"]))
    assert ours > others


def test_no_utterance_is_scored_by_what_saw_it(encoder: Encoder) -> None:
    inside, outside = encoder.embed(INSIDE), encoder.embed(OUTSIDE)
    seen = Border.fit(inside, outside)
    ours, others = Border.out_of_fold(inside, outside)
    assert ours.mean() < seen.scores(inside).mean()
    assert others.mean() > seen.scores(outside).mean()


def test_without_strays_nothing_is_said_about_any_utterance(encoder: Encoder) -> None:
    inside = encoder.embed(INSIDE)
    assert not Border.fit(inside, inside[:0]).scores(inside).any()
    ours, others = Border.out_of_fold(inside, inside[: FOLDS - 1])
    assert not np.concatenate([ours, others]).any()
