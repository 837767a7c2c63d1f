from __future__ import annotations

import pytest

from intents.entities.digit_channel import Heard, digits_said, likelihoods, pieces_of
from intents.entities.digit_search import search
from intents.entities.numbering import candidates, valid


def test_numbers_in_words_become_digits_and_other_words_stay() -> None:
    said = pieces_of("Oh, double 7, nine hundred, sixty three, 12 thirteen")
    assert said == ["oh", "double", "7", "nine", "0", "0", "6", "three", "1", "2", "1", "3"]


def test_a_double_counts_as_a_digit_and_other_words_do_not() -> None:
    assert digits_said("my number is oh double seven") == 3
    assert digits_said("I haven't got one of those") == 1


@pytest.mark.parametrize(("piece", "digit"), [("7", 7), ("seven", 7), ("oh", 0), ("ate", 8), ("go", 0)])
def test_a_piece_speaks_most_for_the_digit_that_it_sounds_like(piece: str, digit: int) -> None:
    assert likelihoods(piece).argmax() == digit


def test_every_string_of_a_length_is_searched_not_only_what_was_written() -> None:
    found = search([Heard("4 so double 7 1")], (5,), lambda prefix: "0123456789", lambda prefix: 1.0)
    assert max(found, key=lambda pair: pair[1])[0] == "40771"


def test_three_alike_at_the_end_are_found_however_narrow_the_search() -> None:
    assert candidates(["oh one six three two nine sixty triple one"])[0].number == "01632960111"


@pytest.mark.parametrize("number", ["07700900123", "02079460123", "01632960123", "01134960123"])
def test_numbers_kept_for_drama_are_valid(number: str) -> None:
    assert valid(number)


@pytest.mark.parametrize("number", ["00000000000", "0770090012", "12345678901", "", "07700900123456"])
def test_what_nobody_can_have_is_not(number: str) -> None:
    assert not valid(number)


def test_probabilities_add_up_to_at_most_one_and_the_likeliest_comes_first() -> None:
    found = candidates(["go double 7 109 6 3 6", "go double 7 2009 double 6 3 6"])
    shares = [candidate.probability for candidate in found]
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) <= 1


def test_no_transcript_and_no_digits_make_no_number() -> None:
    assert candidates([]) == ()
    assert all(candidate.probability < 0.4 for candidate in candidates(["no", ""]))
