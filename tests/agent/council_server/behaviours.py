"""One action for each way of behaving."""

from __future__ import annotations

import asyncio
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import ActionExecutionRejection

Events = list[dict[str, Any]]


class Echo(Action):  # type: ignore[misc]
    def name(self) -> str:
        return "action_echo"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        heard = tracker.get_slot("word")
        return [SlotSet("outcome", "heard"), SlotSet("word", heard), SlotSet("count", 3), SlotSet("nothing", None)]


class Silent(Action):  # type: ignore[misc]
    def name(self) -> str:
        return "action_silent"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        return []


class Slow(Action):  # type: ignore[misc]
    def name(self) -> str:
        return "action_slow"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        await asyncio.sleep(60)
        return []


class Broken(Action):  # type: ignore[misc]
    def name(self) -> str:
        return "action_broken"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        raise RuntimeError("the council's system fell over")


class Refusing(Action):  # type: ignore[misc]
    def name(self) -> str:
        return "action_refusing"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> Events:
        raise ActionExecutionRejection(self.name(), "not today")
