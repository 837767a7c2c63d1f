"""The keypad as an answer, everywhere something can be keyed in."""

from __future__ import annotations

from datetime import date

import pytest

from agent import keys
from agent.state import Option
from intents.service import Mapping, Slot
from intents.understanding import Value

TODAY = date(2026, 11, 27)
BIN = Slot(
    type="categorical",
    values=("refuse", "recycling", "garden_waste"),
    spoken={"refuse": "rubbish"},
    mappings=(Mapping(entity="bin_type"),),
)


def slot(entity: str) -> Slot:
    return Slot(mappings=(Mapping(entity=entity),))


@pytest.mark.parametrize(
    ("pressed", "day"),
    [("2512", "2026-12-25"), ("0101", "2027-01-01"), ("2011", "2026-11-20"), ("03052027", "2027-05-03")],
)
def test_a_date_is_the_day_and_the_month_nearest_to_today(pressed: str, day: str) -> None:
    (value,) = keys.value(pressed, slot("date"), TODAY)
    assert (value.entity, value.value, value.probability) == ("date", day, 1.0)


@pytest.mark.parametrize("pressed", ["3113", "0002", "12", "3002", "*", ""])
def test_what_is_no_date_is_none(pressed: str) -> None:
    assert keys.value(pressed, slot("date"), TODAY) == ()


def test_a_choice_is_the_number_of_its_value() -> None:
    assert keys.value("1", BIN, TODAY) == (Value("bin_type", "refuse", "rubbish", 1.0),)
    assert keys.value("3", BIN, TODAY)[0].spoken == "garden waste"
    assert keys.value("4", BIN, TODAY) == ()
    assert keys.value("0", BIN, TODAY) == ()


def test_the_line_says_which_key_is_what() -> None:
    offer = keys.offer(BIN, ())
    assert offer is not None
    assert "1 for rubbish, 2 for recycling, 3 for garden waste" in offer
    options = (Option(key="1", value="a", spoken="14 Mill Lane"), Option(key="2", value="b", spoken="14 Mill Road"))
    assert "1 for 14 Mill Lane, 2 for 14 Mill Road" in (keys.offer(BIN, options) or "")


@pytest.mark.parametrize("entity", ["date", "number", "phone", "yes_no"])
def test_numbers_dates_and_yes_or_no_are_offered(entity: str) -> None:
    assert "keys on your phone" in (keys.offer(slot(entity), ()) or "")


@pytest.mark.parametrize("entity", ["address", "person", "email"])
def test_what_keys_cannot_say_is_not_offered(entity: str) -> None:
    assert keys.offer(slot(entity), ()) is None


@pytest.mark.parametrize(
    ("entity", "one"), [("yes_no", True), ("bin_type", True), (None, True), ("date", False), ("phone", False)]
)
def test_one_key_is_enough_for_a_choice_and_not_for_a_number(entity: str | None, one: bool) -> None:
    assert keys.single(entity) is one
