"""When people are there, and when a call back can be promised."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from govuk_bank_holidays.bank_holidays import BankHolidays

from telephony.errors import NeverOpenError, UnknownHoursError
from telephony.settings import DAYS, HoursSettings, Opening

ALWAYS = "always"
_HORIZON_DAYS = 370
_SHORTEST_WINDOW = dt.timedelta(minutes=60)


class Hours:
    """Opening hours from `config.yaml`, with the bank holidays that come with the package (no network).

    Every `now` is an aware datetime; every result is in the council's time zone.
    """

    def __init__(self, settings: HoursSettings) -> None:
        self._settings = settings
        self.zone = ZoneInfo(settings.timezone)
        self._holidays = BankHolidays(use_cached_holidays=True)

    def is_open(self, name: str, now: dt.datetime) -> bool:
        """Whether `name` is open at this moment; `always` is. Raises `UnknownHoursError`."""
        if name == ALWAYS:
            return True
        local = now.astimezone(self.zone)
        return any(start <= local < end for start, end in self._periods(self._opening(name), local.date()))

    def opens_at(self, name: str, now: dt.datetime) -> dt.datetime:
        """`now` when open, else the next opening. Raises `UnknownHoursError`, `NeverOpenError`."""
        if self.is_open(name, now):
            return now.astimezone(self.zone)
        return next(start for start, _ in self._coming(name, now.astimezone(self.zone)) if start >= now)

    def next_window(self, now: dt.datetime, name: str | None = None) -> tuple[dt.datetime, dt.datetime]:
        """The first window in which a call back can be promised: on the hour, inside opening hours.

        `name` defaults to the hours of the people who call back. Raises `UnknownHoursError`, `NeverOpenError`.
        """
        earliest = _next_hour((now + dt.timedelta(minutes=self._settings.callback_after_minutes)).astimezone(self.zone))
        length = dt.timedelta(minutes=self._settings.callback_window_minutes)
        for opens, closes in self._coming(name or self._settings.people, earliest):
            start = max(opens, earliest)
            if closes - start >= min(_SHORTEST_WINDOW, closes - opens):
                return start, min(start + length, closes)
        raise NeverOpenError("no opening in the coming year leaves room for a call back")

    def working_day_after(self, day: dt.date, count: int) -> dt.date:
        """The `count`th working day after `day`: no weekend, no bank holiday."""
        for _ in range(count):
            day = self._holidays.get_next_work_day(division=self._settings.division, date=day)
        return day

    def _opening(self, name: str) -> Opening:
        if name == ALWAYS:
            return Opening.model_validate({"days": {"monday-sunday": "00:00-24:00"}, "bank_holidays": "open"})
        try:
            return self._settings.open[name]
        except KeyError as error:
            raise UnknownHoursError(f"no opening hours are named {name!r}") from error

    def _coming(self, name: str, local: dt.datetime) -> Iterator[tuple[dt.datetime, dt.datetime]]:
        opening = self._opening(name)
        for ahead in range(_HORIZON_DAYS):
            for start, end in self._periods(opening, local.date() + dt.timedelta(days=ahead)):
                if end > local:
                    yield start, end
        raise NeverOpenError(f"{name!r} does not open in the coming year")

    def _periods(self, opening: Opening, day: dt.date) -> Iterator[tuple[dt.datetime, dt.datetime]]:
        holiday = opening.bank_holidays == "closed" and self._holidays.is_holiday(day, self._settings.division)
        if holiday or day in opening.closed:
            return
        midnight = dt.datetime.combine(day, dt.time(), self.zone)
        for period in opening.days.get(DAYS[day.weekday()], ()):
            yield (
                midnight + dt.timedelta(minutes=period.start),
                midnight + dt.timedelta(minutes=period.end),
            )


def _next_hour(local: dt.datetime) -> dt.datetime:
    whole = local.replace(minute=0, second=0, microsecond=0)
    return whole if whole == local else whole + dt.timedelta(hours=1)
