from __future__ import annotations

from pathlib import Path

import pytest
from aiohttp import ClientSession, WSServerHandshakeError
from aiohttp.test_utils import TestServer
from playwright.async_api import Page, expect

from agent.errors import AgentError
from tests.desk.conftest import OpenBrowser, say, violations
from tests.desk.fake_line import FakeLine


class BusyError(AgentError):
    """The line is full."""


def listen_for_errors(page: Page) -> list[str]:
    """What the browser complains about from here on."""
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    return problems


async def test_a_caller_speaks_and_sees_what_the_line_makes_of_it(
    open_browser: OpenBrowser, address: str, line: FakeLine, tmp_path: Path
) -> None:
    browser = await open_browser(say("My blue bin was not emptied.", tmp_path / "caller.wav", lead=3.0))
    page = await browser.new_page()
    problems = listen_for_errors(page)
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
    assert await violations(page) == []

    await page.get_by_role("button", name="Hang up").click()
    await expect(page.get_by_role("status")).to_have_text("You hung up")
    assert problems == []
    assert len(line.calls[0].heard) > 16_000


async def test_a_whole_call_with_the_keyboard_alone_and_no_microphone(
    open_browser: OpenBrowser, address: str, line: FakeLine
) -> None:
    page = await (await open_browser()).new_page()
    problems = listen_for_errors(page)
    await page.goto(address)
    start = page.get_by_role("button", name="Start without a microphone")
    for _ in range(20):
        await page.keyboard.press("Tab")
        if await start.evaluate("button => button === document.activeElement"):
            break
    await page.keyboard.press("Enter")

    await expect(page.get_by_label("Type instead of speaking")).to_be_focused()
    await expect(page.get_by_text("How can I help?")).to_be_visible()
    await page.keyboard.type("my recycling was left behind")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("log")).to_contain_text("my recycling was left behind")
    await expect(page.locator("#intent")).to_have_text("Missed bin")

    await page.get_by_role("button", name="5", exact=True).focus()
    await page.keyboard.press("7")
    await page.keyboard.press("#")
    await page.keyboard.press("Enter")
    await page.get_by_label("Type instead of speaking").focus()
    await page.keyboard.type("14 Mill Lane")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("listitem").filter(has_text="AB-4729")).to_be_visible()
    await expect(page.locator("#slots")).to_contain_text("Confirmed")
    assert await violations(page) == []

    await page.keyboard.type("no thank you")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status")).to_have_text("The call has ended")
    await expect(page.get_by_role("status")).to_be_focused()
    assert line.calls[0].keys == ["7", "#", "5"]
    assert line.calls[0].typed == ["my recycling was left behind", "14 Mill Lane", "no thank you"]
    assert problems == []


async def test_what_the_caller_still_says_is_grey_and_kept_from_screen_readers(
    open_browser: OpenBrowser, address: str, tmp_path: Path
) -> None:
    browser = await open_browser(say("My blue bin was not emptied and I am cross.", tmp_path / "caller.wav", lead=2.0))
    page = await browser.new_page()
    await page.goto(address)
    await page.get_by_role("button", name="Start call").click()
    interim = page.locator("#interim")
    await expect(interim).to_contain_text("my bin", timeout=20_000)
    assert await interim.get_attribute("aria-hidden") == "true"
    assert await page.get_by_role("log").get_attribute("aria-live") == "polite"


async def test_a_line_that_is_cut_short_is_silent_at_once(open_browser: OpenBrowser, address: str) -> None:
    page = await (await open_browser()).new_page()
    await page.goto(address)
    left = await page.evaluate(
        """async () => {
            const context = new OfflineAudioContext(1, 48000, 48000);
            await context.audioWorklet.addModule("/static/audio_worklet.js");
            const options = { numberOfInputs: 0, outputChannelCount: [1], processorOptions: { rate: 22050 } };
            const speaker = new AudioWorkletNode(context, "speaker", options);
            speaker.connect(context.destination);
            const tone = Int16Array.from({ length: 22050 }, (_, i) => 20000 * Math.sin(i / 10));
            speaker.port.postMessage(tone.buffer);
            context.suspend(0.25).then(async () => {
                // Rendering stands still here, so that the message is there before it goes on.
                speaker.port.postMessage("clear");
                await new Promise((done) => setTimeout(done, 500));
                context.resume();
            });
            const sound = (await context.startRendering()).getChannelData(0);
            return Math.max(...sound.slice(24000).map(Math.abs));
        }"""
    )
    assert left == 0


