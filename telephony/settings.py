"""The `hours` and `telephony` sections of `config.yaml`."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)

from telephony.livekit_settings import LimitSettings, LiveKitSettings, SipSettings

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

Division = Literal["england-and-wales", "scotland", "northern-ireland"]

_PERIOD = re.compile(r"^([01]\d|2[0-3]):([0-5]\d)\s*-\s*(([01]\d|2[0-3]):([0-5]\d)|24:00)$")


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Period(_Section):
    """One stretch of opening within a day, in minutes from midnight; `end` may be 1440."""

    start: int = Field(ge=0, lt=1440)
    end: int = Field(gt=0, le=1440)

    @model_validator(mode="after")
    def _runs_forwards(self) -> Period:
        if self.end <= self.start:
            raise ValueError("a period closes after it opens; one that passes midnight is two periods")
        return self


def _read_period(text: object) -> object:
    if not isinstance(text, str):
        return text
    found = _PERIOD.match(text.strip())
    if found is None:
        raise ValueError(f"expected opening times such as 09:00-17:00, not {text!r}")
    start, end = (part.strip().split(":") for part in text.split("-"))
    return Period(start=int(start[0]) * 60 + int(start[1]), end=int(end[0]) * 60 + int(end[1]))


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


Periods = Annotated[
    tuple[Annotated[Period, BeforeValidator(_read_period)], ...],
    BeforeValidator(_as_list),
]


def _days_of(key: str) -> tuple[str, ...]:
    """`monday` or `monday-friday` as the days it names."""
    first, _, last = key.strip().lower().partition("-")
    last = last.strip() or first.strip()
    if first.strip() not in DAYS or last not in DAYS:
        raise ValueError(f"expected a day such as monday, or days such as monday-friday, not {key!r}")
    start, end = DAYS.index(first.strip()), DAYS.index(last)
    if end < start:
        raise ValueError(f"{key!r} runs backwards; name the days in the order monday to sunday")
    return DAYS[start : end + 1]


class Opening(_Section):
    """One set of opening hours. A day that is not named is closed."""

    days: dict[str, Periods]
    bank_holidays: Literal["open", "closed"] = "closed"
    closed: tuple[dt.date, ...] = ()
    """Further dates on which nobody is there."""

    @field_validator("days", mode="before")
    @classmethod
    def _spread_day_ranges(cls, value: object) -> object:
        if not isinstance(value, dict):
            return value
        return {day: periods for key, periods in value.items() for day in _days_of(str(key))}


def _office_hours() -> dict[str, Opening]:
    return {"contact_centre": Opening.model_validate({"days": {"monday-friday": "09:00-17:00"}})}


class HoursSettings(_Section):
    """When people are there, and how callbacks are promised."""

    timezone: str = "Europe/London"
    division: Division = "england-and-wales"
    """Whose bank holidays count."""
    people: str = "contact_centre"
    """The opening hours of the people that callers are put through to and called back by."""
    open: dict[str, Opening] = Field(default_factory=_office_hours)
    callback_after_minutes: int = Field(default=60, ge=0, le=2880)
    """A callback is promised no sooner than this."""
    callback_window_minutes: int = Field(default=120, ge=30, le=480)

    @field_validator("timezone")
    @classmethod
    def _is_known(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError) as error:
            raise ValueError(f"expected a time zone such as Europe/London, not {value!r}") from error
        return value

    @model_validator(mode="after")
    def _names_people(self) -> HoursSettings:
        if self.people not in self.open:
            raise ValueError(f"people: {self.people!r} is not one of the opening hours {sorted(self.open)}")
        return self


class TelephonySettings(_Section):
    """How callers reach people."""

    most_calls: int = Field(default=4, ge=1, le=200)
    """Calls at once on this machine; one more is told so instead of being served badly."""
    person_wait_seconds: float = Field(default=45.0, gt=0, le=600)
    """How long a caller waits for an adviser before a callback is booked."""
    livekit: LiveKitSettings | None = None
    """The LiveKit server; without it calls come from the browser only."""
    sip: SipSettings | None = None
    """The telephone network; it needs `livekit`."""
    limits: LimitSettings = LimitSettings()

    @model_validator(mode="after")
    def _has_a_server(self) -> TelephonySettings:
        if self.sip is not None and self.livekit is None:
            raise ValueError("sip needs a livekit section: that is the server its calls come through")
        return self
