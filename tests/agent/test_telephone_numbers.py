from __future__ import annotations

import pytest

from agent.telephone_numbers import made_out, to_be_read_back
from intents.understanding import Understanding, Value
from voices.transcript import Heard, Unclear

UNCLEAR = Unclear("go double 7, 009, 00864", 0.07)
DAY = Value("date", "2026-11-24", "today", 0.95)


def meaning(probability: float) -> Understanding:
    number = Value("phone", "07700900864", "07700 900 864", probability)
    return Understanding(UNCLEAR.text, values=(number, DAY))


def test_a_spoken_number_is_read_back_however_sure_it_seems() -> None:
    number, day = to_be_read_back(meaning(0.97), None).values
    assert 0.4 <= number.probability < 0.8
    assert day == DAY


@pytest.mark.parametrize("calling_from", ["07700 900864", "+44 7700 900864", "+447700900864"])
def test_the_number_that_rings_needs_no_reading_back(calling_from: str) -> None:
    assert to_be_read_back(meaning(0.97), calling_from) == meaning(0.97)


def test_unclear_words_that_make_a_number_are_an_answer() -> None:
    assert made_out(UNCLEAR, meaning(0.6)) == Heard(UNCLEAR.text, 0.07)


def test_unclear_words_that_make_no_likely_number_stay_unclear() -> None:
    assert made_out(UNCLEAR, meaning(0.1)) == UNCLEAR
