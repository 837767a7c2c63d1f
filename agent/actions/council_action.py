"""What the sample council's actions share: they read a request, work in the back office, and report slots."""

from __future__ import annotations

import asyncio
import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from agent.actions.back_office import BackOffice


@dataclass(frozen=True, slots=True)
class Request:
    """One call of an action: canonical slot values by name, the day, and the key under which it happens once."""

    call_id: str
    slots: Mapping[str, str]
    today: dt.date
    key: str

    @classmethod
    def read(cls, call_id: str, slots: Mapping[str, Any]) -> Request:
        """From a tracker. `today` and `idempotency_key` are slots; without them, the real day and the call's id."""
        given = {name: str(value) for name, value in slots.items() if value is not None}
        today = dt.date.fromisoformat(given["today"]) if "today" in given else _today()
        return cls(call_id, given, today, given.get("idempotency_key", call_id))

    def get(self, name: str) -> str:
        """A slot's value, empty when it was not given."""
        return self.slots.get(name, "")


@dataclass(frozen=True, slots=True)
class Report:
    """What an action found or did. Dates in `facts` are ISO, money is written `£35`."""

    outcome: str = "ok"
    facts: Mapping[str, str] = field(default_factory=dict)


class CouncilAction(Action, ABC):  # type: ignore[misc]
    """A rasa-sdk action over the back office. Subclasses give a name and `act`."""

    @abstractmethod
    def name(self) -> str:
        """The name in service files."""

    @abstractmethod
    def act(self, request: Request, office: BackOffice) -> Report:
        """Do it; runs in a thread of its own."""

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[dict[str, Any]]:
        """rasa-sdk's entry: slots in, `SlotSet` events out."""
        request = Request.read(tracker.sender_id, tracker.slots)
        places = (domain or {}).get("back_office", {})
        report = await asyncio.to_thread(self._work, request, places)
        return [SlotSet("outcome", report.outcome), *(SlotSet(name, value) for name, value in report.facts.items())]

    def _work(self, request: Request, places: Mapping[str, str]) -> Report:
        with BackOffice.open(places) as office:
            return self.act(request, office)


def _today() -> dt.date:
    return dt.datetime.now(ZoneInfo("Europe/London")).date()
