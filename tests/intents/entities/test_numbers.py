from __future__ import annotations

import pytest

from intents.entities.money import read_money
from intents.entities.numbers import read_number
from intents.entities.phone import grouped, read_phone
from intents.entities.times import read_time


@pytest.mark.parametrize(
    ("said", "numbers"),
    [
        ("two hundred and six", ["206"]),
        ("three thousand two hundred", ["3200"]),
        ("1,250", ["1250"]),
        ("two bags and a sofa", ["2"]),
        ("half a dozen", ["6"]),
        ("twenty first", ["21"]),
        ("a couple of chairs", ["2"]),
        ("just me", ["1"]),
        ("none", ["0"]),
    ],
)
def test_numbers_in_words_and_figures(said: str, numbers: list[str]) -> None:
    assert [value.value for value in read_number(said, expected=True)] == numbers


def test_thirteen_and_thirty_are_each_others_alternative() -> None:
    (value,) = read_number("thirteen", expected=True)
    assert [other.value for other in value.alternatives] == ["30"]


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("oh seven seven double oh, nine hundred, one two three", "07700900123"),
        ("07700 900123", "07700900123"),
        ("it's 01632 960 123", "01632960123"),
        ("zero two oh seven nine four six oh one two three", "02079460123"),
        ("plus four four seven seven oh oh nine oh oh one two three", "07700900123"),
        ("07,700,900,123", "07700900123"),
        ("oh one six three two, nine sixty, triple one", "01632960111"),
    ],
)
def test_telephone_numbers_in_groups(said: str, number: str) -> None:
    (value,) = read_phone(said, expected=True)
    assert (value.value, value.probability > 0.9) == (number, True)


def test_a_number_that_lacks_a_digit_is_unsure() -> None:
    values = read_phone("07700 900 12", expected=True)
    assert all(value.probability < 0.75 for value in values)


def test_a_number_is_said_back_in_groups() -> None:
    assert grouped("07700900123") == "07700 900 123"
    assert grouped("02079460123") == "020 7946 0123"
    assert grouped("08081570123") == "0808 157 0123"


@pytest.mark.parametrize(
    ("said", "pounds"),
    [
        ("forty-five pounds sixty", "45.60"),
        ("£12.50", "12.50"),
        ("ninety p", "0.90"),
        ("a tenner", "10.00"),
        ("five pounds and ten pence", "5.10"),
        ("one hundred and twenty pounds", "120.00"),
        ("£1,250", "1250.00"),
        ("twelve fifty", "12.50"),
    ],
)
def test_amounts(said: str, pounds: str) -> None:
    assert [value.value for value in read_money(said, expected=True)] == [pounds]


@pytest.mark.parametrize(
    ("said", "time"),
    [
        ("half seven in the evening", "19:30"),
        ("half seven", "07:30"),
        ("quarter to nine", "08:45"),
        ("about three in the afternoon", "15:00"),
        ("7 pm", "19:00"),
        ("8.30 a.m.", "08:30"),
        ("14:00", "14:00"),
        ("twenty to six", "17:40"),
        ("noon", "12:00"),
        ("nine o'clock", "09:00"),
    ],
)
def test_times(said: str, time: str) -> None:
    assert read_time(said, expected=True)[0].value == time


def test_an_hour_without_its_half_of_the_day_has_the_other_as_alternative() -> None:
    (value,) = read_time("half seven", expected=True)
    assert [other.value for other in value.alternatives] == ["19:30"]


@pytest.mark.parametrize(
    ("said", "number"), [("six and a half", "6.5"), ("one point two five", "1.25"), ("nought", "0"), ("point", None)]
)
def test_fractions_and_nothing(said: str, number: str | None) -> None:
    assert next((value.value for value in read_number(said, expected=True)), None) == number
