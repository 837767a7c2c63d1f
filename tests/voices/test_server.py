"""Given clients of all kinds, what the speech server does for each of them."""

from __future__ import annotations

import asyncio
import json
import socket
import tempfile
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio
from wyoming.asr import Transcribe, Transcript
from wyoming.client import AsyncClient
from wyoming.event import Event
from wyoming.info import Describe, Info
from wyoming.tts import Synthesize

from agent import models
from tests.voices.callers import said
from tests.voices.speech_fixtures import understood
from voices import server
from voices.client import SpeechClient
from voices.errors import BusyError, ServerStartError
from voices.server import serving
from voices.server_settings import Plan, ServerSettings
from voices.serving import incoming
from voices.serving.sockets import tcp_socket, unix_socket
from voices.speech import Pcm, Priority
from voices.transcript import Heard
from voices.wire import ADMIT, ADMITTED, EXTRA, Format, Limits, audio_chunk

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOTICE = "This is a very long notice about the bins of the borough. " * 60
PATIENT = dict.fromkeys(Priority, 120.0)


@dataclass(frozen=True)
class House:
    """A server on a Unix socket, and the port of its metrics."""

    path: Path
    metrics_port: int

    @property
    def uri(self) -> str:
        return f"unix://{self.path}"

    async def raw(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_unix_connection(self.path)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house() -> AsyncIterator[House]:
    with tcp_socket("127.0.0.1", 0) as free:
        port: int = free.getsockname()[1]
    settings = ServerSettings(
        models.path("whisper-tiny-en"),
        models.path("piper-joe"),
        whisper_name="whisper-tiny-en",
        voice_name="piper-joe",
        plan=Plan(workers=1, threads=1, calls=2),
        metrics_port=port,
    )
    async with listening(settings) as path:
        yield House(path, port)


@asynccontextmanager
async def listening(settings: ServerSettings) -> AsyncIterator[Path]:
    with tempfile.TemporaryDirectory() as folder, unix_socket(Path(folder) / "voices") as listener:
        async with serving(settings) as opened:
            task = asyncio.create_task(opened.listen([listener]))
            try:
                yield Path(folder) / "voices"
            finally:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)


@pytest_asyncio.fixture(loop_scope="module")
async def client(house: House) -> AsyncIterator[SpeechClient]:
    async with SpeechClient(house.uri, patience=PATIENT) as client:
        yield client


async def next_event(client: AsyncClient, kind: str) -> Event:
    while (event := await client.read_event()) is not None:
        if event.type == kind:
            return event
    raise AssertionError(f"the server closed before any {kind}")


async def error_of(reader: asyncio.StreamReader) -> dict[str, object]:
    """The reason for which the server closes."""
    data = await asyncio.wait_for(reader.read(), 60)
    header, rest = data.split(b"\n", 1)
    assert json.loads(header)["type"] == "error"
    found: dict[str, object] = json.loads(rest)
    return found


async def test_a_stock_wyoming_client_is_told_what_there_is(house: House) -> None:
    async with AsyncClient.from_uri(house.uri) as stock:
        await stock.write_event(Describe().event())
        info = Info.from_event(await next_event(stock, "info"))
    assert [model.name for program in info.asr for model in program.models] == ["whisper-tiny-en"]
    assert [voice.name for program in info.tts for voice in program.voices] == ["piper-joe"]
    assert info.tts[0].voices[0].languages == ["en_US"]
    assert info.asr[0].models[0].version


