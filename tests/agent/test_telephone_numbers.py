from __future__ import annotations

from agent.telephone_numbers import made_out
from intents.understanding import Understanding, Value
from voices.transcript import Heard, Unclear

UNCLEAR = Unclear("go double 7, 009, 00864", 0.07)


def meaning(probability: float) -> Understanding:
    return Understanding(UNCLEAR.text, values=(Value("phone", "07700900864", "07700 900 864", probability),))


def test_a_number_in_unclear_words_is_read_back_however_sure_it_seems() -> None:
    transcript, understood = made_out(UNCLEAR, meaning(0.95))
    assert transcript == Heard(UNCLEAR.text, 0.07)
    assert 0.4 <= understood.values[0].probability < 0.8


def test_unclear_words_that_make_no_likely_number_stay_unclear() -> None:
    assert made_out(UNCLEAR, meaning(0.1)) == (UNCLEAR, meaning(0.1))
