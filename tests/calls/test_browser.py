"""A resident at the test-call page: a real Chromium whose microphone is a recording, and the real line behind it."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from playwright.async_api import Page, async_playwright, expect

from agent import models
from agent.errors import AgentError
from agent.settings import ROOT
from tests.calls.voices import VOICES, spoken
from tests.desk.conftest import CHROMIUM, FAKE_MICROPHONE, FLAGS

pytestmark = [pytest.mark.timeout(600)]

_START_MS = 240_000
_HEARD_MS = 90_000


@pytest.fixture
async def address(tmp_path: Path) -> AsyncIterator[str]:
    """The real `townline serve` on a port of its own."""
    for name in ("whisper-tiny-en", "piper-joe", "minilm"):
        try:
            models.path(name)
        except AgentError as error:
            pytest.skip(str(error))
    port = _free_port()
    config = tmp_path / "config.yaml"
    config.write_text(_own((ROOT / "config.yaml").read_text(encoding="utf-8"), tmp_path, port), encoding="utf-8")
    environment = {**os.environ, "TOWNLINE_CONFIG": str(config)}
    server = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "desk", cwd=ROOT, env=environment, stdout=asyncio.subprocess.PIPE
    )
    assert server.stdout is not None
    try:
        async with asyncio.timeout(_START_MS / 1000):
            while b"Ring the line" not in (line := await server.stdout.readline()):
                assert line, "the line did not start"
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.terminate()
        await server.wait()


def _own(config: str, folder: Path, port: int) -> str:
    """The sample configuration with data of this test's own."""
    changed = config.replace("data_dir: var", f"data_dir: {folder / 'var'}").replace("port: 8080", f"port: {port}")
    for path in ("intents/services", "intents/ashcombe", "intents/safety.yaml"):
        changed = changed.replace(f": {path}", f": {ROOT / path}")
    return changed.replace("\nintents:\n", f"\nintents:\n  strays: {ROOT / 'intents/strays.yaml'}\n")


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _recording(path: Path) -> Path:
    """A caller who waits for the greeting, says what it is about, waits again, and says where."""
    quiet = np.zeros(16_000 * 14, dtype=np.int16)
    said = [
        spoken(text, VOICES[0])
        for text in ("There's a big pothole in the road.", "On Station Road, outside number ten.")
    ]
    soundfile.write(path, np.concatenate([quiet, said[0], quiet, said[1], quiet, quiet]), 16_000)
    return path


async def test_a_resident_talks_from_the_browser(address: str, tmp_path: Path) -> None:
    if not Path(CHROMIUM).exists():
        pytest.skip("Chromium is not installed")
    recording = _recording(tmp_path / "microphone.wav")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[*FLAGS, *FAKE_MICROPHONE, f"--use-file-for-fake-audio-capture={recording}%noloop"],
        )
        page = await browser.new_page(viewport={"width": 1280, "height": 1000})
        await page.goto(address)
        await _talk(page)
        if picture := os.environ.get("PICTURE_OF_TEST_CALL"):
            await page.screenshot(path=picture)
        await browser.close()


async def _talk(page: Page) -> None:
    # Given the page, when the call is started with the keyboard alone.
    await page.locator("#start").focus()
    await page.keyboard.press("Enter")
    # Then the line says that it is a machine, hears what the microphone hears, and understands it.
    captions = page.locator("#captions")
    await expect(captions).to_contain_text("automated", timeout=_HEARD_MS)
    await expect(captions).to_contain_text("pothole", timeout=_HEARD_MS)
    await expect(page.locator("#intent")).to_contain_text("pothole", ignore_case=True, timeout=_HEARD_MS)
    # And when the recording goes on, the form fills and the measured gap is shown.
    await expect(page.locator("main")).to_contain_text("10 Station Road", timeout=_HEARD_MS)
    await expect(page.locator("main")).to_contain_text(" ms", timeout=_HEARD_MS)
