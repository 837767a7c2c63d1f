"""Given clients that send garbage, stop halfway, never stop or never read: each is sent away, no other is disturbed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
import pytest_asyncio
from wyoming.client import AsyncClient
from wyoming.event import Event

from agent import models
from tests.voices.callers import said
from tests.voices.houses import NOTICE, PATIENT, House, error_of, listening, next_event, one_worker
from voices import server
from voices.client import SpeechClient
from voices.errors import BusyError
from voices.requests import Hear, Speak, Terms
from voices.server_settings import Plan, ServerSettings
from voices.serving import incoming
from voices.speech import Hints, Priority
from voices.transcript import Heard
from voices.wire import Limits, audio_chunk

pytestmark = pytest.mark.asyncio(loop_scope="module")

SECOND = audio_chunk(np.zeros(16_000, dtype=np.int16), 16_000)
HALF_A_CHUNK = (
    b'{"type": "audio-chunk", "data": {"rate": 16000, "width": 2, "channels": 1}, "payload_length": 32000}\n'
    + bytes(16_000)
)
GARBAGE = [
    b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"\x00\xff\xfe\n",
    b"[1, 2]\n",
    b'{"type": "describe", "data_length": 999999999}\n',
    b'{"type": "audio-chunk", "payload_length": -5}\n',
    b'{"type": "audio-start", "data": {"rate": 16000, "width": 3, "channels": 9}}\n',
    b'{"type": "synthesize", "data": {"words": "no text"}}\n',
    b'{"type": "synthesize", "data": {"text": "Hello", "townline": {"length_scale": 1000}}}\n',
    b'{"type": "synthesize", "data": {"text": "Hello", "voice": {"name": "somebody-else"}}}\n',
    b'{"type": "audio-stop"}\n',
    b'{"type": "x", "data": ' + b"[" * 60_000 + b"\n",
    b"x" * 200_000 + b"\n",
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house() -> AsyncIterator[House]:
    async with one_worker() as house:
        yield house


@pytest_asyncio.fixture(loop_scope="module")
async def other(house: House) -> AsyncIterator[SpeechClient]:
    """Somebody else, who has been served before and is served all the time."""
    async with SpeechClient(house.uri, patience=PATIENT) as other:
        await served(other)
        yield other


@pytest.fixture
def impatient(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever connects from now on has less time."""
    hasty = replace(house.server._house, limits=Limits(read_seconds=0.3, write_seconds=0.3))
    monkeypatch.setattr(house.server, "_house", hasty)
    monkeypatch.setattr(incoming, "BETWEEN_CHUNKS_SECONDS", 0.3)


async def served(client: SpeechClient) -> None:
    heard = await client.transcribe(said("My bin has not been collected.", 0.15), call="other")
    assert isinstance(heard, Heard)
    assert heard.text == "My bin has not been collected."


@pytest.mark.parametrize("sent", GARBAGE)
async def test_garbage_is_sent_away_with_a_reason_while_another_is_heard(
    house: House, other: SpeechClient, sent: bytes
) -> None:
    hearing = asyncio.create_task(served(other))
    reader, writer = await house.raw()
    writer.write(sent)
    assert (await error_of(reader))["code"] == "protocol"
    writer.close()
    await hearing


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    "sent",
    [
        b'{"type": "desc',
        b'{"type": "describe", "data_length": 100}\n{"half":',
        HALF_A_CHUNK,
        b'{"type": "audio-start", "data": {"rate": 16000, "width": 2, "channels": 1}}\n',
    ],
    ids=["header", "data", "payload", "between chunks"],
)
async def test_who_stops_halfway_is_sent_away_with_a_reason_while_another_is_heard(
    house: House, other: SpeechClient, sent: bytes
) -> None:
    hearing = asyncio.create_task(served(other))
    reader, writer = await house.raw()
    writer.write(sent)
    assert "halfway" in str((await error_of(reader))["text"])
    writer.close()
    await hearing


@pytest.mark.parametrize("sent", [b'{"type": "desc', HALF_A_CHUNK], ids=["header", "payload"])
async def test_a_connection_cut_inside_an_event_leaves_nothing_behind(
    house: House, other: SpeechClient, sent: bytes
) -> None:
    clients, memory = await house.metric("connections"), house.server._house.budget.left
    hearing = asyncio.create_task(served(other))
    for _ in range(5):
        _, writer = await house.raw()
        writer.write(sent)
        await writer.drain()
        writer.transport.abort()
    await hearing
    async with asyncio.timeout(60):
        while await house.metric("connections") > clients:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.02)
    assert house.server._house.budget.left == memory
    await served(other)


