from __future__ import annotations

import datetime as dt

import pytest
from playwright.async_api import expect

from agent.records import Store
from tests.desk.callers import callback_of, case_of
from tests.desk.conftest import STAFF_PASSWORD, OpenBrowser, sign_in, violations
from tests.desk.visitor import Visitor

pytestmark = pytest.mark.usefixtures("passwords")
NOW = dt.datetime.now(dt.UTC)


@pytest.fixture
async def adviser(visitor: Visitor) -> Visitor:
    await visitor.sign_in("staff", STAFF_PASSWORD, name="Grace")
    return visitor


async def test_a_call_back_is_done_and_can_be_taken_back(adviser: Visitor, store: Store) -> None:
    reference = await callback_of(store, "call-1", NOW - dt.timedelta(hours=3))
    due = await adviser.open("/desk/callbacks")
    assert "07700 900 123" in due.text
    assert "Late" in due.text

    done = await adviser.post(f"/desk/callbacks/{reference}", step="done")
    assert "is done" in (await adviser.open(done.location)).text
    assert await store.callbacks("booked") == ()

    await adviser.post(f"/desk/callbacks/{reference}", step="undo")
    assert [callback.reference for callback in await store.callbacks("booked")] == [reference]


async def test_nobody_answered_so_the_call_back_stays_due(adviser: Visitor, store: Store) -> None:
    reference = await callback_of(store, "call-1", NOW)
    await adviser.open("/desk/callbacks")
    tried = await adviser.post(f"/desk/callbacks/{reference}", step="tried")
    assert "Tried once" in (await adviser.open(tried.location)).text
    assert [callback.tries for callback in await store.callbacks("booked")] == [1]
    await adviser.post(f"/desk/callbacks/{reference}", step="untried")
    assert [callback.tries for callback in await store.callbacks("booked")] == [0]


async def test_a_call_back_that_does_not_exist_is_not_found(adviser: Visitor) -> None:
    await adviser.open("/desk/callbacks")
    assert (await adviser.post("/desk/callbacks/AB-9999", step="done")).status == 404


async def test_a_case_is_found_by_its_reference_however_it_is_written(adviser: Visitor, store: Store) -> None:
    reference = await case_of(store, "call-1")
    found = await adviser.open(f"/desk/cases?reference={reference.lower().replace('-', '%20')}")
    assert found.location == f"/desk/cases/{reference}"
    shown = (await adviser.open(found.location)).text
    assert "14 Mill Lane, QA1 4TB" in shown
    assert "I want to talk to somebody about my bin" in shown

    missing = await adviser.open("/desk/cases?reference=AB-0000")
    assert "There is no case AB-0000." in missing.text


async def test_an_adviser_notes_and_closes_a_case(adviser: Visitor, store: Store) -> None:
    reference = await case_of(store, "call-1")
    await adviser.open(f"/desk/cases/{reference}")
    await adviser.post(f"/desk/cases/{reference}", step="note", text="<b>Rang</b> the crew")
    await adviser.post(f"/desk/cases/{reference}", step="close", text="")
    case = await store.case(reference)
    assert [(note.author, note.text) for note in case.notes] == [("Grace", "<b>Rang</b> the crew"), ("Grace", "closed")]
    assert case.status == "closed"
    assert "&lt;b&gt;Rang&lt;/b&gt;" in (await adviser.open(f"/desk/cases/{reference}")).text


async def test_a_delivery_that_was_given_up_is_shown_and_tried_again(adviser: Visitor, store: Store) -> None:
    reference = await case_of(store, "call-1")
    await store.give_up("call-1:case", "action-rejected")
    shown = (await adviser.open("/desk/deliveries")).text
    assert reference in shown
    assert "Action rejected" in shown

    await adviser.post("/desk/deliveries/again", key="call-1:case")
    assert (await store.entry("call-1:case")).state == "due"
    alarm = (await store.alarms())[0]
    await adviser.post(f"/desk/alarms/{alarm.id}")
    assert "Everything arrived." in (await adviser.open("/desk/deliveries")).text
    assert await store.alarms() == ()


async def test_the_records_pages_are_accessible(open_browser: OpenBrowser, address: str, store: Store) -> None:
    reference = await case_of(store, "call-1")
    await store.give_up("call-1:case", "action-rejected")
    await callback_of(store, "call-2", NOW)
    page = await sign_in(await open_browser(), address, "staff")
    for name in ("callbacks", "cases", f"cases/{reference}", "deliveries", "cases?reference=AB-0000"):
        await page.goto(f"{address}/desk/{name}")
        await expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert await violations(page) == [], name
