"""Fetching a person: what the adviser reads, who gets the caller, and the call back when nobody comes."""

from __future__ import annotations

import asyncio
import datetime as dt
from contextlib import aclosing

import pytest

from agent.errors import HandoffTakenError, NotOnRecordError
from agent.handoff import Accepted, HandoffPack, HandoffQueue, NobodyCame
from agent.records import Handoff, Store, Turn
from agent.state import CallState, Filed, HandoffDraft, SlotValue
from telephony.hours import Hours
from telephony.settings import HoursSettings
from tests.agent import drafts
from tests.agent.conftest import Clock

SINCE = dt.datetime(2026, 11, 23, 10, 30, tzinfo=dt.UTC)
TURNS = (
    Turn(number=1, at=SINCE, heard="hello", said="Ashcombe council", decision="greeting"),
    Turn(number=2, at=SINCE, heard="you lot have left my blue bin again", said="Which address?", decision="slot"),
    Turn(number=3, at=SINCE, heard="just get me a person please", said="Of course", decision="person"),
)
STATE = CallState(
    call_id="call-1",
    release=1,
    turn=3,
    slots={
        "bin_type": SlotValue(value="recycling", spoken="recycling", probability=0.97, confirmed=True),
        "name": SlotValue(value="Ada Marsh", spoken="Ada Marsh", probability=0.71),
    },
    filed=(Filed(service="pothole", reference="AB-4729"),),
    failed=("address",),
    caller_phone="01632 960001",
)
DRAFT = HandoffDraft(key="call-1:3:handoff", reason="asked for a person", team="Waste and recycling")


def pack(state: CallState = STATE, turns: tuple[Turn, ...] = TURNS) -> HandoffPack:
    return HandoffPack.build(state, turns, DRAFT, wants="Missed bin collection", since=SINCE)


def test_a_pack_says_who_what_and_why() -> None:
    built = pack()
    assert built.who == "Ada Marsh, 01632 960001"
    assert (built.wants, built.reason, built.failed, built.filed) == (
        "Missed bin collection",
        "asked for a person",
        ("address",),
        ("AB-4729",),
    )
    assert [(value.name, value.spoken, value.confirmed) for value in built.values] == [
        ("bin type", "recycling", True),
        ("name", "Ada Marsh", False),
    ]
    assert built.confidence == 0.71
    assert built.summary == (
        "About: Missed bin collection. Began with: “you lot have left my blue bin again”. "
        "Gave bin type: recycling; name: Ada Marsh. Already filed: AB-4729. Did not work: address. "
        "Last said: “just get me a person please”. Put through because: asked for a person."
    )


def test_a_pack_of_a_call_that_had_hardly_begun_invents_nothing() -> None:
    built = HandoffPack.build(CallState(call_id="call-1", release=1), (), DRAFT, wants=None, since=SINCE)
    assert (built.who, built.wants, built.confidence) == ("a caller who withheld the number", "not known yet", None)
    assert built.summary == "About: not known yet. Put through because: asked for a person."


@pytest.fixture
def queue(store: Store) -> HandoffQueue:
    return queue_on(store)


def ids(waiting: tuple[Handoff, ...]) -> list[int]:
    return [handoff.id for handoff in waiting]


def queue_on(store: Store) -> HandoffQueue:
    return HandoffQueue(store, Hours(HoursSettings()), "contact_centre", poll_seconds=0.05)


async def ask_for_a_person(store: Store, queue: HandoffQueue, call_id: str = "call-1", *, urgent: bool = False) -> int:
    await store.start_call(call_id, channel="browser", caller="01632 960001", release=1)
    draft = DRAFT.model_copy(update={"key": f"{call_id}:3:handoff", "urgent": urgent})
    (one,) = await store.commit_turn(call_id, state=STATE, heard="", said="", decision="", drafts=[draft])
    await queue.offer(one.id, pack())
    return one.id


async def test_an_adviser_accepts_and_the_call_knows(store: Store, queue: HandoffQueue) -> None:
    handoff_id = await ask_for_a_person(store, queue)
    waiting = asyncio.create_task(queue.wait(handoff_id, 60))
    (shown,) = await queue.waiting()
    assert HandoffPack.model_validate(shown.pack) == pack()

    await queue.accept(handoff_id, "Priya")

    assert await waiting == Accepted("Priya")
    assert await queue.waiting() == ()
    await queue.finish(handoff_id)
    assert (await store.handoff(handoff_id)).status == "finished"