@pytest.mark.parametrize(("rate", "channels"), [(16_000, 1), (48_000, 2)])
async def test_a_stock_wyoming_client_is_heard(house: House, rate: int, channels: int) -> None:
    audio = said("My bin has not been collected.", 0.15)
    widened = np.repeat(np.repeat(audio, rate // 16_000), channels)
    async with AsyncClient.from_uri(house.uri) as stock:
        await stock.write_event(Transcribe(language="en").event())
        format_ = {"rate": rate, "width": 2, "channels": channels}
        await stock.write_event(Event("audio-start", format_))
        for start in range(0, len(widened), 8_000):
            await stock.write_event(Event("audio-chunk", format_, widened[start : start + 8_000].tobytes()))
        await stock.write_event(Event("audio-stop"))
        transcript = Transcript.from_event(await next_event(stock, "transcript"))
    assert transcript.text == "My bin has not been collected."


async def test_a_stock_wyoming_client_hears_speech(house: House) -> None:
    async with AsyncClient.from_uri(house.uri) as stock:
        await stock.write_event(Synthesize("Which street is it on?").event())
        format_ = Format.of(await next_event(stock, "audio-start"))
        chunks: list[bytes] = []
        while (event := await stock.read_event()) is not None and event.type != "audio-stop":
            chunks.append(event.payload or b"")
    assert len(chunks) > 1
    assert understood(format_.pcm(b"".join(chunks), format_.rate), "which street is it on")


async def test_our_client_gets_all_that_the_recogniser_knows(client: SpeechClient) -> None:
    found = await client.transcribe(said("My bin has not been collected.", 0.15), call="a")
    assert isinstance(found, Heard)
    assert found.text == "My bin has not been collected."
    assert 0.5 < found.confidence < 1
    assert found.alternatives


@pytest.mark.parametrize(
    "sent",
    [
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
    ],
)
async def test_garbage_is_sent_away_with_a_reason(house: House, client: SpeechClient, sent: bytes) -> None:
    reader, writer = await house.raw()
    writer.write(sent)
    assert (await error_of(reader))["code"] == "protocol"
    writer.close()
    assert await client.admit("somebody else's call")
    client.release("somebody else's call")


async def test_a_client_that_stops_halfway_is_sent_away(
    house: House, monkeypatch: pytest.MonkeyPatch, client: SpeechClient
) -> None:
    monkeypatch.setattr(incoming, "BETWEEN_CHUNKS_SECONDS", 0.2)
    reader, writer = await house.raw()
    writer.write(b'{"type": "audio-start", "data": {"rate": 16000, "width": 2, "channels": 1}}\n')
    assert "halfway" in str((await error_of(reader))["text"])
    writer.close()


async def an_hour_of_audio(writer: asyncio.StreamWriter) -> None:
    format_ = b'"data": {"rate": 16000, "width": 2, "channels": 1}'
    for _ in range(3_600):
        writer.write(b'{"type": "audio-chunk", ' + format_ + b', "payload_length": 32000}\n' + bytes(32_000))
        await writer.drain()


async def test_an_hour_of_audio_is_sent_away_with_a_reason_and_nobody_else_waits(
    house: House, client: SpeechClient, caplog: pytest.LogCaptureFixture
) -> None:
    _, writer = await house.raw()
    sending = asyncio.create_task(an_hour_of_audio(writer))
    assert isinstance(await client.transcribe(said("Yes.", 0.15), call="b"), Heard)
    with pytest.raises(ConnectionError):
        await sending
    writer.close()
    assert "client closed reason=protocol" in caplog.text


async def test_who_never_reads_is_sent_away_and_nobody_else_waits(client: SpeechClient, house: House) -> None:
    _, writer = await house.raw()
    event = json.dumps({"type": "synthesize", "data": {"text": NOTICE}})
    writer.write(event.encode() + b"\n")
    found = await client.transcribe(said("Yes.", 0.15), call="b")
    assert isinstance(found, Heard)
    writer.close()


async def test_work_of_a_caller_who_is_gone_is_dropped(client: SpeechClient) -> None:
    speaking = client.synthesise(NOTICE, call="gone")
    async for _ in speaking:
        break
    hearing = [asyncio.create_task(client.transcribe(said("Yes.", 0.15), call="gone")) for _ in range(4)]
    await asyncio.sleep(0.1)
    for task in hearing:
        task.cancel()
    await asyncio.gather(*hearing, return_exceptions=True)
    await speaking.aclose()  # type: ignore[attr-defined]
    while (await client.status()).waiting:  # noqa: ASYNC110 - the server tells nobody
        await asyncio.sleep(0.05)


async def test_a_short_answer_is_heard_while_another_call_has_a_long_sentence_read_out(client: SpeechClient) -> None:
    done: list[str] = []

    async def read_out() -> None:
        async for _ in client.synthesise("This is a very long notice about the bins. " * 8, call="long"):
            pass
        done.append("read out")

    async def greet() -> None:
        async for _ in client.synthesise("Hello.", call="short"):
            break
        done.append("greeted")

    reading = asyncio.create_task(read_out())
    await asyncio.sleep(0.05)
    await asyncio.gather(greet(), reading)
    assert done == ["greeted", "read out"]


async def test_the_call_that_is_one_too_many_is_refused(house: House) -> None:
    await asyncio.sleep(0)
    async with AsyncClient.from_uri(house.uri) as stock, AsyncClient.from_uri(house.uri) as other:

        async def admitted(who: AsyncClient, call: str) -> bool:
            await who.write_event(Event(ADMIT, {EXTRA: {"call": call}}))
            answer: bool = (await next_event(who, ADMITTED)).data[EXTRA]["admitted"]
            return answer

        answers = [await admitted(stock, f"call {number}") for number in range(3)]
        assert answers[-1] is False
        await stock.disconnect()
        while not await admitted(other, "the next"):  # noqa: ASYNC110 - nor when a place is free
            await asyncio.sleep(0.05)


async def test_prometheus_learns_depth_waits_busy_and_drops(house: House, client: SpeechClient) -> None:
    await client.transcribe(said("Yes.", 0.15), call="m")
    assert [chunk async for chunk in client.synthesise("Yes.", call="m")]
    reader, writer = await house.raw()
    writer.write(b"garbage\n")
    await error_of(reader)
    writer.close()
    url = f"http://127.0.0.1:{house.metrics_port}/metrics"
    page = (await asyncio.to_thread(lambda: urllib.request.urlopen(url).read())).decode()
    for name in (
        "townline_voices_waiting 0.0",
        'townline_voices_pieces_total{kind="hearing",outcome="done"}',
        'townline_voices_wait_seconds_bucket{kind="hearing",le="0.005",priority="final_transcript"}',
        'townline_voices_busy_seconds_total{kind="speaking"}',
        'townline_voices_real_time_factor{kind="hearing"}',
        'townline_voices_connections_closed_total{reason="protocol"}',
    ):
        assert name in page, name


async def welcome(path: Path) -> bool:
    try:
        async with SpeechClient(f"unix://{path}", start_seconds=120) as client:
            return client.sample_rate == 22_050
    except BusyError:
        return False


async def test_too_many_clients_are_refused_and_who_never_reads_makes_room(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(server, "Limits", partial(Limits, write_seconds=0.3))
    whisper, voice = models.path("whisper-tiny-en"), models.path("piper-joe")
    async with listening(ServerSettings(whisper, voice, plan=Plan(1, 1, 2), most_connections=2)) as path:
        held = [await asyncio.open_unix_connection(path) for _ in range(2)]
        for reader, writer in held:
            writer.write(b'{"type": "ping"}\n')
            await reader.readline()
        reader, writer = await asyncio.open_unix_connection(path)
        assert (await error_of(reader))["code"] == "busy"
        writer.close()
        held[0][0]._transport.pause_reading()  # type: ignore[attr-defined]
        held[0][1].write(json.dumps({"type": "synthesize", "data": {"text": NOTICE}}).encode() + b"\n")
        while not await welcome(path):  # noqa: ASYNC110 - until the server has lost its patience
            await asyncio.sleep(0.05)
        assert "client closed reason=never reads" in caplog.text
        for _, each in held:
            each.close()


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


async def test_a_socket_that_a_dead_server_left_is_replaced(folder: Path) -> None:
    path = folder / "voices"
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))
    with unix_socket(path) as listener:
        listener.settimeout(1)
        with socket.socket(socket.AF_UNIX) as caller:
            caller.connect(str(path))
    assert not path.exists()


async def test_a_socket_in_use_and_a_file_are_left_alone(folder: Path) -> None:
    path, file = folder / "voices", folder / "notes"
    file.write_text("mine")
    with unix_socket(path), pytest.raises(ServerStartError, match="another server listens"), unix_socket(path):
        pass
    with pytest.raises(ServerStartError, match="is not a socket"), unix_socket(file):
        pass
    with pytest.raises(ServerStartError, match="cannot listen"), unix_socket(folder / ("x" * 200)):
        pass
    assert file.read_text() == "mine"


async def test_a_port_in_use_is_one_line() -> None:
    with tcp_socket("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with pytest.raises(ServerStartError, match=f"port {port}"):
            tcp_socket("127.0.0.1", port)


def silence(seconds: float) -> Pcm:
    return np.zeros(int(seconds * 16_000), dtype=np.int16)


async def test_an_event_of_audio_is_read_back_as_it_was() -> None:
    event = audio_chunk(silence(0.1), 16_000)
    assert Format.of(event).pcm(event.payload or b"", 16_000).tobytes() == silence(0.1).tobytes()
