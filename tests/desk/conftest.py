"""Real Chromium, a real web server and a line written by hand."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import numpy as np
import pytest
import soundfile
from aiohttp import ClientSession, CookieJar
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from agent import models
from agent.handoff import HandoffQueue
from agent.publishing import Publisher
from agent.records import Store
from agent.training import School, train
from desk.app import DeskServices, create_app
from intents.encoder import Encoder
from intents.gazetteer import Gazetteer
from intents.safety import Safety
from telephony.hours import Hours
from telephony.settings import HoursSettings
from tests.desk.fake_line import FakeLine
from tests.desk.script import GREETING, MISSED_BIN
from tests.desk.visitor import Visitor

CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
)
FAKE_MICROPHONE = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")
ROOT = Path(__file__).resolve().parent.parent.parent

SET_UP_CODE = "1234-5678"
STAFF_PASSWORD = "a kettle for the desk"
ADMIN_PASSWORD = "the keys of the town hall"

OpenBrowser = Callable[..., Awaitable[BrowserContext]]


def say(words: str, path: Path, *, voice: str = "en-gb", lead: float = 0.0) -> Path:
    """Speak `words` to a 22,050 Hz WAV file after `lead` seconds of silence."""
    spoken = path.with_suffix(".raw.wav")
    subprocess.run(["espeak-ng", "-v", voice, "-w", str(spoken), words], check=True)
    samples, rate = soundfile.read(spoken, dtype="int16")
    soundfile.write(path, np.pad(samples, (int(rate * lead), rate)), rate, subtype="PCM_16")
    return path


@pytest.fixture
def speech(tmp_path: Path) -> Path:
    """What the line says."""
    return say("Hello, this is the council.", tmp_path / "line.wav")


@pytest.fixture
def line(speech: Path) -> FakeLine:
    return FakeLine(MISSED_BIN, speech, GREETING)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with Store.open(f"sqlite:///{tmp_path / 'townline.db'}") as store:
        yield store


@pytest.fixture(scope="session")
def school() -> School:
    """The real encoder, Ashcombe's places and its safety net."""
    return School(
        encoder_folder=models.path("minilm"),
        encoder=Encoder(models.path("minilm")),
        gazetteer=Gazetteer.load(ROOT / "intents" / "ashcombe"),
        safety=Safety.load(ROOT / "intents" / "safety.yaml"),
    )


@pytest.fixture(scope="session")
def delivered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of three services, and a directory with one more."""
    folder = tmp_path_factory.mktemp("delivered")
    for name in ("missed_bin", "next_collection", "opening_hours"):
        shutil.copy(ROOT / "intents" / "services" / f"{name}.yaml", folder)
    moorings = "directory: {teams: {Waterways: {758: [boat moorings, somewhere to moor my boat]}}}\n"
    (folder / "directory.yaml").write_text(moorings, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def trained(delivered: Path, school: School, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What training on those services leaves, so that not every test has to train."""
    folder = tmp_path_factory.mktemp("trained") / "1"
    train({file.name: file.read_text(encoding="utf-8") for file in delivered.iterdir()}, school.encoder, folder)
    return folder


@pytest.fixture
async def publisher(
    store: Store, school: School, delivered: Path, trained: Path, tmp_path: Path
) -> AsyncIterator[Publisher]:
    """Release 1 of three services."""
    shutil.copytree(trained, tmp_path / "releases" / "1")
    publisher = Publisher(store, school, tmp_path)
    await publisher.begin(delivered)
    yield publisher
    await publisher.aclose()


@pytest.fixture
def services(line: FakeLine, store: Store, publisher: Publisher, tmp_path: Path) -> DeskServices:
    return DeskServices(
        council="Ashcombe Borough Council",
        line=line,
        store=store,
        queue=HandoffQueue(store, Hours(HoursSettings()), "contact_centre"),
        publisher=publisher,
        data_dir=tmp_path,
        hours=("contact_centre",),
        set_up_code=SET_UP_CODE,
    )


@pytest.fixture
async def server(services: DeskServices) -> AsyncIterator[TestServer]:
    server = TestServer(create_app(services))
    await server.start_server()
    yield server
    await server.close()


@pytest.fixture
async def passwords(store: Store) -> None:
    """Both passwords are set, as after the first start."""
    await store.set_password("staff", STAFF_PASSWORD)
    await store.set_password("admin", ADMIN_PASSWORD)


@pytest.fixture
async def visitor(server: TestServer) -> AsyncIterator[Visitor]:
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as http:
        yield Visitor(http, f"http://127.0.0.1:{server.port}")


@pytest.fixture
def address(server: TestServer) -> str:
    """The server's address under the name that browsers allow the microphone on."""
    return f"http://localhost:{server.port}"


@pytest.fixture
async def open_browser() -> AsyncIterator[OpenBrowser]:
    """Start Chromium; `microphone` is the WAV file that its microphone hears, `None` a machine without one."""
    async with AsyncExitStack() as stack:
        playwright = await stack.enter_async_context(async_playwright())

        async def start(microphone: Path | None = None, *flags: str) -> BrowserContext:
            sound = (*FAKE_MICROPHONE, f"--use-file-for-fake-audio-capture={microphone}%noloop") if microphone else ()
            browser: Browser = await playwright.chromium.launch(
                executable_path=CHROMIUM, args=[*FLAGS, *sound, *flags], headless=True
            )
            stack.push_async_callback(browser.close)
            return await browser.new_context(viewport={"width": 1280, "height": 1100}, locale="en-GB")

        yield start


async def sign_in(browser: BrowserContext, address: str, role: str) -> Page:
    """A page of somebody who has signed in as `staff` or `admin`, on the first page of theirs."""
    page = await browser.new_page()
    await page.goto(f"{address}/sign-in")
    await page.locator(f"#role-{role}").check()
    await page.get_by_label("Your name").fill("Grace")
    await page.get_by_label("Password").fill(STAFF_PASSWORD if role == "staff" else ADMIN_PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url(f"{address}/{'desk' if role == 'staff' else 'admin'}")
    return page


async def violations(page: Page) -> list[str]:
    """What axe-core finds wrong with the page as it is now (WCAG 2.2 AA and its best practices)."""
    axe = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
    await page.evaluate(axe)
    result = await page.evaluate(
        "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})"
    )
    return [f"{found['id']}: {node['html']}" for found in result["violations"] for node in found["nodes"]]
