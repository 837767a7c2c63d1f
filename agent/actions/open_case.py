"""Open a case with the team that owns the service."""

from __future__ import annotations

import json

from agent.actions.back_office import BackOffice, Job
from agent.actions.council_action import CouncilAction, Report, Request

_NOT_THE_CALLERS = frozenset({"idempotency_key", "today", "reference", "service", "title", "address"})


class OpenCase(CouncilAction):
    """Takes any slots; happens once for each `idempotency_key`."""

    def name(self) -> str:
        """As in service files."""
        return "action_open_case"

    def act(self, request: Request, office: BackOffice) -> Report:
        """Keeps every slot with the case."""
        kept = {name: value for name, value in request.slots.items() if name not in _NOT_THE_CALLERS}
        detail = json.dumps(kept, sort_keys=True)
        place, service = request.get("address"), request.get("service")
        office.add(Job(request.key, "case", place, service, request.today, None, request.get("reference"), detail))
        return Report()
