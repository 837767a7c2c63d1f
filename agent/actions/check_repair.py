"""Whether a repair is the council's, whether it is known, and whether the law sets a time for it."""

from __future__ import annotations

import datetime as dt
import re

from agent.actions.back_office import BackOffice, working_day_after
from agent.actions.council_action import CouncilAction, Report, Request
from agent.actions.hazards import Hazard, hazard_in

_EMERGENCY_HOURS = 24
_INVESTIGATION_WORKING_DAYS = 10
_STILL_OPEN = dt.timedelta(days=28)
_OTHER_LANDLORDS = frozenset({"private", "housing association"})
_SUBJECTS = re.compile(
    r"\b(boiler|heating|tap|toilet|sink|bath|shower|door|window|roof|gutter|fence|damp|mould|leak|light|socket|oven|"
    r"ceiling|floor|stair|drain|lock|lift|extractor|radiator|rats?|mice)"
)


class CheckRepair(CouncilAction):
    """Needs `tenancy`, `address` (UPRN) and `problem`."""

    def name(self) -> str:
        """As in service files."""
        return "action_check_repair"

    def act(self, request: Request, office: BackOffice) -> Report:
        """Outcomes: `private` (another landlord's), `leaseholder`, `already_reported` (`reported_date`), `emergency`
        (`hazard`, `due_hours`), `damp_mould` and `hazard` (`hazard`, `due_working_days`, `due_date`), else `ok`."""
        if request.get("tenancy") in _OTHER_LANDLORDS:
            return Report("private")
        hazard = hazard_in(request.get("problem"))
        if hazard is not None and hazard.grade == "emergency":
            return Report("emergency", {"hazard": hazard.subject, "due_hours": str(_EMERGENCY_HOURS)})
        if request.get("tenancy") == "own home":
            return Report("leaseholder")
        known = _known(request, office)
        if known is not None:
            return Report("already_reported", {"reported_date": known.isoformat()})
        return _timed(hazard, request.today) if hazard else Report()


def subjects(problem: str) -> frozenset[str]:
    """What a problem is about, for telling whether two reports are the same."""
    return frozenset(_SUBJECTS.findall(problem.lower()))


def _timed(hazard: Hazard, today: dt.date) -> Report:
    due = working_day_after(today, _INVESTIGATION_WORKING_DAYS).isoformat()
    times = {"due_working_days": str(_INVESTIGATION_WORKING_DAYS), "due_date": due}
    return Report(hazard.grade, {"hazard": hazard.subject, **times})


def _known(request: Request, office: BackOffice) -> dt.date | None:
    about = subjects(request.get("problem"))
    jobs = office.jobs("repair", request.get("address"), since=request.today - _STILL_OPEN)
    return next((job.made for job in jobs if about & frozenset(job.thing.split())), None)
