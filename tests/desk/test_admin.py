from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from agent.publishing import Publisher
from tests.desk.conftest import ADMIN_PASSWORD, OpenBrowser, sign_in, violations
from tests.desk.visitor import Visitor

pytestmark = pytest.mark.usefixtures("passwords")


@pytest.fixture
async def admin(visitor: Visitor) -> Visitor:
    await visitor.sign_in("admin", ADMIN_PASSWORD)
    return visitor


async def test_an_admin_finds_a_service(admin: Visitor) -> None:
    everything = await admin.open("/admin")
    assert "Missed bin collection" in everything.text
    assert "Release 1 is live" in everything.text
    found = await admin.open("/admin?q=opening")
    assert "/admin/services/opening_hours" in found.text
    assert "Missed bin collection" not in found.text
    nothing = await admin.open("/admin?q=%3Cb%3Eunicorn")
    assert "No service has “&lt;b&gt;unicorn”" in nothing.text


async def test_what_only_the_directory_knows_is_listed_by_team_and_has_no_form(admin: Visitor) -> None:
    found = await admin.open("/admin?q=moor")
    assert "Waterways (1)" in found.text
    assert "Boat moorings" in found.text
    assert (await admin.open("/admin/services/lgsl_758")).status == 404


async def test_a_change_is_kept_in_the_draft_and_is_not_live(admin: Visitor, publisher: Publisher) -> None:
    await admin.open("/admin/services/missed_bin")
    saved = await admin.post("/admin/services/missed_bin", notice="Collections are a day late.")
    assert saved.location == "/admin/services/missed_bin?saved"
    assert "Saved in the draft" in (await admin.open(saved.location)).text
    assert (await publisher.active()).services["missed_bin"].about.notice is None
    assert "Collections are a day late." in (await admin.open("/admin/draft")).text


async def test_the_checks_say_what_is_wrong_with_file_and_line_and_nothing_can_be_published(
    admin: Visitor, publisher: Publisher
) -> None:
    await admin.open("/admin/services/missed_bin")
    wording = {"responses.utter_done": "Thank you, that's reported."}
    saved = await admin.post("/admin/services/missed_bin", **wording)
    told = (await admin.open(saved.location)).text
    assert "cannot be published like this" in told
    assert "missed_bin.yaml:" in told
    assert "{reference}" in told

    refused = await admin.post("/admin/draft/publish", note="Shorter goodbye")
    assert refused.status == 422
    assert (await publisher.active()).number == 1


async def test_putting_everything_back_leaves_nothing_to_publish(admin: Visitor, publisher: Publisher) -> None:
    await admin.open("/admin/services/missed_bin")
    await admin.post("/admin/services/missed_bin", notice="Collections are a day late.")
    await admin.post("/admin/services/missed_bin", notice="")
    assert dict(publisher.edits.changed()) == {}


async def test_changes_are_thrown_away_one_service_at_a_time(admin: Visitor, publisher: Publisher) -> None:
    for service in ("missed_bin", "opening_hours"):
        await admin.open(f"/admin/services/{service}")
        await admin.post(f"/admin/services/{service}", notice="Closed on Monday.")
    await admin.post("/admin/services/missed_bin/discard")
    assert list(publisher.edits.changed()) == ["opening_hours.yaml"]


async def test_a_service_that_does_not_exist_is_not_found(admin: Visitor) -> None:
    assert (await admin.open("/admin/services/unicorns")).status == 404
    assert (await admin.open("/admin/releases/99")).status == 404


async def test_two_releases_are_compared_in_the_words_of_the_form(admin: Visitor, publisher: Publisher) -> None:
    await admin.open("/admin/services/opening_hours")
    await admin.post("/admin/services/opening_hours", notice="Closed on Monday.")
    assert await publisher.publish("Closed on Monday", "Ada") == 2
    shown = (await admin.open("/admin/releases/2")).text
    assert "Notice" in shown
    assert "Closed on Monday." in shown
    assert "It was the first release" in (await admin.open("/admin/releases/1")).text


async def _trained(page: Page) -> None:
    await page.get_by_role("button", name="Train the draft").click()
    await expect(page.get_by_text("Trained: this is what the draft would understand.")).to_be_visible(timeout=120_000)


async def test_an_admin_changes_tries_publishes_and_goes_back(
    open_browser: OpenBrowser, address: str, publisher: Publisher
) -> None:
    page = await sign_in(await open_browser(), address, "admin")
    await expect(page.get_by_role("heading", name="Services")).to_be_visible()
    assert await violations(page) == []

    await page.get_by_role("link", name="Missed bin collection").click()
    assert await violations(page) == []
    examples = page.get_by_role("textbox", name="What people say")
    await examples.fill(f"{await examples.input_value()}\nthe dragon of the bins forgot our lane")
    await page.get_by_role("button", name="Save in the draft").click()
    await expect(page.get_by_text("Saved in the draft.")).to_be_visible()

    await page.get_by_role("link", name="Try it and publish it").click()
    await expect(page.get_by_text("the dragon of the bins forgot our lane")).to_be_visible()
    await _trained(page)
    await page.get_by_label("What somebody might say").fill("the dragon forgot our bins")
    await page.get_by_role("button", name="Try it").click()
    await expect(page.get_by_role("status").get_by_text("Missed bin collection")).to_be_visible()
    assert await violations(page) == []

    await page.get_by_role("button", name="Publish").click()
    await expect(page.get_by_role("alert")).to_contain_text("Say in at most 200 characters what changed.")
    await page.get_by_label("What changed, for the record").fill("Dragons")
    await page.get_by_role("button", name="Publish").click()
    await expect(page.get_by_text("Release 2 is published.")).to_be_visible()
    assert (await publisher.active()).number == 2
    assert await violations(page) == []

    await page.get_by_role("button", name="Use release 1").click()
    await expect(page.get_by_text("Release 1 is live again.")).to_be_visible()
    assert (await publisher.active()).number == 1
