"""Free days for a bulky waste collection, and its fee."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import islice

from agent.actions.back_office import BackOffice, is_working_day, working_day_after
from agent.actions.council_action import CouncilAction, Report, Request

FEE = "£35"
MAX_ITEMS = 5
_CREW_DAYS = (1, 3)
_COLLECTIONS_A_DAY = 8
_NOTICE_DAYS = 3
_WEEKS_AHEAD = 6


class CheckBulkyWaste(CouncilAction):
    """Needs `address` (UPRN) and `number_of_items`."""

    def name(self) -> str:
        """As in service files."""
        return "action_check_bulky_waste"

    def act(self, request: Request, office: BackOffice) -> Report:
        """Facts: `date_1` to `date_3`, `dates` (all of them), `fee`, `max_items`; outcomes `too_many`, `no_dates`."""
        offered = [day.isoformat() for day in islice(free_days(request.today, office), 3)]
        if not offered:
            return Report("no_dates")
        facts = {f"date_{number}": day for number, day in enumerate(offered, start=1)}
        facts |= {"dates": " ".join(offered), "fee": FEE, "max_items": str(MAX_ITEMS)}
        return Report("too_many" if _count(request.get("number_of_items")) > MAX_ITEMS else "ok", facts)


def free_days(today: dt.date, office: BackOffice) -> Iterator[dt.date]:
    """Days of the coming weeks on which the bulky waste crew still has room."""
    first = working_day_after(today, _NOTICE_DAYS)
    for ahead in range(_WEEKS_AHEAD * 7):
        day = first + dt.timedelta(days=ahead)
        crew_out = day.weekday() in _CREW_DAYS and is_working_day(day)
        if crew_out and office.promised_on("bulky_waste", day) < _COLLECTIONS_A_DAY:
            yield day


def _count(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 1.0
