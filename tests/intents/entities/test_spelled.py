from __future__ import annotations

import pytest

from intents.entities.email import read_email
from intents.entities.person import read_person
from intents.entities.reference import read_reference
from intents.entities.registration import read_registration
from intents.entities.spelled import spelled_runs


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("john dot smith at gmail dot com", "john.smith@gmail.com"),
        ("J S M I T H all one word at hotmail dot co dot uk", "jsmith@hotmail.co.uk"),
        ("my email is John.Smith@gmail.com", "john.smith@gmail.com"),
        ("it's mary jones 42 at b t internet dot com", "maryjones42@btinternet.com"),
        ("sally underscore b at g mail dot com.", "sally_b@gmail.com"),
        ("s for sugar m i t h at yahoo dot co dot uk", "smith@yahoo.co.uk"),
    ],
)
def test_email_addresses(said: str, address: str) -> None:
    (value,) = read_email(said, expected=True)
    assert value.value == address


def test_being_at_home_is_no_email_address() -> None:
    assert read_email("I am at home", expected=True) == ()


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("it's John Smith", "John Smith"),
        ("Smith, spelled S M I T H", "Smith"),
        ("my name is mary o'brien", "Mary O'Brien"),
        ("John Smyth, S M Y T H E", "John Smythe"),
        ("Mrs Patel speaking", "Mrs Patel"),
        ("yes this is Doctor Ahmed Khan", "Dr Ahmed Khan"),
        ("my name's Jean mcdonald", "Jean McDonald"),
    ],
)
def test_names(said: str, name: str) -> None:
    (value,) = read_person(said, expected=True)
    assert value.value == name


@pytest.mark.parametrize("said", ["my bin was missed", "it's number 14", "yes", "I don't know"])
def test_nobody_is_named_by_accident(said: str) -> None:
    assert read_person(said, expected=False) == ()


@pytest.mark.parametrize(
    ("said", "reference"),
    [
        ("AB-4729", "AB-4729"),
        ("A B four seven two nine", "AB-4729"),
        ("ab 4729", "AB-4729"),
        ("my reference is alpha bravo 4 7 double 2", "AB-4722"),
        ("A B, oh one two three", "AB-0123"),
    ],
)
def test_references(said: str, reference: str) -> None:
    assert read_reference(said, expected=True)[0].value == reference


@pytest.mark.parametrize(
    ("said", "plate"),
    [
        ("AB12 CDE", "AB12 CDE"),
        ("a b one two c d e", "AB12 CDE"),
        ("kilo victor zero seven x-ray yankee zulu", "KV07 XYZ"),
        ("K V oh seven X Y Z", "KV07 XYZ"),
        ("P123 ABC", "P123ABC"),
    ],
)
def test_registrations(said: str, plate: str) -> None:
    assert read_registration(said, expected=True)[0].value == plate


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Ann Marsh, Anne with an E, A N N E", "Anne Marsh"),
        ("Mary O'Brien, O apostrophe B R I E N", "Mary O'Brien"),
        ("Li Wei, L I, W E I", "Li Wei"),
        ("Catherine Jones, Catherine with a C", "Catherine Jones"),
    ],
)
def test_what_is_said_about_letters_is_no_part_of_a_name(said: str, name: str) -> None:
    (value,) = read_person(said, expected=True)
    assert value.value == name


def test_four_after_a_letter_is_a_digit_unless_it_explains() -> None:
    assert spelled_runs("x s four seven one two".split())[0].symbols == "XS4712"
    assert spelled_runs("s for sugar".split())[0].symbols == "S"
