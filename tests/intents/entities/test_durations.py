from __future__ import annotations

from datetime import date

import pytest

from intents.entities.dates import read_date

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("said", "began"),
    [
        ("about a month", date(2026, 10, 24)),
        ("two weeks", date(2026, 11, 10)),
        ("it's been a couple of days now", date(2026, 11, 22)),
        ("a few months", date(2026, 8, 24)),
        ("nearly a year", date(2025, 11, 24)),
        ("ages", date(2026, 5, 24)),
    ],
)
def test_how_long_it_has_been_gives_the_day_it_began(said: str, began: date) -> None:
    value, *_ = read_date(said, TODAY, expected=True)
    assert value.value == began.isoformat()


def test_a_length_of_time_that_was_not_counted_is_not_sure() -> None:
    (value,) = read_date("months", TODAY, expected=True)
    assert value.probability < 0.8


@pytest.mark.parametrize(("said", "day"), [("a week ago", date(2026, 11, 17)), ("in two weeks", date(2026, 12, 8))])
def test_a_length_of_time_that_leads_to_a_day_is_that_day(said: str, day: date) -> None:
    value, *_ = read_date(said, TODAY, expected=True)
    assert value.value == day.isoformat()


def test_nobody_asked_how_long() -> None:
    assert read_date("I waited two weeks for it", TODAY, expected=False) == ()
