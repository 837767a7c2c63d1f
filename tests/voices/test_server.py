"""Given clients of all kinds, what the speech server does for each of them."""

from __future__ import annotations

import asyncio
import socket
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio
from wyoming.asr import Transcribe, Transcript
from wyoming.client import AsyncClient
from wyoming.event import Event
from wyoming.info import Describe, Info
from wyoming.tts import Synthesize

from tests.voices.callers import said
from tests.voices.houses import NOTICE, PATIENT, House, error_of, next_event, one_worker
from tests.voices.speech_fixtures import understood
from voices.client import SpeechClient
from voices.errors import ServerStartError
from voices.serving.sockets import tcp_socket, unix_socket
from voices.speech import Pcm
from voices.transcript import Heard
from voices.wire import ADMIT, ADMITTED, EXTRA, Format, audio_chunk

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house() -> AsyncIterator[House]:
    async with one_worker() as house:
        yield house


@pytest_asyncio.fixture(loop_scope="module")
async def client(house: House) -> AsyncIterator[SpeechClient]:
    async with SpeechClient(house.uri, patience=PATIENT) as client:
        yield client


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
    page = await house.metrics()
    for name in (
        "townline_voices_waiting 0.0",
        'townline_voices_pieces_total{kind="hearing",outcome="done"}',
        'townline_voices_wait_seconds_bucket{kind="hearing",le="0.005",priority="final_transcript"}',
        'townline_voices_busy_seconds_total{kind="speaking"}',
        'townline_voices_real_time_factor{kind="hearing"}',
        'townline_voices_connections_closed_total{reason="protocol"}',
    ):
        assert name in page, name


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