async def test_the_microphone_s_sound_reaches_the_line_at_16_khz_and_unchanged_in_pitch(
    open_browser: OpenBrowser, address: str
) -> None:
    page = await (await open_browser()).new_page()
    await page.goto(address)
    samples, crossings = await page.evaluate(
        """async () => {
            const context = new OfflineAudioContext(1, 44100 * 2, 44100);
            await context.audioWorklet.addModule("/static/audio_worklet.js");
            const microphone = new AudioWorkletNode(context, "microphone", { numberOfOutputs: 0 });
            const heard = [];
            microphone.port.onmessage = ({ data }) => heard.push(...new Int16Array(data.pcm));
            const tone = new OscillatorNode(context, { frequency: 1000 });
            tone.connect(microphone);
            tone.start();
            await context.startRendering();
            await new Promise((done) => setTimeout(done, 300));
            let crossings = 0;
            for (let i = 1; i < heard.length; i++) crossings += heard[i - 1] < 0 && heard[i] >= 0;
            return [heard.length, crossings / (heard.length / 16000)];
        }"""
    )
    assert 31_000 < samples <= 32_000
    assert abs(crossings - 1000) < 5


async def test_a_denied_microphone_is_explained_and_typing_offered(open_browser: OpenBrowser, address: str) -> None:
    page = await (await open_browser(None, "--deny-permission-prompts")).new_page()
    await page.goto(address)
    await page.get_by_role("button", name="Start call").click()
    alert = page.get_by_role("alert")
    await expect(alert).to_contain_text("microphone")
    await expect(alert).to_contain_text("without")
    await expect(alert).to_be_focused()
    await expect(page.get_by_role("button", name="Start without a microphone")).to_be_visible()
    assert await violations(page) == []


async def test_a_line_that_is_full_says_so(open_browser: OpenBrowser, address: str, line: FakeLine) -> None:
    line.refusal = BusyError("All lines are busy. Please try again in a few minutes.")
    page = await (await open_browser()).new_page()
    await page.goto(address)
    await page.get_by_role("button", name="Start without a microphone").click()
    await expect(page.get_by_role("alert")).to_contain_text("All lines are busy.")


async def test_a_server_that_goes_away_is_reported(open_browser: OpenBrowser, address: str, server: TestServer) -> None:
    page = await (await open_browser()).new_page()
    await page.goto(address)
    await page.get_by_role("button", name="Start without a microphone").click()
    await expect(page.get_by_text("How can I help?")).to_be_visible()
    await server.close()
    await expect(page.get_by_role("alert")).to_contain_text("The connection to the line was lost")
    await expect(page.get_by_role("button", name="Start without a microphone")).to_be_visible()


async def test_on_an_address_without_https_the_page_says_that_the_microphone_cannot_be_used(
    open_browser: OpenBrowser, server: TestServer
) -> None:
    browser = await open_browser(None, "--host-resolver-rules=MAP line.ashcombe.example 127.0.0.1")
    page = await browser.new_page()
    await page.goto(f"http://line.ashcombe.example:{server.port}/")
    await expect(page.get_by_role("alert")).to_contain_text("Browsers only allow it over https")
    await expect(page.get_by_role("button", name="Start call")).to_be_hidden()
    await page.get_by_role("button", name="Start without a microphone").click()
    await expect(page.get_by_text("How can I help?")).to_be_visible()


async def test_a_closed_page_ends_the_call(open_browser: OpenBrowser, address: str, line: FakeLine) -> None:
    page = await (await open_browser()).new_page()
    await page.goto(address)
    await page.get_by_role("button", name="Start without a microphone").click()
    await expect(page.get_by_text("How can I help?")).to_be_visible()
    await page.close()
    await line.calls[0].over.wait()


@pytest.mark.parametrize("origin", [None, "https://elsewhere.example"])
async def test_another_site_cannot_open_the_socket(server: TestServer, origin: str | None) -> None:
    async with ClientSession() as http:
        with pytest.raises(WSServerHandshakeError) as refused:
            await http.ws_connect(server.make_url("/call/live"), origin=origin)
    assert refused.value.status == 403


async def test_nonsense_from_a_browser_does_not_end_the_call(server: TestServer, line: FakeLine) -> None:
    origin = f"http://127.0.0.1:{server.port}"
    async with ClientSession() as http, http.ws_connect(server.make_url("/call/live"), origin=origin) as socket:
        for message in ("", "[]", "{", '{"type": "key", "key": "42"}', '{"type": "say", "text": 7}', '{"type": "say"}'):
            await socket.send_str(message)
        await socket.send_bytes(b"\x01")
        await socket.send_str('{"type": "key", "key": "4"}')
        await socket.send_str('{"type": "hang_up"}')
        await line.calls[0].over.wait()
    assert line.calls[0].keys == ["4"]
    assert line.calls[0].typed == []