@pytest.mark.parametrize("way", ["unix", "tcp"])
async def test_an_hour_of_audio_is_sent_away_and_told_why_while_another_is_heard(
    house: House, other: SpeechClient, way: str
) -> None:
    async with AsyncClient.from_uri(house.uris[way]) as endless:

        async def send() -> None:
            for _ in range(3_600):
                await endless.write_event(SECOND)

        sending = asyncio.create_task(send())
        hearing = asyncio.create_task(served(other))
        error = await asyncio.wait_for(next_event(endless, "error"), 60)
        assert error.data["code"] == "protocol"
        assert "longer than one utterance may be" in error.data["text"]
        assert await endless.read_event() is None
        with suppress(ConnectionError):
            await sending
        await hearing


@pytest.mark.usefixtures("impatient")
async def test_who_never_reads_is_sent_away_while_another_is_heard_and_spoken_to(
    house: House, other: SpeechClient
) -> None:
    before = await house.metric("connections_closed_total", reason="never reads")
    _, writer = await house.raw()
    writer.write(json.dumps({"type": "synthesize", "data": {"text": NOTICE}}).encode() + b"\n")
    await served(other)
    assert [chunk async for chunk in other.synthesise("Hello.", call="other")]
    async with asyncio.timeout(60):
        while await house.metric("connections_closed_total", reason="never reads") == before:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    assert await house.metric("waiting") == 0
    writer.close()


async def welcome(house: House) -> bool:
    try:
        async with SpeechClient(house.uri, start_seconds=120) as client:
            return client.sample_rate == 22_050
    except BusyError:
        return False


async def test_too_many_clients_are_refused_and_who_never_reads_makes_room(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(server, "Limits", partial(Limits, write_seconds=0.3))
    whisper, voice = models.path("whisper-tiny-en"), models.path("piper-joe")
    async with listening(ServerSettings(whisper, voice, plan=Plan(1, 1, 2), most_connections=2)) as house:
        held = [await house.raw() for _ in range(2)]
        for reader, writer in held:
            writer.write(b'{"type": "ping"}\n')
            await reader.readline()
        reader, writer = await house.raw()
        assert (await error_of(reader))["code"] == "busy"
        writer.close()
        held[0][0]._transport.pause_reading()  # type: ignore[attr-defined]
        held[0][1].write(json.dumps({"type": "synthesize", "data": {"text": NOTICE}}).encode() + b"\n")
        while not await welcome(house):  # noqa: ASYNC110 - until the server has lost its patience
            await asyncio.sleep(0.05)
        assert "client closed reason=never reads" in caplog.text
        for _, each in held:
            each.close()


@asynccontextmanager
async def kept_busy(house: House, other: SpeechClient) -> AsyncIterator[None]:
    """The only worker has half a minute of speech to write down, and more waits; then nobody wants it any more."""
    speech = np.tile(said("My bin has not been collected.", 0.15), 8)
    hearing = [asyncio.create_task(other.transcribe(speech, call=f"long {number}")) for number in range(4)]
    async with asyncio.timeout(60):
        while (await other.status()).waiting != 3:  # noqa: ASYNC110 - the server tells nobody
            await asyncio.sleep(0.01)
    try:
        yield
    finally:
        for task in hearing:
            task.cancel()
        await asyncio.gather(*hearing, return_exceptions=True)


def events_for(kind: str) -> list[Event]:
    """A request whose deadline passes at once."""
    terms = Terms("late", Priority.FIRST_SENTENCE if kind == "speaking" else Priority.FINAL_TRANSCRIPT, deadline=0.001)
    if kind == "speaking":
        return [Speak("Hello.", terms=terms).event()]
    return [Hear(Hints(), terms).event(), SECOND, Event("audio-stop")]


@pytest.mark.parametrize("kind", ["hearing", "speaking"])
async def test_what_is_late_is_dropped_told_and_counted_and_the_client_stays(
    house: House, other: SpeechClient, kind: str
) -> None:
    before = await house.metric("pieces_total", kind=kind, outcome="late")
    async with AsyncClient.from_uri(house.uri) as stock, kept_busy(house, other):
        for event in events_for(kind):
            await stock.write_event(event)
        error = await asyncio.wait_for(next_event(stock, "error"), 60)
        assert error.data["code"] == "late"
        assert error.data["townline"] == {"retryable": True}
        assert await house.metric("waiting") >= 1
        await stock.write_event(Event("ping", {"text": "still here"}))
        assert (await next_event(stock, "pong")).data["text"] == "still here"
    assert await house.metric("pieces_total", kind=kind, outcome="late") == before + 1
    await served(other)
    assert await house.metric("pieces_total", kind="hearing", outcome="dropped") >= 1
    assert await house.metric("waiting") == 0
