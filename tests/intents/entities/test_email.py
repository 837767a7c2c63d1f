from __future__ import annotations

import pytest

from intents.entities.email import read_email
from intents.entities.mail_domains import NOWHERE, domain_of


@pytest.mark.parametrize(
    ("heard", "address"),
    [
        ("It's John Dot Smith at mael.com.", "john.smith@gmail.com"),
        ("Maria 72 at yawhew.com", "maria72@yahoo.com"),
        ("J. Smith at that mail.co.uk", "j.smith@hotmail.co.uk"),
        ("p.jones.btinternet.com", "p.jones@btinternet.com"),
        ("fred hat gmail.com please", "fred@gmail.com"),
        ("anna underscore lee at out luck dot calm", "anna_lee@outlook.com"),
        ("sue at hot male dot co dot uk", "sue@hotmail.co.uk"),
        ("liz dot green at ashmail dot com", "liz.green@ashmail.com"),
        ("our white at gmail.com", "rwhite@gmail.com"),
        ("Tom.be at live.co.uk", "tom.b@live.co.uk"),
        ("you can get me at sue at at aol.com", "sue@aol.com"),
        ("Jane double five at al.com", "jane55@aol.com"),
        ("info at mill cafe dot co dot uk", "info@millcafe.co.uk"),
    ],
)
def test_well_known_domains_are_known_again_and_others_left_alone(heard: str, address: str) -> None:
    (value,) = read_email(heard, expected=True)
    assert value.value == address


def test_a_domain_that_only_another_reading_has_right_is_taken_from_it() -> None:
    (value,) = read_email("John Dot Smith at dreamwall.com", expected=True, others=("Jon Smith at gmail.com",))
    assert value.value == "john.smith@gmail.com"
    assert value.probability < 0.6


@pytest.mark.parametrize("heard", ["john.smith@gmail.com", "john dot smith at gmail dot com", "j s m i t h at aol.com"])
def test_no_spoken_address_is_so_sure_that_it_is_not_read_back(heard: str) -> None:
    (value,) = read_email(heard, expected=True)
    assert 0.5 < value.probability < 0.8


@pytest.mark.parametrize("heard", ["no", "I am at home", "at", "dot com", "the bin at number four"])
def test_what_holds_no_address_is_none(heard: str) -> None:
    assert read_email(heard, expected=True) == ()


def test_no_words_are_no_domain() -> None:
    assert domain_of(()) is NOWHERE
    assert domain_of(("gmail",)).name == "gmail.com"
