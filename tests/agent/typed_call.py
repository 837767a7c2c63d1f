"""Calls whose caller types: the real dialogue, store, actions and outbox, without any audio.

As a program it is a call that writes each reply to standard output, to be killed at any moment.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from agent import models
from agent.actions.runner import ActionRunner
from agent.context import Context
from agent.conversation import Conversation
from agent.decision import Circumstances
from agent.effects import Effects
from agent.events import Event
from agent.inputs import Rang
from agent.notifier import NoNotifier
from agent.outbox import Outbox
from agent.records import Store
from agent.release import LoadedRelease
from agent.settings import ROOT
from agent.state import CallState, Recorded
from agent.turn import Plan
from intents.catalogue import Catalogue
from intents.classifier import Classifier
from intents.encoder import Encoder
from intents.gazetteer import Gazetteer
from intents.safety import Safety
from telephony.hours import Hours
from telephony.settings import HoursSettings

PHONE = "01632 960 100"
FRIDAY_MORNING = dt.datetime(2026, 11, 27, 10, 0, tzinfo=dt.UTC)
WINDOW = ("2026-11-27T11:30:00+00:00", "2026-11-27T13:30:00+00:00")
SERVICES = ("dead_animal", "missed_bin", "noise", "pothole", "street_light")
ZONE = ZoneInfo("Europe/London")


@cache
def release() -> LoadedRelease:
    """Five of Ashcombe's services, trained for this process."""
    catalogue = Catalogue.load(ROOT / "intents" / "services")
    services = {name: catalogue.services[name] for name in SERVICES}
    classifier = Classifier.train(services, Encoder(models.path("minilm")))
    ashcombe = Gazetteer.load(ROOT / "intents" / "ashcombe")
    return LoadedRelease(1, services, classifier, ashcombe, Safety.load(ROOT / "intents" / "safety.yaml"))


@dataclass
class TypedCall:
    """One call. `said` is every sentence that the caller was told, in order."""

    conversation: Conversation
    store: Store
    outbox: Outbox
    fetched: list[Recorded] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    async def rings(self) -> str:
        """Pick up, or go on after a fault."""
        return await self._told(await self.conversation.do(Rang()))

    async def says(self, *turns: str) -> str:
        """Type, one turn after the other; what the line said to the last."""
        reply = ""
        for text in turns:
            reply = await self._told(await self.conversation.typed(text))
        return reply

    async def _told(self, plan: Plan) -> str:
        words = [sentence async for sentence in plan.words()]
        await self.conversation.turns.settle()
        self.said += words
        return " ".join(words)


@asynccontextmanager
async def typed_call(
    store: Store, runner: ActionRunner, *, call_id: str = "call-1", action_seconds: float = 1.0, open_now: bool = True
) -> AsyncIterator[TypedCall]:
    """A call on `store` and `runner`; one that is on record goes on where it stood."""
    await store.start_call(call_id, channel="test", caller="01632 960001", release=1)
    left = (await store.call(call_id)).state
    outbox = Outbox(store, runner, NoNotifier())
    fetched: list[Recorded] = []
    events: list[Event] = []
    effects = Effects(
        store,
        runner,
        outbox,
        Hours(HoursSettings()),
        action_seconds=action_seconds,
        now=lambda: store.now().astimezone(ZONE),
        tell=events.append,
        fetch=lambda _draft, recorded: fetched.append(recorded),
    )
    conversation = Conversation(
        left or CallState(call_id=call_id, release=1, caller_phone="01632 960001"),
        release(),
        effects,
        context=lambda: context(open_now=open_now),
        today=FRIDAY_MORNING.date,
        tell=events.append,
    )
    call = TypedCall(conversation, store, outbox, fetched, events)
    yield call
    await conversation.turns.settle()


def context(*, open_now: bool) -> Context:
    circumstances = Circumstances("2026-11-27", open_now, WINDOW, "today between 11:30 and 13:30")
    return Context(release().services, circumstances, council="Ashcombe Borough Council", phone=PHONE)


POTHOLE = (
    "There's a big pothole in the road.",
    "On Station Road, outside number ten",
    "deeper than that",
    "yes, cars are swerving",
    "no thanks",
)
MISSED_BIN = ("you didn't empty my recycling bin", "12 The Crescent")
"""After these the line reads back; "yes" files it."""


async def main(url: str, back_office: Path, turns: Sequence[str]) -> None:
    """Ring, or go on; tell everything that is said as it is said."""
    async with (
        Store.open(url, owner="line", clock=lambda: FRIDAY_MORNING) as store,
        ActionRunner.in_process(database=back_office) as runner,
        typed_call(store, runner) as call,
    ):
        sys.stdout.write(f"{await call.rings()}\n")
        for text in turns:
            sys.stdout.write(f"{await call.says(text)}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:]))
