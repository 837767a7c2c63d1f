"""When people are there, and when a call back can be promised."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from telephony.errors import NeverOpenError, UnknownHoursError
from telephony.hours import Hours
from telephony.settings import HoursSettings

LONDON = ZoneInfo("Europe/London")


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=LONDON)


@pytest.fixture
def hours() -> Hours:
    return Hours(
        HoursSettings.model_validate(
            {
                "people": "contact_centre",
                "open": {
                    "contact_centre": {
                        "days": {"monday-friday": "09:00-17:00"},
                        "closed": ["2026-12-24"],
                    },
                    "housing": {
                        "days": {
                            "monday": ["09:00-12:00", "13:00-16:00"],
                            "saturday": "10:00-12:00",
                        }
                    },
                    "night": {
                        "days": {"monday-sunday": "00:00-24:00"},
                        "bank_holidays": "open",
                    },
                },
            }
        )
    )


@pytest.mark.parametrize(
    ("name", "now", "is_open"),
    [
        ("contact_centre", "2026-11-23T09:00", True),
        ("contact_centre", "2026-11-23T08:59", False),
        ("contact_centre", "2026-11-23T17:00", False),
        ("contact_centre", "2026-11-22T12:00", False),
        ("contact_centre", "2026-12-25T12:00", False),
        ("contact_centre", "2026-12-28T12:00", False),
        ("contact_centre", "2026-12-24T12:00", False),
        ("housing", "2026-11-23T12:30", False),
        ("housing", "2026-11-23T13:30", True),
        ("night", "2026-12-25T23:59", True),
        ("always", "2026-12-25T03:00", True),
    ],
)
def test_opening_follows_days_bank_holidays_and_closed_dates(hours: Hours, name: str, now: str, is_open: bool) -> None:
    assert hours.is_open(name, at(now)) is is_open


def test_a_moment_given_in_another_zone_is_the_same_moment(hours: Hours) -> None:
    summer_morning = dt.datetime(2026, 7, 6, 8, 30, tzinfo=dt.UTC)
    assert hours.is_open("contact_centre", summer_morning)
    assert hours.opens_at("contact_centre", summer_morning).hour == 9


@pytest.mark.parametrize(
    ("now", "start", "end"),
    [
        ("2026-11-23T10:32", "2026-11-23T12:00", "2026-11-23T14:00"),
        ("2026-11-23T14:30", "2026-11-23T16:00", "2026-11-23T17:00"),
        ("2026-11-23T15:30", "2026-11-24T09:00", "2026-11-24T11:00"),
        ("2026-11-20T18:00", "2026-11-23T09:00", "2026-11-23T11:00"),
        ("2026-12-23T20:00", "2026-12-29T09:00", "2026-12-29T11:00"),
        ("2026-11-23T03:00", "2026-11-23T09:00", "2026-11-23T11:00"),
    ],
)
def test_a_call_back_is_promised_inside_opening_hours(hours: Hours, now: str, start: str, end: str) -> None:
    assert hours.next_window(at(now)) == (at(start), at(end))


def test_a_team_has_its_own_windows(hours: Hours) -> None:
    assert hours.next_window(at("2026-11-23T10:30"), "housing") == (
        at("2026-11-23T13:00"),
        at("2026-11-23T15:00"),
    )


def test_the_next_opening_is_named(hours: Hours) -> None:
    assert hours.opens_at("housing", at("2026-11-23T16:30")) == at("2026-11-28T10:00")


def test_working_days_skip_weekends_and_bank_holidays(hours: Hours) -> None:
    assert hours.working_day_after(dt.date(2026, 12, 18), 10) == dt.date(2027, 1, 6)


def test_unknown_hours_are_an_error(hours: Hours) -> None:
    with pytest.raises(UnknownHoursError, match="library"):
        hours.is_open("library", at("2026-11-23T10:00"))


def test_hours_that_never_open_are_an_error() -> None:
    never = Hours(HoursSettings.model_validate({"people": "x", "open": {"x": {"days": {}}}}))
    with pytest.raises(NeverOpenError):
        never.next_window(at("2026-11-23T10:00"))


@pytest.mark.parametrize(
    "broken",
    [
        {"open": {"contact_centre": {"days": {"monday": "9-5"}}}},
        {"open": {"contact_centre": {"days": {"monday": "17:00-09:00"}}}},
        {"open": {"contact_centre": {"days": {"funday": "09:00-17:00"}}}},
        {"open": {"contact_centre": {"days": {"friday-monday": "09:00-17:00"}}}},
        {"people": "nobody"},
        {"timezone": "Europe/Ashcombe"},
    ],
)
def test_broken_hours_are_refused(broken: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        HoursSettings.model_validate(broken)
