"""Note that a question was answered."""

from __future__ import annotations

from agent.actions.back_office import BackOffice, Job
from agent.actions.council_action import CouncilAction, Report, Request


class LogEnquiry(CouncilAction):
    """Takes any slots; happens once for each `idempotency_key`."""

    def name(self) -> str:
        """As in service files."""
        return "action_log_enquiry"

    def act(self, request: Request, office: BackOffice) -> Report:
        """Keeps which service was asked about, and where."""
        place, service = request.get("address"), request.get("service")
        office.add(Job(request.key, "enquiry", place, service, request.today, None, request.get("reference")))
        return Report()
