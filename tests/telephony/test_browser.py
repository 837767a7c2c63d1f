"""Real Chromium on the real livekit-server: a resident rings in from the test-call page, and an adviser picks up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import soundfile
from playwright.async_api import Page, async_playwright, expect

from agent.records import Handoff, Store
from agent.records.results import HandoffStatus
from bench.telephone.exchange import free_port
from bench.telephone.installation import configured, records, townline, worker
from deploy.health import healthy
from telephony.rooms import call_id_of
from tests.calls.voices import VOICES, spoken
from tests.desk.conftest import CHROMIUM, FAKE_MICROPHONE, FLAGS, STAFF_PASSWORD
from tests.telephony.livekit import LiveKit, ring

pytestmark = [
    pytest.mark.timeout(500),
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="Chromium is not installed"),
]

_HEARD_MS = 90_000
_LOUDEST = """async (milliseconds) => {
  const context = new AudioContext();
  const listener = context.createAnalyser();
  for (const player of document.querySelectorAll("audio"))
    context.createMediaStreamSource(player.srcObject).connect(listener);
  const samples = new Float32Array(listener.fftSize);
  let loudest = 0;
  for (const end = Date.now() + milliseconds; Date.now() < end; ) {
    listener.getFloatTimeDomainData(samples);
    loudest = Math.max(loudest, ...samples.map(Math.abs));
    await new Promise((done) => setTimeout(done, 20));
  }
  return loudest;
}"""
"""The loudest sample (0 to 1) of what the page plays within so many milliseconds."""


@dataclass(frozen=True)
class Web:
    """The real `townline serve` beside a worker."""

    config: Path
    address: str


@pytest.fixture(scope="module")
def web(own_livekit: LiveKit, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    port, voices = free_port(), free_port()
    config = configured(
        tmp_path_factory.mktemp("web"),
        own_livekit,
        sections={"desk": {"port": port}, "voices": {"server": f"tcp://127.0.0.1:{voices}"}},
        person_wait_seconds=90,
    )
    asyncio.run(_set_passwords(config))
    speaking = townline(["voices", "--host", "127.0.0.1", "--port", str(voices)], config, f"tcp://127.0.0.1:{voices}: ")
    with speaking, worker(config), townline(["serve"], config, "Ring the line"):
        assert healthy(f"tcp://127.0.0.1:{voices}")
        assert healthy(f"http://127.0.0.1:{port}/health")
        yield Web(config, f"http://localhost:{port}")


async def _set_passwords(config: Path) -> None:
    async with records(config) as store:
        await store.set_password("staff", STAFF_PASSWORD)
        await store.set_password("admin", STAFF_PASSWORD)


@asynccontextmanager
async def page_with(microphone: Path) -> AsyncIterator[Page]:
    """A page of a browser whose microphone hears that file, once."""
    sound = f"--use-file-for-fake-audio-capture={microphone}%noloop"
    async with AsyncExitStack() as stack:
        playwright = await stack.enter_async_context(async_playwright())
        flags = [*FLAGS, *FAKE_MICROPHONE, sound]
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        stack.push_async_callback(browser.close)
        yield await browser.new_page(viewport={"width": 1280, "height": 1000})


async def _handoffs(store: Store, status: HandoffStatus) -> tuple[Handoff, ...]:
    """Handoffs in that state, once there are any."""
    async with asyncio.timeout(30):
        while not (found := await store.handoffs(status)):  # noqa: ASYNC110 - another process writes them
            await asyncio.sleep(0.2)
    return found


async def _said(store: Store, call_id: str, words: str) -> None:
    """Wait until the line has said that in this call."""
    async with asyncio.timeout(30):
        while all(words not in (turn.said or "") for turn in await store.turns(call_id)):  # noqa: ASYNC110
            await asyncio.sleep(0.2)


async def test_a_resident_rings_in_from_the_page(web: Web, tmp_path: Path) -> None:
    microphone = tmp_path / "resident.wav"
    quiet = np.zeros(16_000 * 14, dtype=np.int16)
    words = spoken("There's a big pothole in the road.", VOICES[0])
    soundfile.write(microphone, np.concatenate([quiet, words, quiet, quiet]), 16_000)
    async with page_with(microphone) as page:
        await page.goto(web.address)
        await page.get_by_label("Ring in through the telephone exchange").check()
        await page.locator("#start").click()
        captions = page.locator("#captions")
        await expect(captions).to_contain_text("automated", timeout=_HEARD_MS)
        await expect(page.locator("#intent")).to_contain_text("pothole", ignore_case=True, timeout=_HEARD_MS)
        await page.locator('.desk-key[data-key="0"]').click()
        await expect(page.locator("#status")).to_contain_text("Waiting for a person", timeout=_HEARD_MS)
        await page.locator("#hang-up").click()
        await expect(page.locator("#status")).to_contain_text("You hung up")
    async with records(web.config) as store:
        callbacks = await _handoffs(store, "callback")
        call = await store.call(callbacks[0].call_id or "")
    assert call.channel == "telephone"
    assert call.caller is None


async def test_an_adviser_takes_a_caller_on_the_telephone(web: Web, own_livekit: LiveKit, tmp_path: Path) -> None:
    microphone = tmp_path / "adviser.wav"
    greeting = spoken("Hello, this is the contact centre. How can I help you today?", VOICES[1])
    soundfile.write(microphone, np.concatenate([greeting] * 12), 16_000)
    async with page_with(microphone) as page, ring(own_livekit) as caller:
        await page.goto(f"{web.address}/sign-in")
        await page.locator("#role-staff").check()
        await page.get_by_label("Your name").fill("Grace")
        await page.get_by_label("Password").fill(STAFF_PASSWORD)
        await page.get_by_role("button", name="Sign in").click()
        await page.wait_for_url(f"{web.address}/desk")
        await caller.hears_speech(60)
        await caller.press("0")
        await caller.hears_silence()
        # When the adviser takes the caller, then both hear each other.
        await page.locator("[data-accept]").first.click(timeout=_HEARD_MS)
        await expect(page.locator("#talk-status")).to_contain_text("talking with the caller", timeout=_HEARD_MS)
        await caller.hears_speech()
        listening = asyncio.create_task(page.evaluate(_LOUDEST, 6_000))
        await caller.say(spoken("Hello, my bin was not emptied this week.", VOICES[0]))
        assert await listening > 0.01
        # And when the adviser puts down, the line is there again.
        await page.get_by_label("Note").fill("Bin will be emptied tomorrow.")
        await page.get_by_role("button", name="Put down and finish").click()
        call_id = call_id_of(caller.name)
        async with records(web.config) as store:
            finished = await _handoffs(store, "finished")
            await _said(store, call_id, "The adviser has left")
    assert finished[0].adviser == "Grace"
    assert (finished[0].pack or {})["note"] == "Bin will be emptied tomorrow."


async def test_a_resident_in_a_browser_goes_on_after_the_server_was_killed(
    web: Web, own_livekit: LiveKit, tmp_path: Path
) -> None:
    microphone = tmp_path / "resident.wav"
    quiet = np.zeros(16_000 * 60, dtype=np.int16)
    soundfile.write(microphone, quiet, 16_000)
    async with page_with(microphone) as page:
        await page.goto(web.address)
        await page.get_by_label("Ring in through the telephone exchange").check()
        await page.locator("#start").click()
        captions, status = page.locator("#captions"), page.locator("#status")
        await expect(captions).to_contain_text("automated", timeout=_HEARD_MS)
        own_livekit.kill()
        await expect(status).to_contain_text("Trying again", timeout=_HEARD_MS)
        own_livekit.restart()
        await expect(captions).to_contain_text("there was a fault at our end", timeout=_HEARD_MS)
        await expect(status).to_contain_text("In a call")
        assert await page.evaluate(_LOUDEST, 4000) > 0.01
        assert await page.locator("#problem").is_hidden()
