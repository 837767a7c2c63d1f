from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import expect

from desk.app import DeskServices
from tests.desk.callers import case_of, wait_for_person
from tests.desk.conftest import OpenBrowser, say, sign_in, violations
from tests.desk.fake_line import FakeLine
from tests.desk.visitor import Visitor

pytestmark = pytest.mark.usefixtures("passwords")


async def test_a_caller_arrives_is_taken_and_both_hear_each_other(
    open_browser: OpenBrowser, address: str, services: DeskServices, line: FakeLine, tmp_path: Path
) -> None:
    page = await sign_in(await open_browser(say("Hello, this is Grace.", tmp_path / "grace.wav")), address, "staff")
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    await expect(page.get_by_text("Nobody is waiting.")).to_be_visible()
    assert await violations(page) == []

    call = await line.start(channel="browser", on_event=lambda _: None)
    reference = await case_of(services.store, call.id)
    handoff = await wait_for_person(services.store, services.queue, call.id)
    card = page.get_by_role("article", name="Missed bin collection")
    await expect(card).to_be_visible()
    await expect(card).to_contain_text("Rose Pym, 01632 960 123")
    await expect(card).to_contain_text("The address could not be found twice")
    await expect(page.locator("#news")).to_have_text("A caller is waiting: Missed bin collection")
    await expect(page).to_have_title("(1) Callers waiting – Ashcombe Borough Council phone line")
    assert await violations(page) == []

    await card.get_by_role("button", name="Accept").click()
    await expect(page.get_by_text("You are talking with the caller")).to_be_visible()
    await expect(page.locator("#handoffs article")).to_have_count(0)
    assert await violations(page) == []
    leg = line.calls[0].legs[0]
    await leg.loud.wait()
    await page.get_by_label("Note").fill("A crew comes tomorrow.")
    await page.get_by_role("button", name="Put down and finish").click()

    await expect(page.locator("#talk")).to_be_hidden()
    settled = await services.store.handoff(handoff)
    assert (settled.status, settled.adviser) == ("finished", "Grace")
    assert settled.pack is not None
    assert settled.pack["note"] == "A crew comes tomorrow."
    assert (await services.store.case(reference)).notes[0].text == "A crew comes tomorrow."
    assert leg.left.is_set()
    assert problems == []


async def test_an_adviser_takes_a_caller_with_the_keyboard_alone(
    open_browser: OpenBrowser, address: str, services: DeskServices, line: FakeLine, tmp_path: Path
) -> None:
    page = await sign_in(await open_browser(say("Hello.", tmp_path / "grace.wav")), address, "staff")
    call = await line.start(channel="browser", on_event=lambda _: None)
    await wait_for_person(services.store, services.queue, call.id, urgent=True)
    accept = page.get_by_role("button", name="Accept the caller about Gas leak")
    await expect(accept).to_be_visible()
    for _ in range(30):
        await page.keyboard.press("Tab")
        if await accept.evaluate("button => button === document.activeElement"):
            break
    await page.keyboard.press("Enter")
    await expect(page.locator("#talk-status")).to_be_focused()
    await expect(page.get_by_text("You are talking with the caller")).to_be_visible()

    await call.hang_up()
    await expect(page.get_by_text("The caller has hung up. Finish your note.")).to_be_visible()
    await page.keyboard.press("Tab")
    await page.keyboard.type("Sent to the gas emergency line.")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Callers waiting")).to_be_focused()
    assert (await services.store.handoffs("finished"))[0].pack is not None


async def test_a_caller_who_hung_up_is_booked_to_be_rung(
    open_browser: OpenBrowser, address: str, services: DeskServices, tmp_path: Path
) -> None:
    page = await sign_in(await open_browser(say("Hello.", tmp_path / "grace.wav")), address, "staff")
    await wait_for_person(services.store, services.queue, "a-call-that-is-gone")
    await page.get_by_role("button", name="Accept").click()
    await expect(page.get_by_role("alert")).to_contain_text("The caller has hung up. A call back is booked for them.")
    assert [callback.phone for callback in await services.store.callbacks("booked")] == ["01632 960 123"]


async def test_a_desk_without_a_microphone_does_not_take_the_caller(
    open_browser: OpenBrowser, address: str, services: DeskServices, line: FakeLine
) -> None:
    page = await sign_in(await open_browser(), address, "staff")
    call = await line.start(channel="browser", on_event=lambda _: None)
    handoff = await wait_for_person(services.store, services.queue, call.id)
    await page.get_by_role("button", name="Accept").click()
    await expect(page.get_by_role("alert")).to_contain_text("microphone")
    assert (await services.store.handoff(handoff)).status == "waiting"


async def test_the_desk_is_for_people_who_are_signed_in(visitor: Visitor) -> None:
    for path in ("/desk/waiting", "/desk/handoffs/1/live"):
        assert (await visitor.open(path)).location.startswith("/sign-in")
