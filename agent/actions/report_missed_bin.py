"""Report a missed bin to the crews."""

from __future__ import annotations

from agent.actions.back_office import BackOffice, Job, working_day_after
from agent.actions.council_action import CouncilAction, Report, Request


class ReportMissedBin(CouncilAction):
    """Needs `address` (UPRN) and `bin_type`; happens once for each `idempotency_key`."""

    def name(self) -> str:
        """As in service files."""
        return "action_report_missed_bin"

    def act(self, request: Request, office: BackOffice) -> Report:
        """Facts: `recollection_date`, the day by which the crew comes back."""
        job = office.job(request.key) or Job(
            request.key,
            "missed_bin",
            request.get("address"),
            request.get("bin_type"),
            request.today,
            working_day_after(request.today, 2),
            request.get("reference"),
        )
        office.add(job)
        return Report(facts={"recollection_date": job.day.isoformat()} if job.day else {})
