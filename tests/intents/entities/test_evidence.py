from __future__ import annotations

import pytest

from intents.entities.evidence import combine
from intents.entities.postcode import read_postcode
from intents.gazetteer import Gazetteer
from intents.understanding import Value


def heard(value: str, probability: float, *others: tuple[str, float]) -> Value:
    return Value(
        "postcode", value, value, probability, alternatives=tuple(Value("postcode", o, o, p) for o, p in others)
    )


def test_one_attempt_stays_as_it_was() -> None:
    assert combine([heard("QA1 4TB", 0.6)]) == heard("QA1 4TB", 0.6)


def test_what_was_half_heard_twice_is_surer_than_once() -> None:
    attempts = [heard("QA1 4TB", 0.5, ("QA1 4DB", 0.4)), heard("QA1 4TB", 0.5, ("QA1 4PB", 0.4))]
    assert combine(attempts).value == "QA1 4TB"
    assert combine(attempts).probability > 0.9


def test_a_second_choice_that_is_confirmed_wins() -> None:
    attempts = [heard("QA1 4DB", 0.5, ("QA1 4TB", 0.45)), heard("QA1 4TB", 0.9)]
    assert combine(attempts).value == "QA1 4TB"


def test_two_attempts_that_disagree_leave_both_open() -> None:
    both = combine([heard("QA1 4TB", 0.6), heard("QA3 7FS", 0.6)])
    assert both.probability < 0.6
    assert len(both.alternatives) == 1


def test_nothing_cannot_be_combined() -> None:
    with pytest.raises(ValueError, match="at least one"):
        combine([])


def test_two_halves_of_a_postcode_make_a_whole(gazetteer: Gazetteer) -> None:
    known = gazetteer.postcodes
    attempts = [
        *read_postcode("Q A 1 4 t", known=known, expected=True),
        *read_postcode("one four T B", known=known, expected=True),
    ]
    assert combine(attempts).value == "QA1 4TB"
