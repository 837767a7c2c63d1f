"""Whether a missed bin can be reported, and what is known about it."""

from __future__ import annotations

import datetime as dt

from agent.actions.back_office import BackOffice, working_day_after
from agent.actions.council_action import CouncilAction, Report, Request
from agent.actions.rounds import Schedule

_DAYS_TO_REPORT = 2
_DAYS_TO_RETURN = 2
_MISSES_COUNTED = dt.timedelta(days=56)


class CheckMissedBin(CouncilAction):
    """Needs `address` (UPRN) and `bin_type`."""

    def name(self) -> str:
        """As in service files."""
        return "action_check_missed_bin"

    def act(self, request: Request, office: BackOffice) -> Report:
        """Outcomes: `not_due` (`next_date`), `already_reported` (`reported_date`), `round_late`, `contaminated`
        (`reason`), `three_misses`, `recollection` (`recollection_date`); `ok` where no round is known."""
        uprn, bin_type = request.get("address"), request.get("bin_type")
        schedule = office.rounds.schedule(uprn, bin_type)
        if schedule is None:
            return Report()
        last = schedule.last(request.today)
        reported = [job for job in office.jobs("missed_bin", uprn, since=last) if job.thing == bin_type]
        if reported:
            return Report("already_reported", {"reported_date": reported[-1].made.isoformat()})
        if request.today > working_day_after(last, _DAYS_TO_REPORT):
            return Report("not_due", {"next_date": schedule.next(request.today).isoformat()})
        return _missed(request, office, schedule)


def _missed(request: Request, office: BackOffice, schedule: Schedule) -> Report:
    uprn, bin_type = request.get("address"), request.get("bin_type")
    if schedule.collects(request.today) and office.rounds.noted("late", uprn, bin_type):
        return Report("round_late")
    dirty = office.rounds.noted("contaminated", uprn, bin_type)
    if dirty is not None:
        return Report("contaminated", {"reason": dirty.reason})
    back = working_day_after(request.today, _DAYS_TO_RETURN).isoformat()
    if _earlier_misses(request, office) >= 2:
        return Report("three_misses", {"recollection_date": back})
    return Report("recollection", {"recollection_date": back})


def _earlier_misses(request: Request, office: BackOffice) -> int:
    uprn, bin_type = request.get("address"), request.get("bin_type")
    jobs = office.jobs("missed_bin", uprn, since=request.today - _MISSES_COUNTED)
    noted = office.rounds.noted("missed_before", uprn, bin_type)
    return sum(job.thing == bin_type for job in jobs) + (int(noted.reason) if noted else 0)
