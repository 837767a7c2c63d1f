from __future__ import annotations

from pathlib import Path

from playwright.async_api import expect

from tests.desk.conftest import OpenBrowser, say, violations
from tests.desk.fake_line import FakeLine


async def test_a_caller_speaks_and_sees_what_the_line_makes_of_it(
    open_browser: OpenBrowser, address: str, line: FakeLine, tmp_path: Path
) -> None:
    browser = await open_browser(say("My blue bin was not emptied.", tmp_path / "caller.wav", lead=3.0))
    page = await browser.new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    await page.goto(address)
    assert await violations(page) == []

    await page.get_by_role("button", name="Start call").click()
    await expect(page.get_by_text("How can I help?")).to_be_visible()
    await expect(page.get_by_text("my blue bin was not emptied")).to_be_visible(timeout=20_000)

    await expect(page.locator("#intent")).to_have_text("Missed bin")
    await expect(page.locator("#intent-sure")).to_have_text("94%")
    await expect(page.locator("#runner-up")).to_have_text("Next collection")
    await expect(page.locator("#slots")).to_contain_text("recycling")
    await expect(page.locator("#gaps [data-from=line]").first).to_have_text("612 ms")
    await expect(page.locator("#gaps [data-from=browser]").first).to_contain_text("ms")
    await page.screenshot(path="/tmp/desk_call.png", full_page=True)
    assert await violations(page) == []

    await page.get_by_role("button", name="Hang up").click()
    await expect(page.get_by_role("status")).to_have_text("You hung up")
    assert problems == []
    assert len(line.calls[0].heard) > 16_000
