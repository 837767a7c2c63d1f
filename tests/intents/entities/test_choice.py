from __future__ import annotations

import pytest

from intents.entities.choice import NEITHER, read_choice

BINS = {
    "refuse": ("black bin", "rubbish", "general waste", "grey bin"),
    "recycling": ("blue bin", "recycling bin", "plastics"),
    "garden": ("brown bin", "garden waste", "green waste"),
}


@pytest.mark.parametrize(
    ("said", "chosen"),
    [
        ("the blue one", "recycling"),
        ("recycle", "recycling"),
        ("my brown bin please", "garden"),
        ("rubish", "refuse"),
        ("the first one", "refuse"),
        ("number two", "recycling"),
        ("2", "recycling"),
        ("the last one", "garden"),
        ("the middle one", "recycling"),
        ("not the blue one, the brown one", "garden"),
        ("reese cycling", "recycling"),
        ("neither", NEITHER),
        ("none of those", NEITHER),
    ],
)
def test_a_choice_by_name_place_or_key(said: str, chosen: str) -> None:
    (value,) = read_choice("bin_type", said, BINS, expected=True)
    assert (value.entity, value.value) == ("bin_type", chosen)
    assert value.probability > 0.75


@pytest.mark.parametrize("said", ["", "hello there", "bin", "my street light is out"])
def test_words_that_choose_nothing(said: str) -> None:
    assert read_choice("bin_type", said, BINS, expected=True) == ()


def test_a_choice_in_passing_must_be_plain() -> None:
    assert read_choice("bin_type", "my blue bin was missed", BINS, expected=False)[0].value == "recycling"
    assert read_choice("bin_type", "the second time this month", BINS, expected=False) == ()


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("A card load.", "car load"),
        ("a vanload", "van load"),
        ("carload", "car load"),
        ("a load", None),
        ("or girl", None),
    ],
)
def test_an_answer_that_is_nearly_one_choice_and_like_no_other_is_taken(said: str, meant: str | None) -> None:
    loads = {"bag": ("a bag or two",), "car load": ("a car load",), "van load": ("a van load",), "lorry load": ()}
    found = read_choice("size", said, loads, expected=True)
    assert (found[0].value if found else None) == meant
