"""Dates of birth, from several attempts and a recogniser's alternatives."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intents.entities.births import read_births

TODAY = date(2026, 11, 27)


@pytest.mark.parametrize(
    "heard",
    [
        "28th of March 1949",
        "the twenty eighth of March nineteen forty nine",
        "28 03 1949",
        "28 3 49",
        "March 28th 1949",
        "2803 1949",
        "28th march 1940 9",
        "28 March 1940 nine",
        "it's the 28th of the 3rd 1949",
    ],
)
def test_a_date_is_read_however_it_is_said(heard: str) -> None:
    (value,) = read_births([(heard,)], TODAY)
    assert value.value == "1949-03-28"


def test_what_was_misheard_in_different_places_adds_up() -> None:
    heard = [("28th of March 1940 for",), ("20 8th of March 1949",), ("28th of much 1949",)]
    (value,) = read_births(heard, TODAY)
    assert (value.value, value.probability > 0.9) == ("1949-03-28", True)


def test_the_day_stands_before_the_month() -> None:
    (value,) = read_births([("03 04 1962",)], TODAY)
    assert value.value == "1962-04-03"
    assert "1962-03-04" in {other.value for other in value.alternatives}


def test_what_is_no_date_gives_none_and_nobody_is_born_tomorrow() -> None:
    assert read_births([("I would rather not say",)], TODAY) == ()
    assert read_births([()], TODAY) == ()
    (value,) = read_births([("28th of November 2026",)], TODAY)
    assert value.value != "2026-11-28"


@settings(max_examples=60, deadline=None)
@given(attempts=st.lists(st.lists(st.text(max_size=80), max_size=3), max_size=3))
def test_nothing_that_is_said_breaks_the_reader(attempts: list[list[str]]) -> None:
    for value in read_births(attempts, TODAY):
        assert 0 <= value.probability <= 1
        assert date.fromisoformat(value.value) <= TODAY


def test_ten_thousand_characters_are_read() -> None:
    for piece in ("a ", "1", "28 03 49 ", "\U0001f600", "march "):
        read_births([((piece * 10_000)[:10_000],)], TODAY)
