"""Book a bulky waste collection."""

from __future__ import annotations

import datetime as dt

from rasa_sdk.interfaces import ActionExecutionRejection

from agent.actions.back_office import BackOffice, Job
from agent.actions.check_bulky_waste import FEE, free_days
from agent.actions.council_action import CouncilAction, Report, Request


class BookBulkyWaste(CouncilAction):
    """Needs `address`, `items` and `collection_date` (ISO); happens once for each `idempotency_key`."""

    def name(self) -> str:
        """As in service files."""
        return "action_book_bulky_waste"

    def act(self, request: Request, office: BackOffice) -> Report:
        """Facts: `booked_date`, `fee`. Refuses a day that is not, or no longer, free."""
        job = office.job(request.key)
        if job is None:
            job = Job(
                request.key,
                "bulky_waste",
                request.get("address"),
                "bulky waste",
                request.today,
                self._day(request, office),
                request.get("reference"),
                request.get("items"),
            )
            office.add(job)
        return Report(facts={"booked_date": job.day.isoformat() if job.day else "", "fee": FEE})

    def _day(self, request: Request, office: BackOffice) -> dt.date:
        free = list(free_days(request.today, office))
        wanted = request.get("collection_date")
        chosen = next((day for day in free if wanted in ("", day.isoformat())), None)
        if chosen is None:
            raise ActionExecutionRejection(self.name(), "that day is not free")
        return chosen
