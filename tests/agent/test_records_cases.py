"""Cases at the desk, releases, sign-in and retention."""

from __future__ import annotations

import datetime as dt

import pytest

from agent.errors import NotOnRecordError
from agent.records import Case, Store
from agent.state import Draft
from tests.agent import drafts
from tests.agent.conftest import Clock


async def file_case(store: Store, key: str = "call-1:1:case", call_id: str = "call-1") -> Case:
    await store.start_call(call_id, channel="browser", caller=None, release=1)
    (one,) = await store.commit_turn(
        call_id, state=drafts.state(call_id), heard="yes", said="done", decision="filed", drafts=[drafts.case(key)]
    )
    return await store.case(one.reference)


async def test_a_case_is_found_however_its_reference_is_written(store: Store) -> None:
    case = await file_case(store)
    letters, digits = case.reference.split("-")
    assert await store.case(f"{letters.lower()} {digits}") == case
    assert await store.case(letters + digits) == case


async def test_an_unknown_case_is_an_error(store: Store) -> None:
    with pytest.raises(NotOnRecordError):
        await store.case("ZZ-0000")


async def test_notes_stand_on_a_case_in_order(store: Store, clock: Clock) -> None:
    case = await file_case(store)
    await store.note_on_case(case.reference, author="Priya", text="rang the crew")
    clock.forward(minutes=5)
    closed = await store.close_case(case.reference, author="Priya", text="collected")
    assert [(note.author, note.text) for note in closed.notes] == [("Priya", "rang the crew"), ("Priya", "collected")]
    assert closed.status == "closed"


async def test_an_undone_case_is_not_delivered_any_more(store: Store) -> None:
    case = await file_case(store)
    undone = await store.undo_case(case.reference, author="Priya", text="wrong address")
    assert (undone.status, undone.delivery) == ("undone", "cancelled")
    assert await store.due_entries() == ()
    assert await store.lease("call-1:1:case", 10) is None


async def test_undoing_what_was_delivered_says_so(store: Store) -> None:
    case = await file_case(store)
    await store.delivered("call-1:1:case", {"recollection_date": "2026-11-25"})
    undone = await store.undo_case(case.reference, author="Priya", text="wrong address")
    assert (undone.status, undone.delivery, undone.facts["recollection_date"]) == ("undone", "done", "2026-11-25")


async def test_the_desk_lists_cases_by_state_team_and_time(store: Store, clock: Clock) -> None:
    first = await file_case(store, "k1")
    clock.forward(minutes=1)
    second = await file_case(store, "k2")
    await store.close_case(first.reference, author="Priya")
    assert [case.reference for case in await store.cases()] == [second.reference, first.reference]
    assert [case.reference for case in await store.cases(status="open")] == [second.reference]
    assert await store.cases(team="housing") == ()
    assert len(await store.cases(call_id="call-1", limit=1)) == 1


async def test_hazards_are_listed_by_the_time_the_law_sets(store: Store, clock: Clock) -> None:
    await store.start_call("call-1", channel="browser", caller=None, release=1)
    timed = [
        drafts.case(f"k{hours}").model_copy(
            update={"due": (clock() + dt.timedelta(hours=hours)).isoformat(), "hazard": "heating"}
        )
        for hours in (240, 24)
    ]
    await store.commit_turn(
        "call-1", state=drafts.state(), heard="", said="", decision="", drafts=[*timed, drafts.case("untimed")]
    )
    pressing = await store.cases(due_before=clock() + dt.timedelta(days=30))
    assert [case.due for case in pressing] == [clock() + dt.timedelta(hours=24), clock() + dt.timedelta(hours=240)]


