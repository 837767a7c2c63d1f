"""Whom of a register a caller means."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from intents.entities.channel import Channel
from intents.entities.register import Codes, Dates, Names, is_spelled

TODAY = date(2026, 11, 27)
NAMES = Names(["Bethany Fox", "Derek Berry", "Erica Barry", "Maria Shah", "Maria Shaw", "Martin Lewis", "Martyn Lewis"])


def best(scores: np.ndarray[tuple[int], np.dtype[np.float64]]) -> str:
    return NAMES.names[int(scores.argmax())]


@pytest.mark.parametrize(
    ("heard", "name"), [("Bethenny Foxx", "Bethany Fox"), ("Derrick Berry", "Derek Berry"), ("maria sha", "Maria Shah")]
)
def test_a_name_is_found_by_how_it_sounds(heard: str, name: str) -> None:
    assert best(NAMES.said([(heard,)])) == name


def test_spelling_settles_what_sounds_alike() -> None:
    channel = Channel.load()
    said = [("Martin Lewis", "Martyn Lewis"), ("m a r t y n",)]
    assert best(NAMES.said(said)) == "Martin Lewis"
    assert best(NAMES.said(said) + NAMES.spelled(said, channel)) == "Martyn Lewis"


def test_attempts_that_say_nothing_count_nothing() -> None:
    assert not NAMES.said([()]).any()
    assert not NAMES.spelled([("Maria Shah",)], Channel.load()).any()
    assert not Dates([date(1962, 5, 4)], TODAY).evidence([()], Channel.load()).any()


def test_codes_and_dates_add_up_over_attempts() -> None:
    codes = Codes(["QA14TB", "QA14TP", "QB14TB"])
    scores = codes.evidence([("q a 1 4 t b",), ("quebec alpha 1 4 tango bravo",)], Channel.load())
    assert codes.codes[int(scores.argmax())] == "QA14TB"
    dates = Dates([date(1962, 5, 4), date(1962, 5, 14), date(1971, 1, 1)], TODAY)
    found = dates.evidence([("4th of May 1962",), ("fourteen five nineteen sixty two",)], Channel.load())
    assert found[0] == pytest.approx(found[1], abs=8)
    assert found[2] < min(found[0], found[1]) - 5


def test_spelling_is_told_from_saying() -> None:
    assert is_spelled("b e t h a n y")
    assert is_spelled("Jo e b ee R Ry")
    assert not is_spelled("Bethany Fox")
