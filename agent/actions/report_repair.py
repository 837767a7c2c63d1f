"""Report a housing repair to the repairs team."""

from __future__ import annotations

from agent.actions.back_office import BackOffice, Job
from agent.actions.check_repair import subjects
from agent.actions.council_action import CouncilAction, Report, Request


class ReportRepair(CouncilAction):
    """Needs `address` (UPRN) and `problem`; happens once for each `idempotency_key`."""

    def name(self) -> str:
        """As in service files."""
        return "action_report_repair"

    def act(self, request: Request, office: BackOffice) -> Report:
        """Passes the hazard on with the problem, so that the clock that started with the call is theirs too."""
        problem = request.get("problem")
        about = " ".join(sorted(subjects(problem)))
        marks = [f"{name}: {request.get(name)}" for name in ("hazard", "due") if request.get(name)]
        detail = "; ".join([problem, *marks])
        reference = request.get("reference")
        office.add(Job(request.key, "repair", request.get("address"), about, request.today, None, reference, detail))
        return Report()
