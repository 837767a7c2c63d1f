from __future__ import annotations

import pytest

from intents.entities.phone import read_phone


def number(said: str, *others: str, before: str = "") -> str:
    found = read_phone(said, expected=True, others=others, before=before)
    return found[0].value if found and found[0].probability >= 0.4 else ""


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("Come, go double 7, 009, 00864", "07700900864"),
        ("Oh, type all 1, 3, 4, 9, 6, oh, type all 3, 9", "01134960339"),
        ("Go double 1 3 4 9 6 0 3 5 9", "01134960359"),
        ("A 163296 0271", "01632960271"),
        ("It's all 1632 960 07 9", "01632960079"),
        ("077 00 9 00 123", "07700900123"),
        ("077 00900 864", "07700900864"),
    ],
)
def test_what_recognition_makes_of_a_number_is_undone(heard: str, meant: str) -> None:
    assert number(heard) == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("+44 (0)1632 960123", "01632960123"),
        ("0044 7700 900 123", "07700900123"),
        ("447700900123", "07700900123"),
        ("plus three three one four two six eight five three oh oh", "+33142685300"),
    ],
)
def test_the_code_of_a_country_is_understood(said: str, meant: str) -> None:
    assert number(said) == meant


@pytest.mark.parametrize("said", ["07700 900", "01632", "oh seven seven double oh", "07700 900 12", "900123"])
def test_a_part_of_a_number_is_not_acted_on(said: str) -> None:
    (value,) = read_phone(said, expected=True)
    assert value.probability < 0.4


def test_a_number_that_lost_a_digit_may_not_be_taken_for_another() -> None:
    (value,) = read_phone("0770900636", expected=True)
    assert value.probability < 0.4


def test_the_rest_of_a_number_completes_what_was_said_before() -> None:
    assert number("nine hundred, one two three", before="oh seven seven double oh") == "07700900123"


def test_a_number_that_is_said_again_is_weighed_with_the_first_attempt() -> None:
    assert number("07700 900 123", before="0770 900 123") == "07700900123"


def test_other_readings_count_and_a_number_they_agree_on_is_surer() -> None:
    heard = "Oh, dippel 13 496, oh, dippel 5 3"
    alone = read_phone(heard, expected=True)[0].probability
    (together,) = read_phone(heard, expected=True, others=("0113 496 0553",))
    assert together.value == "01134960553"
    assert together.probability > alone


def test_of_two_numbers_in_a_breath_neither_is_sure() -> None:
    (value,) = read_phone("07700 900 123 or 01632 960 100", expected=True)
    assert value.probability < 0.8


@pytest.mark.parametrize("said", ["no", "I haven't got one", "", "the second of May", "three or four"])
def test_what_holds_no_number_is_none(said: str) -> None:
    assert number(said) == ""


def test_only_a_plain_number_is_found_where_none_was_asked_for() -> None:
    (value,) = read_phone("you can ring me on 07700 900 123 after six", expected=False)
    assert value.value == "07700900123"
    assert read_phone("Come, go double 7, 009, 00864", expected=False) == ()
