from __future__ import annotations

from datetime import date

import pytest

from intents.entities.dates import read_date

TUESDAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("a week last Tuesday", "2026-11-10"),
        ("the day after tomorrow", "2026-11-26"),
        ("the day before yesterday", "2026-11-22"),
        ("last Monday", "2026-11-23"),
        ("next Friday", "2026-12-04"),
        ("Tuesday week", "2026-12-08"),
        ("a week on Friday", "2026-12-04"),
        ("a week tomorrow", "2026-12-02"),
        ("three days ago", "2026-11-21"),
        ("a fortnight ago", "2026-11-10"),
        ("in two weeks", "2026-12-08"),
        ("Monday just gone", "2026-11-23"),
        ("Saturday before last", "2026-11-14"),
        ("it was Monday", "2026-11-23"),
        ("24/11/26", "2026-11-24"),
        ("1.2.2027", "2027-02-01"),
        ("2027-01-05", "2027-01-05"),
        ("Thursday the 26th", "2026-11-26"),
        ("the twenty first of December", "2026-12-21"),
        ("March the 3rd 2025", "2025-03-03"),
        ("the ninth of the eleventh eighty two", "1982-11-09"),
        ("27th of the 9th 1979", "1979-09-27"),
        ("8 12 1946", "1946-12-08"),
        ("nineteenth of march two thousand and four", "2004-03-19"),
        ("the first of May nineteen eighty", "1980-05-01"),
        ("2010 1976", "1976-10-20"),
        ("260 419 55", "1955-04-26"),
        ("Christmas Eve", "2026-12-24"),
        ("last night", "2026-11-23"),
    ],
)
def test_dates_are_read_the_british_way(said: str, day: str) -> None:
    (value,) = read_date(said, TUESDAY, expected=True)
    assert value.value == day


def test_a_bare_weekday_points_where_the_question_does() -> None:
    (back,) = read_date("Monday", TUESDAY, expected=True, past=True)
    (ahead,) = read_date("Monday", TUESDAY, expected=True, past=False)
    assert (back.value, ahead.value) == ("2026-11-23", "2026-11-30")


def test_where_people_differ_the_other_reading_is_an_alternative() -> None:
    (value,) = read_date("next Friday", TUESDAY, expected=True)
    assert [other.value for other in value.alternatives] == ["2026-11-27"]
    assert value.probability < 0.9


@pytest.mark.parametrize("said", ["", "I have 3 bins", "the blue one", "12 Mill Lane", "the third time this year"])
def test_words_without_a_date_give_none(said: str) -> None:
    assert read_date(said, TUESDAY, expected=False) == ()


def test_a_day_that_does_not_exist_is_no_date() -> None:
    assert read_date("31/02/2026", TUESDAY, expected=True) == ()


@pytest.mark.parametrize(
    ("said", "past", "day"),
    [
        ("a week ago today", True, "2026-11-17"),
        ("two weeks ago today", True, "2026-11-10"),
        ("the August bank holiday", True, "2026-08-31"),
        ("bank holiday Monday", False, "2026-12-28"),
        ("the bank holiday Monday", True, "2026-08-31"),
        ("Good Friday", False, "2027-03-26"),
        ("the twelfth of the twelfth oh one", True, "2001-12-12"),
    ],
)
def test_bank_holidays_and_days_counted_from_today(said: str, past: bool, day: str) -> None:
    assert read_date(said, date(2026, 11, 24), expected=True, past=past)[0].value == day
