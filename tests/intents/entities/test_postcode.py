from __future__ import annotations

import pytest

from intents.entities.postcode import read_attempts, read_postcode
from intents.gazetteer import Gazetteer


@pytest.mark.parametrize(
    "said",
    [
        "QA1 4TB.",
        "Q a one four t b",
        "qa14tb",
        "it's Q A one, four T B",
        "quebec alpha one four tango bravo",
        "q for queen a for apple 1 4 t for tommy b for bertie",
        "cue a 1 4 tb",
        "QA one forty B",
        "um it's er Q A 1 4 T B thanks",
        "Queue A14TB",
        "my bin was missed at QA1 4TB last week",
        "sorry, Q A 1, erm, 4 T B",
        "Q, A, 1, 4, T, B.",
    ],
)
def test_a_postcode_of_the_council_is_read_however_it_is_spelled(gazetteer: Gazetteer, said: str) -> None:
    (value,) = read_postcode(said, known=gazetteer.postcodes, expected=True)
    assert (value.value, value.probability > 0.9) == ("QA1 4TB", True)


@pytest.mark.parametrize(
    ("said", "postcode"),
    [
        ("C B one two J B", "CB1 2JB"),
        ("CB12JB", "CB1 2JB"),
        ("Charlie Bravo one double two J B", "CB12 2JB"),
        ("SW1A 1AA", "SW1A 1AA"),
        ("C for Charlie, B for Bertie, one, two, J B", "CB1 2JB"),
        ("M one one A E", "M1 1AE"),
    ],
)
def test_a_postcode_from_elsewhere_is_read_but_is_never_sure(gazetteer: Gazetteer, said: str, postcode: str) -> None:
    (value,) = read_postcode(said, known=gazetteer.postcodes, expected=True)
    assert value.value == postcode
    assert value.probability < 0.95
    assert read_postcode(said, expected=True)[0].value == postcode


def test_what_sounds_alike_is_offered_as_an_alternative(gazetteer: Gazetteer) -> None:
    (value,) = read_postcode("Q A 1 4 D B", known=gazetteer.postcodes, expected=True)
    assert value.value == "QA1 4TB"
    assert value.probability < 0.99
    assert value.alternatives


def test_half_a_postcode_is_unsure_and_lists_what_it_may_become(gazetteer: Gazetteer) -> None:
    (value,) = read_postcode("Q A 1 4", known=gazetteer.postcodes, expected=True)
    assert value.probability < 0.5
    assert "QA1 4TB" in {value.value, *(other.value for other in value.alternatives)}


@pytest.mark.parametrize("said", ["", "hello", "my bin was missed", "I have 2 bins and 3 cats", "yes", "I don't know"])
@pytest.mark.parametrize("expected", [True, False])
def test_words_without_a_postcode_give_none(gazetteer: Gazetteer, said: str, expected: bool) -> None:
    assert read_postcode(said, known=gazetteer.postcodes, expected=expected) == ()


def test_one_that_nobody_asked_for_is_found_with_its_place(gazetteer: Gazetteer) -> None:
    said = "the light is out at QA1 4TB again"
    (value,) = read_postcode(said, known=gazetteer.postcodes, expected=False)
    assert said[slice(*value.span)] == "QA1 4TB"


def test_halves_and_mishearings_of_several_attempts_add_up(gazetteer: Gazetteer) -> None:
    (value,) = read_attempts(
        [["Q A 1"], ["my postcode", "my post code"], ["a one four tea bee"]], known=gazetteer.postcodes
    )
    assert value.value == "QA1 4TB"


def test_alternatives_of_the_recogniser_are_weighed_together() -> None:
    (value,) = read_attempts([["C B one two J"], ["C B 1 2 J B", "C P 1 2 J B"]])
    assert value.value == "CB1 2JB"


def test_attempts_without_a_postcode_give_none(gazetteer: Gazetteer) -> None:
    assert read_attempts([["hello"], []], known=gazetteer.postcodes) == ()
    assert read_attempts([], known=gazetteer.postcodes) == ()
