from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intents.entities.completeness import completeness
from intents.entities.phrases import read_act
from intents.entities.reading import read_values
from intents.entities.tokens import listed
from intents.gazetteer import Gazetteer
from intents.service import BUILT_IN_ENTITIES
from intents.understanding import Value

ENTITIES = (*sorted(BUILT_IN_ENTITIES), "bin_type")
BINS = {"bin_type": {"refuse": ("black bin", "rubbish"), "recycling": ("blue bin", "recycling bin")}}
TODAY = date(2026, 11, 24)


def read(gazetteer: Gazetteer | None, text: str, expecting: str | None = None) -> dict[str, Value]:
    values = read_values(text, entities=ENTITIES, gazetteer=gazetteer, choices=BINS, today=TODAY, expecting=expecting)
    return {value.entity: value for value in reversed(values)}


def test_several_values_of_one_sentence_are_all_read(gazetteer: Gazetteer) -> None:
    found = read(gazetteer, "my blue bin was missed on Friday at 14 Mill Lane QA1 4TB")
    assert found["bin_type"].value == "recycling"
    assert found["date"].value == "2026-11-20"
    assert found["postcode"].value == "QA1 4TB"
    assert found["address"].spoken == "14 Mill Lane"
    assert "number" not in found


def test_the_expected_value_comes_first_and_owns_its_words(gazetteer: Gazetteer) -> None:
    values = read_values(
        "07700 900 123", entities=ENTITIES, gazetteer=gazetteer, choices=BINS, today=TODAY, expecting="phone"
    )
    assert [value.entity for value in values] == ["phone"]


def test_a_no_with_a_correction_gives_both(gazetteer: Gazetteer) -> None:
    found = read(gazetteer, "no, number fourteen", "yes_no")
    assert (found["yes_no"].value, found["number"].value) == ("no", "14")


def test_without_a_gazetteer_there_are_no_places() -> None:
    found = read(None, "14 Mill Lane, C B one two J B", "postcode")
    assert found["postcode"].value == "CB1 2JB"
    assert not found.keys() & {"address", "street", "location"}


def test_the_question_says_which_way_a_date_points(gazetteer: Gazetteer) -> None:
    assert read(gazetteer, "Monday", "date:past")["date"].value == "2026-11-23"
    assert read(gazetteer, "Monday", "date:future")["date"].value == "2026-11-30"


WORDS = st.lists(
    st.sampled_from(
        [
            *"qa14tb@£.,'-",
            *listed(
                "mill lane double oh four hundred and a week last next tuesday to past half at dot com no yes not the"
            ),
            *listed("first of twenty two quebec for bertie person ago 07700 1,250 24/11/26 £12.50 st john's flat"),
            "9" * 17,
        ]
    ),
    max_size=60,
).map(" ".join)


@pytest.mark.parametrize("expecting", [None, *ENTITIES])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.one_of(st.text(max_size=200), WORDS))
def test_nothing_that_is_said_breaks_the_readers(gazetteer: Gazetteer, expecting: str | None, text: str) -> None:
    for value in read(gazetteer, text, expecting).values():
        assert 0 <= value.probability <= 1
        assert 0 <= value.span[0] <= value.span[1] <= len(text)
        assert value.value
    assert 0 <= completeness(text, expecting) <= 1
    read_act(text)


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "piece", ["a ", "1", "mill lane ", "double ", "no ", "\U0001f600", "a@", "half past ", "9" * 50 + " "]
)
def test_ten_thousand_characters_are_read_in_bounded_time(gazetteer: Gazetteer, piece: str) -> None:
    text = (piece * 10_000)[:10_000]
    for expecting in (None, "postcode", "email", "address", "phone"):
        read(gazetteer, text, expecting)
        completeness(text, expecting)
    read_act(text)