async def test_releases_are_numbered_and_one_is_active(store: Store) -> None:
    with pytest.raises(NotOnRecordError):
        await store.active_release()
    assert await store.publish({"missed_bin.yaml": "one"}, "first", "setup") == 1
    assert await store.publish({"missed_bin.yaml": "two"}, "shorter words", "admin") == 2
    assert (await store.active_release()).documents == {"missed_bin.yaml": "two"}

    await store.activate(1)

    active = await store.active_release()
    assert (active.number, active.note, active.documents["missed_bin.yaml"]) == (1, "first", "one")
    assert [(release.number, release.active) for release in await store.releases()] == [(2, False), (1, True)]
    assert (await store.release(2)).author == "admin"
    assert await store.publish({}, "third", "admin") == 3
    with pytest.raises(NotOnRecordError):
        await store.activate(9)


async def test_a_role_signs_in_with_its_password_only(store: Store) -> None:
    assert not await store.has_password("staff")
    assert not await store.verify("staff", "anything")
    await store.set_password("staff", "correct horse")
    await store.set_password("admin", "battery staple")
    assert await store.verify("staff", "correct horse")
    assert not await store.verify("staff", "battery staple")
    await store.set_password("staff", "changed")
    assert await store.verify("staff", "changed")
    assert not await store.verify("staff", "correct horse")


async def test_words_go_first_then_calls_then_cases(store: Store, clock: Clock) -> None:
    case = await file_case(store)
    await store.delivered("call-1:1:case", {})
    await store.end_call("call-1", "completed")

    clock.forward(days=31)
    purged = await store.purge(clock())
    assert (purged.words, purged.calls, purged.cases) == (1, 0, 0)
    assert (await store.turns("call-1"))[0].heard is None

    clock.forward(days=60)
    assert (await store.purge(clock())).calls == 1
    assert (await store.case(case.reference)).call_id is None

    clock.forward(days=300)
    assert (await store.purge(clock())).cases == 1
    with pytest.raises(NotOnRecordError):
        await store.case(case.reference)


async def test_what_is_not_delivered_yet_is_not_deleted(store: Store, clock: Clock) -> None:
    case = await file_case(store)
    clock.forward(days=4000)
    await store.purge(clock())
    assert await store.case(case.reference)


async def test_a_deleted_cases_reference_and_key_stay_taken(store: Store, clock: Clock) -> None:
    case = await file_case(store)
    await store.delivered("call-1:1:case", {})
    clock.forward(days=400)
    await store.purge(clock())
    (again,) = await store.commit_turn(
        "call-1", state=drafts.state(), heard="", said="", decision="", drafts=[drafts.case()]
    )
    assert (again.reference, again.again) == (case.reference, True)


async def test_promises_that_were_kept_are_forgotten(store: Store, clock: Clock) -> None:
    await store.start_call("call-1", channel="browser", caller=None, release=1)
    made: list[Draft] = [drafts.callback("k1"), drafts.callback("k2"), drafts.handoff(), drafts.message()]
    recorded = await store.commit_turn("call-1", state=drafts.state(), heard="", said="", decision="", drafts=made)
    await store.settle_callback(recorded[0].reference, "done")
    await store.accept_handoff(recorded[2].id, "Priya")
    await store.delivered("call-1:1:message", {})
    clock.forward(days=100)
    assert (await store.purge(clock())).others == 3
    assert [callback.key for callback in await store.callbacks()] == ["k2"]


async def test_nothing_a_caller_said_is_left_in_the_file(sqlite_url: str, clock: Clock) -> None:
    async with Store.open(sqlite_url, clock=clock) as store:
        await store.start_call("call-1", channel="browser", caller="01632 960777", release=1)
        await store.commit_turn(
            "call-1", state=drafts.state(), heard="my secret garden", said="noted", decision="", drafts=[]
        )
        await store.end_call("call-1", "completed")
        clock.forward(days=100)
        await store.purge(clock())
    folder = sqlite_url.removeprefix("sqlite:///")
    with open(folder, "rb") as file:
        left = file.read()
    assert b"secret garden" not in left
    assert b"960777" not in left
