"""Whether a bin is on order already, and whether it costs anything."""

from __future__ import annotations

import datetime as dt

from agent.actions.back_office import BackOffice
from agent.actions.council_action import CouncilAction, Report, Request

DELIVERY_WORKING_DAYS = 10
_CHARGES = {"garden": "£30"}
_STILL_ON_ORDER = dt.timedelta(days=21)


class CheckNewBin(CouncilAction):
    """Needs `address` (UPRN) and `bin_type`."""

    def name(self) -> str:
        """As in service files."""
        return "action_check_new_bin"

    def act(self, request: Request, office: BackOffice) -> Report:
        """Outcomes: `already_ordered` (`reported_date`), `charge` (`fee`). Fact always: `delivery_days`."""
        bin_type = request.get("bin_type")
        jobs = office.jobs("bin_order", request.get("address"), since=request.today - _STILL_ON_ORDER)
        ordered = next((job for job in jobs if job.thing == bin_type), None)
        facts = {"delivery_days": str(DELIVERY_WORKING_DAYS)}
        if ordered is not None:
            return Report("already_ordered", {**facts, "reported_date": ordered.made.isoformat()})
        if bin_type in _CHARGES:
            return Report("charge", {**facts, "fee": _CHARGES[bin_type]})
        return Report("ok", facts)