async def test_an_adviser_in_another_process_is_seen_too(
    store: Store, queue: HandoffQueue, database_url: str, clock: Clock
) -> None:
    handoff_id = await ask_for_a_person(store, queue)
    waiting = asyncio.create_task(queue.wait(handoff_id, 60))
    async with Store.open(database_url, clock=clock) as desk:
        await queue_on(desk).accept(handoff_id, "Priya")
    assert await waiting == Accepted("Priya")


async def test_only_one_adviser_gets_a_caller(store: Store, queue: HandoffQueue) -> None:
    handoff_id = await ask_for_a_person(store, queue)
    answers = await asyncio.gather(
        *(queue.accept(handoff_id, name) for name in ("Priya", "Tom", "Grace")), return_exceptions=True
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["Handoff", "HandoffTakenError", "HandoffTakenError"]


async def test_when_nobody_comes_a_call_back_is_booked(store: Store, queue: HandoffQueue) -> None:
    handoff_id = await ask_for_a_person(store, queue)
    told = await queue.wait(handoff_id, 0.1)
    assert isinstance(told, NobodyCame)
    assert not told.closed
    assert (told.callback.phone, told.callback.team) == ("01632 960001", "Waste and recycling")
    assert told.callback.window_start == dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
    assert told.callback.window_end == dt.datetime(2026, 11, 23, 14, tzinfo=dt.UTC)
    with pytest.raises(HandoffTakenError):
        await queue.accept(handoff_id, "Priya")


async def test_when_the_council_is_closed_nobody_is_waited_for(store: Store, queue: HandoffQueue, clock: Clock) -> None:
    clock.forward(hours=10)
    handoff_id = await ask_for_a_person(store, queue)
    told = await queue.wait(handoff_id, 600)
    assert isinstance(told, NobodyCame)
    assert told.closed
    assert told.callback.window_start == dt.datetime(2026, 11, 24, 9, tzinfo=dt.UTC)


async def test_what_the_caller_then_agrees_to_is_the_same_call_back(store: Store, queue: HandoffQueue) -> None:
    handoff_id = await ask_for_a_person(store, queue)
    told = await queue.wait(handoff_id, 0)
    assert isinstance(told, NobodyCame)
    agreed = drafts.callback(key="call-1:5:callback", phone="07700 900456")
    (recorded,) = await store.commit_turn("call-1", state=STATE, heard="", said="", decision="", drafts=[agreed])
    assert recorded.reference == told.callback.reference
    (only,) = await store.callbacks()
    assert only.phone == "07700 900456"


async def test_a_caller_who_hangs_up_while_waiting_is_called_back_once(store: Store, queue: HandoffQueue) -> None:
    handoff_id = await ask_for_a_person(store, queue)
    first, second = await queue.leave(handoff_id), await queue.leave(handoff_id)
    assert first == second
    assert len(await store.callbacks("booked")) == 1


async def test_a_caller_who_was_taken_cannot_leave_into_a_call_back(store: Store, queue: HandoffQueue) -> None:
    handoff_id = await ask_for_a_person(store, queue)
    await queue.accept(handoff_id, "Priya")
    assert await queue.leave(handoff_id) == Accepted("Priya")
    assert await store.callbacks() == ()


async def test_the_desk_sees_callers_come_and_go_the_urgent_first(
    store: Store, queue: HandoffQueue, clock: Clock
) -> None:
    async with aclosing(queue.changes()) as seen:
        assert await anext(seen) == ()
        first = await ask_for_a_person(store, queue, "call-1")
        assert ids(await anext(seen)) == [first]
        clock.forward(seconds=5)
        urgent = await ask_for_a_person(store, queue, "call-2", urgent=True)
        assert ids(await anext(seen)) == [urgent, first]
        await queue.accept(urgent, "Priya")
        assert ids(await anext(seen)) == [first]


async def test_the_queue_survives_a_restart(database_url: str, clock: Clock) -> None:
    async with Store.open(database_url, clock=clock) as store:
        handoff_id = await ask_for_a_person(store, queue_on(store))
    async with Store.open(database_url, clock=clock) as store:
        (still,) = await queue_on(store).waiting()
        assert still.id == handoff_id
        assert HandoffPack.model_validate(still.pack) == pack()


async def test_an_unknown_handoff_is_an_error(queue: HandoffQueue) -> None:
    with pytest.raises(NotOnRecordError):
        await queue.accept(99, "Priya")
