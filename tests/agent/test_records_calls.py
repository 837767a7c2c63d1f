"""A turn and everything it promised is kept together, once."""

from __future__ import annotations

import asyncio
import datetime as dt
import re

import pytest

from agent.errors import NotOnRecordError, TakenOverError
from agent.records import RecordsSettings, Store
from agent.state import Draft
from tests.agent import drafts
from tests.agent.conftest import Clock


async def ring(store: Store, call_id: str = "call-1") -> None:
    await store.start_call(call_id, channel="browser", caller="01632 960001", release=1)


async def test_a_committed_turn_holds_its_words_state_and_drafts(store: Store) -> None:
    await ring(store)
    every: list[Draft] = [drafts.case(), drafts.callback(), drafts.handoff(), drafts.message()]

    recorded = await store.commit_turn(
        "call-1",
        state=drafts.state(),
        heard="my bin was missed",
        said="I have reported it",
        decision="filed",
        drafts=every,
    )

    assert [(one.kind, one.again) for one in recorded] == [
        ("case", False),
        ("callback", False),
        ("handoff", False),
        ("message", False),
    ]
    assert len({one.reference for one in recorded}) == 4
    case = await store.case(recorded[0].reference)
    assert (case.title, case.delivery, case.slots["bin_type"].value) == ("Missed bin", "due", "recycling")
    assert [entry.kind for entry in await store.due_entries()] == ["action", "message"]
    assert [turn.heard for turn in await store.turns("call-1")] == ["my bin was missed"]
    assert (await store.call("call-1")).state == drafts.state()


async def test_a_second_commit_with_the_same_keys_records_nothing_twice(store: Store) -> None:
    await ring(store)

    async def commit() -> list[tuple[str, bool]]:
        recorded = await store.commit_turn(
            "call-1", state=drafts.state(), heard="yes", said="done", decision="filed", drafts=[drafts.case()]
        )
        return [(one.reference, one.again) for one in recorded]

    first, second = await commit(), await commit()
    assert second == [(first[0][0], True)]
    assert len(await store.cases()) == 1
    assert len(await store.due_entries()) == 1
    assert len(await store.turns("call-1")) == 1


async def test_the_same_key_at_the_same_moment_makes_one_case(store: Store) -> None:
    await ring(store)
    recorded = await asyncio.gather(
        *(
            store.commit_turn(
                "call-1",
                state=drafts.state(turn=turn),
                heard="yes",
                said="done",
                decision="filed",
                drafts=[drafts.case()],
            )
            for turn in range(1, 6)
        )
    )
    assert len({one.reference for (one,) in recorded}) == 1
    assert sorted(one.again for (one,) in recorded) == [False, True, True, True, True]
    assert len(await store.cases()) == 1


async def test_when_one_draft_cannot_be_kept_nothing_of_the_turn_is(store: Store) -> None:
    await ring(store)
    broken = drafts.callback().model_copy(update={"window": ("today", "tomorrow")})
    with pytest.raises(ValueError, match="today"):
        await store.commit_turn(
            "call-1", state=drafts.state(), heard="yes", said="done", decision="filed", drafts=[drafts.case(), broken]
        )
    assert await store.cases() == ()
    assert await store.turns("call-1") == ()
    assert (await store.call("call-1")).state is None


async def test_a_call_that_was_never_started_is_refused(store: Store) -> None:
    with pytest.raises(NotOnRecordError):
        await store.commit_turn("call-9", state=drafts.state(), heard="", said="", decision="", drafts=[])


async def test_a_callback_promised_without_a_number_takes_the_number_later(store: Store) -> None:
    await ring(store)
    for phone in ("", "07700 900456"):
        await store.commit_turn(
            "call-1", state=drafts.state(), heard="", said="", decision="", drafts=[drafts.callback(phone=phone)]
        )
    (booked,) = await store.callbacks()
    assert booked.phone == "07700 900456"


async def test_words_are_not_kept_where_the_council_keeps_none(sqlite_url: str) -> None:
    async with Store.open(sqlite_url, settings=RecordsSettings(transcript_days=0)) as store:
        await ring(store)
        await store.commit_turn(
            "call-1", state=drafts.state(), heard="my name is", said="thank you", decision="slot", drafts=[]
        )
        (turn,) = await store.turns("call-1")
        assert (turn.heard, turn.said, turn.decision) == (None, None, "slot")


