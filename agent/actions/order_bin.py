"""Order a new or replacement bin."""

from __future__ import annotations

from agent.actions.back_office import BackOffice, Job, working_day_after
from agent.actions.check_new_bin import DELIVERY_WORKING_DAYS
from agent.actions.council_action import CouncilAction, Report, Request


class OrderBin(CouncilAction):
    """Needs `address` (UPRN) and `bin_type`; happens once for each `idempotency_key`."""

    def name(self) -> str:
        """As in service files."""
        return "action_order_bin"

    def act(self, request: Request, office: BackOffice) -> Report:
        """Facts: `delivery_days`, `delivery_date` (the latest)."""
        job = office.job(request.key) or Job(
            request.key,
            "bin_order",
            request.get("address"),
            request.get("bin_type"),
            request.today,
            working_day_after(request.today, DELIVERY_WORKING_DAYS),
            request.get("reference"),
            request.get("reason"),
        )
        office.add(job)
        delivery = {"delivery_date": job.day.isoformat()} if job.day else {}
        return Report(facts={"delivery_days": str(DELIVERY_WORKING_DAYS), **delivery})
