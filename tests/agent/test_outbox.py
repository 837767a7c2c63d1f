"""What calls promised is delivered, once, however long the other side is away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping

import pytest

from agent.actions.runner import ActionResult
from agent.errors import ActionRejectedError, ActionUnavailableError, AgentError
from agent.notifier import GovUkNotify, NoNotifier
from agent.outbox import Outbox, Patience
from agent.records import Store
from agent.state import Draft
from tests.agent import drafts
from tests.agent.conftest import Clock
from tests.agent.notify_server import API_KEY, NotifyServer, notify


class Council:
    """An action server in the head: does each key once, and fails when told to."""

    def __init__(self) -> None:
        self.done: dict[str, dict[str, str]] = {}
        self.asked = 0
        self.trouble: AgentError | None = None
        self.hold: asyncio.Event | None = None
        self.began = asyncio.Event()

    async def run(self, name: str, *, slots: Mapping[str, str], call_id: str, deadline: float) -> ActionResult:
        self.asked += 1
        self.began.set()
        if self.hold is not None:
            await self.hold.wait()
        if self.trouble is not None:
            raise self.trouble
        self.done.setdefault(slots["idempotency_key"], {**slots, "action": name, "call_id": call_id})
        return ActionResult("ok", {"recollection_date": "2026-11-25"})


@pytest.fixture
def council() -> Council:
    return Council()


@pytest.fixture
async def server() -> AsyncIterator[NotifyServer]:
    async with notify() as running:
        yield running


def outbox_of(store: Store, council: Council, patience: Patience | None = None) -> Outbox:
    return Outbox(store, council, NoNotifier(), patience=patience)


async def file(store: Store, *made: Draft) -> list[str]:
    await store.start_call("call-1", channel="browser", caller=None, release=1)
    recorded = await store.commit_turn("call-1", state=drafts.state(), heard="", said="", decision="", drafts=made)
    return [one.reference for one in recorded]


async def test_a_case_is_delivered_while_the_caller_waits(store: Store, council: Council) -> None:
    (reference,) = await file(store, drafts.case())

    facts = await outbox_of(store, council).deliver_now("call-1:1:case", 2)

    assert facts == {"recollection_date": "2026-11-25"}
    asked = council.done["call-1:1:case"]
    assert asked["action"] == "action_report_missed_bin"
    assert (asked["bin_type"], asked["reference"], asked["call_id"]) == ("recycling", reference, "call-1")
    assert asked["today"] == "2026-11-23"
    case = await store.case(reference)
    assert (case.delivery, case.facts) == ("done", facts)
    assert await store.due_entries() == ()


async def test_asking_again_for_what_arrived_returns_its_facts_without_doing_it(store: Store, council: Council) -> None:
    await file(store, drafts.case())
    outbox = outbox_of(store, council)
    first = await outbox.deliver_now("call-1:1:case", 2)
    assert await outbox.deliver_now("call-1:1:case", 2) == first
    assert council.asked == 1


async def test_a_dead_action_server_leaves_the_case_in_the_outbox(store: Store, council: Council, clock: Clock) -> None:
    (reference,) = await file(store, drafts.case())
    outbox = outbox_of(store, council)
    council.trouble = ActionUnavailableError("down")
    assert await outbox.deliver_now("call-1:1:case", 2) is None
    assert (await store.case(reference)).delivery == "due"

    council.trouble = None
    assert await outbox.deliver_due() == 0
    clock.forward(seconds=10)
    assert await outbox.deliver_due() == 1
    assert (await store.case(reference)).delivery == "done"


async def test_pauses_grow_and_end_in_an_alarm(store: Store, council: Council, clock: Clock) -> None:
    (reference,) = await file(store, drafts.case())
    outbox = outbox_of(store, council, Patience(attempts=4))
    council.trouble = ActionUnavailableError("down")
    pauses = []
    for _ in range(3):
        await outbox.deliver_due()
        due = (await store.entry("call-1:1:case")).due
        pauses.append((due - clock()).total_seconds())
        clock.time = due
    assert 2.5 <= pauses[0] <= 5 <= pauses[1] * 2 <= 20 <= pauses[2] * 4 <= 80
    assert await store.alarms() == ()

    await outbox.deliver_due()

    assert (await store.entry("call-1:1:case")).state == "dead"
    assert (await store.case(reference)).delivery == "stuck"
    (alarm,) = await store.alarms()
    assert (alarm.code, alarm.subject) == ("action-unavailable", reference)
    await store.clear_alarm(alarm.id)
    assert await store.alarms() == ()


async def test_a_person_can_send_again_what_was_given_up(store: Store, council: Council) -> None:
    (reference,) = await file(store, drafts.case())
    council.trouble = ActionRejectedError("not a day on which we collect")
    outbox = outbox_of(store, council)
    assert await outbox.deliver_now("call-1:1:case", 2) is None
    assert (await store.case(reference)).delivery == "stuck"

    council.trouble = None
    await store.try_again("call-1:1:case")
    assert await outbox.deliver_due() == 1
    assert (await store.case(reference)).delivery == "done"


async def test_two_deliverers_do_not_deliver_the_same_entry(store: Store, council: Council) -> None:
    await file(store, *(drafts.case(f"k{number}") for number in range(5)))
    outboxes = [outbox_of(store, council) for _ in range(3)]
    assert sum(await asyncio.gather(*(outbox.deliver_due() for outbox in outboxes))) == 5
    assert council.asked == 5


async def test_a_deliverer_that_dies_is_followed_by_another_with_the_same_key(
    store: Store, council: Council, clock: Clock
) -> None:
    await file(store, drafts.case())
    council.hold = asyncio.Event()
    dying = asyncio.create_task(outbox_of(store, council).deliver_due())
    await council.began.wait()
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    council.hold = None

    assert await outbox_of(store, council).deliver_due() == 0
    clock.forward(minutes=2)
    assert await outbox_of(store, council).deliver_due() == 1
    assert list(council.done) == ["call-1:1:case"]


async def test_entries_survive_a_restart(database_url: str, council: Council, clock: Clock) -> None:
    async with Store.open(database_url, clock=clock) as store:
        await file(store, drafts.case())
    async with Store.open(database_url, clock=clock) as store:
        assert await outbox_of(store, council).deliver_due() == 1


async def test_it_runs_by_itself_and_wakes_when_told(store: Store, council: Council) -> None:
    outbox = outbox_of(store, council, Patience(look_seconds=600))
    running = asyncio.create_task(outbox.run())
    try:
        await asyncio.sleep(0)
        await file(store, drafts.case())
        while not council.done:
            outbox.wake()
            await asyncio.sleep(0.02)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_a_message_whose_answer_was_lost_is_not_sent_twice(
    store: Store, council: Council, clock: Clock, server: NotifyServer
) -> None:
    await file(store, drafts.message())
    outbox = Outbox(store, council, GovUkNotify(API_KEY, base_url=server.url))
    server.lose_answers = 1
    assert await outbox.deliver_due() == 0
    clock.forward(minutes=1)
    assert await outbox.deliver_due() == 1
    assert len(server.sent) == 1
    assert server.sent[0]["reference"] == "call-1:1:message"


async def test_a_message_to_a_wrong_number_raises_an_alarm(
    store: Store, council: Council, server: NotifyServer
) -> None:
    (reference,) = await file(store, drafts.message(to="nowhere"))
    outbox = Outbox(store, council, GovUkNotify(API_KEY, base_url=server.url))
    await outbox.deliver_due()
    assert [(alarm.code, alarm.subject) for alarm in await store.alarms()] == [("message-rejected", reference)]


async def test_an_unknown_key_is_simply_not_delivered(store: Store, council: Council) -> None:
    assert await outbox_of(store, council).deliver_now("nothing", 1) is None