async def test_a_nul_in_what_was_heard_is_no_reason_to_lose_a_turn(store: Store) -> None:
    await ring(store)
    await store.commit_turn("call-1", state=drafts.state(), heard="a\x00b", said="", decision="", drafts=[])
    assert (await store.turns("call-1"))[0].heard == "ab"


async def test_open_calls_are_those_of_this_worker_that_never_ended(store: Store, database_url: str) -> None:
    await ring(store, "call-1")
    await ring(store, "call-2")
    await store.end_call("call-2", "completed")
    await store.end_call("call-2", "hung up")
    async with Store.open(database_url, owner="other") as other:
        await ring(other, "call-3")
    assert [call.call_id for call in await store.open_calls()] == ["call-1"]
    assert [call.call_id for call in await store.open_calls("other")] == ["call-3"]
    assert (await store.call("call-2")).outcome == "completed"


async def test_a_process_that_wakes_up_changes_nothing_of_a_call_that_another_one_has(
    store: Store, database_url: str
) -> None:
    # Given a process that froze in a call, and another that went on with it, when the first wakes up, then what it
    # still wanted to keep is refused: neither turns nor state are written over, and nothing is filed twice.
    await ring(store)

    async def takes(by: Store, turn: int, said: str) -> None:
        state = drafts.state().model_copy(update={"turn": turn})
        await by.commit_turn("call-1", state=state, heard="", said=said, decision="", drafts=[drafts.case(said)])

    await takes(store, 0, "before")
    async with Store.open(database_url, owner="other") as other:
        await ring(other)
        await takes(other, 1, "after")
        with pytest.raises(TakenOverError):
            await takes(store, 1, "woken up")
        await store.end_call("call-1", "woken up")
        assert [turn.said for turn in await store.turns("call-1")] == ["before", "after"]
        assert len(await store.cases()) == 2
        await other.end_call("call-1", "say goodbye")
    assert (await store.call("call-1")).outcome == "say goodbye"


async def test_references_can_be_said_and_never_come_again(store: Store, clock: Clock) -> None:
    await ring(store)
    many = [drafts.callback(key=f"k{number}") for number in range(60)]
    recorded = await store.commit_turn("call-1", state=drafts.state(), heard="", said="", decision="", drafts=many)
    references = {one.reference for one in recorded}
    assert len(references) == 60
    assert all(re.fullmatch(r"[ABFHLMQRWXY]{2}-[1-9]{4,5}", reference) for reference in references)


async def test_a_reference_begins_with_the_councils_letters_and_grows_when_short_ones_run_out(sqlite_url: str) -> None:
    async with Store.open(sqlite_url, settings=RecordsSettings(reference_prefix="AS")) as store:
        await ring(store)
        drafted = [drafts.callback(key=f"k{number}") for number in range(50)]
        recorded = await store.commit_turn(
            "call-1", state=drafts.state(), heard="", said="", decision="", drafts=drafted
        )
        assert all(one.reference.startswith("AS-") for one in recorded)


async def test_the_calls_of_one_number_are_counted(store: Store, clock: Clock) -> None:
    await ring(store, "call-1")
    clock.forward(hours=2)
    await ring(store, "call-2")
    await store.start_call("call-3", channel="browser", caller=None, release=1)

    assert await store.calls_from("01632 960001", store.now() - dt.timedelta(hours=1)) == 1
    assert await store.calls_from("01632 960001", store.now() - dt.timedelta(hours=3)) == 2
    assert await store.calls_from("01632 960002", store.now() - dt.timedelta(hours=3)) == 0


async def test_a_call_that_is_started_again_goes_on(store: Store) -> None:
    # Given a caller who was thought to be gone, when they are back in the same room, then the call is open once more.
    await ring(store)
    await store.end_call("call-1", "caller hung up")
    await ring(store)
    call = await store.call("call-1")
    assert (call.ended, call.outcome) == (None, None)
    await store.end_call("call-1", "say goodbye")
    assert (await store.call("call-1")).outcome == "say goodbye"
