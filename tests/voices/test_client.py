"""Given our server or others in its place, and servers that die, what the client of the speech models does."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import tempfile
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio
import soxr
from wyoming.event import Event, async_read_event, async_write_event

from agent import models
from tests.voices.callers import said
from tests.voices.speech_fixtures import understood
from voices.child import SpeechServer
from voices.client import SpeechClient
from voices.errors import ProtocolError, ServerStartError, ServerUnavailableError, VoicesError
from voices.requests import UNTOLD_CONFIDENCE
from voices.server_settings import Plan, ServerSettings
from voices.speech import Priority
from voices.transcript import Heard, Nothing

pytestmark = pytest.mark.asyncio(loop_scope="module")

PATIENT = dict.fromkeys(Priority, 120.0)
HASTY = dict.fromkeys(Priority, 0.3)
PEERS = Path(sys.prefix) / "peers/bin/python"
needs_peers = pytest.mark.skipif(
    not PEERS.exists(), reason="`make test` installs bench/peers/requirements.lock into .venv/peers"
)

Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def settings() -> ServerSettings:
    return ServerSettings(models.path("whisper-tiny-en"), models.path("piper-joe"), plan=Plan(2, 1, 4))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server() -> AsyncIterator[SpeechServer]:
    async with SpeechServer(settings()) as server:
        yield server


@pytest_asyncio.fixture(loop_scope="module")
async def client(server: SpeechServer) -> AsyncIterator[SpeechClient]:
    async with SpeechClient(server.uri, patience=PATIENT, start_seconds=120) as client:
        yield client


@asynccontextmanager
async def stand_in(answer: Answer) -> AsyncIterator[str]:
    """A server that does what a test wants."""
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/s"
        server = await asyncio.start_unix_server(answer, path)
        yield f"unix://{path}"
        server.close()


@asynccontextmanager
async def peer(module: str, *options: str) -> AsyncIterator[str]:
    """A stock Wyoming server with a model of ours."""
    with tempfile.TemporaryDirectory() as folder:
        uri = f"unix://{folder}/s"
        command = [str(PEERS), "-m", module, "--uri", uri, "--data-dir", *options, "--local-files-only"]
        process = await asyncio.create_subprocess_exec(
            *command, stdout=DEVNULL, stderr=DEVNULL, env={**os.environ, "HF_HUB_OFFLINE": "1"}
        )
        try:
            yield uri
        finally:
            process.kill()
            await process.wait()


async def test_it_hears_and_speaks_through_the_server(client: SpeechClient) -> None:
    heard = await client.transcribe(said("My bin has not been collected.", 0.15), call="a")
    assert isinstance(heard, Heard)
    assert heard.text == "My bin has not been collected."
    spoken = [chunk async for chunk in client.synthesise("Which street is it on?", call="a")]
    assert len(spoken) > 1
    assert understood(np.concatenate(spoken), "which street is it on")


async def test_silence_comes_back_as_nothing(client: SpeechClient) -> None:
    assert isinstance(await client.transcribe(np.zeros(16_000, dtype=np.int16)), Nothing)
    assert isinstance(await client.transcribe(np.zeros(0, dtype=np.int16)), Nothing)


async def test_calls_get_places_until_there_are_none(client: SpeechClient) -> None:
    admitted = [await client.admit(f"call {number}") for number in range(5)]
    assert admitted.count(True) <= 4
    assert admitted[-1] is False
    for number in range(5):
        client.release(f"call {number}")
    status = await client.status()
    assert status.capacity == 4


async def test_a_server_that_was_killed_is_back_while_a_call_waits(server: SpeechServer, client: SpeechClient) -> None:
    before = server.pid
    assert before is not None
    await client.transcribe(said("Yes.", 0.15), call="w")
    os.kill(before, signal.SIGKILL)
    heard = await client.transcribe(said("Yes.", 0.15), call="w")
    assert isinstance(heard, Heard)
    assert server.pid != before


async def test_a_server_that_dies_while_it_is_asked_how_it_is_is_noticed_at_once(
    server: SpeechServer, client: SpeechClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("voices.child._SILENT_SECONDS", 3600.0)
    before = server.pid
    assert before is not None
    os.kill(before, signal.SIGSTOP)
    async with asyncio.timeout(60):
        while not any(task.get_name() == "ping" for task in asyncio.all_tasks()):  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.05)
    os.kill(before, signal.SIGKILL)
    assert isinstance(await client.transcribe(said("Yes.", 0.15), call="w"), Heard)
    assert server.pid != before


async def test_a_sentence_that_was_cut_off_by_a_crash_fails_as_something_to_try_again(
    server: SpeechServer, client: SpeechClient
) -> None:
    assert server.pid is not None
    speaking = client.synthesise("This is a very long notice about the bins of the borough. " * 30)
    failure: VoicesError | None = None
    try:
        async for _ in speaking:
            os.kill(server.pid, signal.SIGKILL)
    except ServerUnavailableError as exc:
        failure = exc
    assert failure is not None
    assert failure.retryable
    assert [chunk async for chunk in client.synthesise("Hello.")]


async def test_the_child_ends_with_its_parent() -> None:
    code = (
        "import asyncio, os, sys\n"
        "from voices.child import SpeechServer\n"
        "from voices.server_settings import from_json\n"
        "async def main():\n"
        "    async with SpeechServer(from_json(sys.argv[1])) as server:\n"
        "        print(server.pid, flush=True)\n"
        "        os._exit(1)\n"
        "asyncio.run(main())\n"
    )
    from voices.server_settings import to_json

    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, to_json(settings()), stdout=asyncio.subprocess.PIPE, cwd=Path(__file__).parents[2]
    )
    assert process.stdout is not None
    pid = int(await process.stdout.readline())
    await process.wait()
    while _alive(pid):  # noqa: ASYNC110 - it is nobody's child any more
        await asyncio.sleep(0.05)


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("broken", ["whisper", "voice", "rate"])
async def test_a_model_file_that_is_not_a_model_is_one_line_at_the_start(tmp_path: Path, broken: str) -> None:
    whisper, voice = models.path("whisper-tiny-en"), models.path("piper-joe")
    if broken == "whisper":
        (tmp_path / "model.bin").write_bytes(b"not a model")
        started = replace(settings(), whisper=tmp_path)
    else:
        file = voice / "en_US-joe-medium.onnx"
        config = (voice / "en_US-joe-medium.onnx.json").read_text()
        (tmp_path / "v.onnx").write_bytes(b"not a model" if broken == "voice" else file.read_bytes())
        (tmp_path / "v.onnx.json").write_text(config.replace("22050", "100") if broken == "rate" else config)
        started = replace(settings(), whisper=whisper, voice=tmp_path)
    with pytest.raises(ServerStartError) as told:
        async with SpeechServer(started):
            pass
    assert str(tmp_path) in str(told.value)
    assert "\n" not in str(told.value)


@needs_peers
async def test_wyoming_faster_whisper_hears_in_our_servers_place(client: SpeechClient, server: SpeechServer) -> None:
    model = str(models.path("whisper-tiny-en"))
    options = [str(Path(model).parent), "--model", model, "--stt-library", "faster-whisper", "--language", "en"]
    async with (
        peer("wyoming_faster_whisper", *options) as uri,
        SpeechClient(uri, server.uri, patience=PATIENT, start_seconds=120) as mixed,
    ):
        for _ in range(2):
            heard = await mixed.transcribe(said("My bin has not been collected.", 0.15), call="a")
            assert isinstance(heard, Heard)
            assert heard.text == "My bin has not been collected."
            assert heard.confidence == UNTOLD_CONFIDENCE
        assert mixed.sample_rate == client.sample_rate
        assert await mixed.admit("a")
        assert (await mixed.status()).capacity is None


@needs_peers
async def test_wyoming_piper_speaks_in_our_servers_place(server: SpeechServer) -> None:
    voice = models.path("piper-joe")
    async with (
        peer("wyoming_piper", str(voice), "--voice", "en_US-joe-medium") as uri,
        SpeechClient(server.uri, uri, patience=PATIENT, start_seconds=120) as mixed,
    ):
        assert mixed.sample_rate == 22_050
        for _ in range(2):
            spoken = [chunk async for chunk in mixed.synthesise("Which street is it on?")]
            assert understood(np.concatenate(spoken), "which street is it on")


async def test_a_server_that_hangs_or_hangs_up_is_given_up_in_time() -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        event = await async_read_event(reader)
        if event is not None and event.type == "describe":
            await async_write_event(Event("info", {"townline": {"sample_rate": 22_050}}), writer)
        writer.close()

    async with stand_in(hang_up) as uri, SpeechClient(uri, patience=HASTY) as client:
        with pytest.raises(ServerUnavailableError):
            await client.transcribe(np.zeros(16_000, dtype=np.int16))
        with pytest.raises(ServerUnavailableError):
            async for _ in client.synthesise("Hello."):
                pass


async def test_a_server_that_talks_nonsense_is_an_error() -> None:
    async def nonsense(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async with stand_in(nonsense) as uri:
        with pytest.raises(ProtocolError):
            await SpeechClient(uri, start_seconds=1).__aenter__()
    for uri in ("http://localhost:1", "tcp://nowhere", "unix://"):
        with pytest.raises(ProtocolError, match="no address"):
            SpeechClient(uri)


async def test_a_server_that_speaks_at_another_rate_after_a_restart_sounds_the_same() -> None:
    tone = (np.sin(np.arange(16_000) * 440 * 2 * np.pi / 16_000) * 8_000).astype(np.int16)

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while (event := await async_read_event(reader)) is not None:
            if event.type == "describe":
                await async_write_event(Event("info", {"townline": {"sample_rate": 22_050}}), writer)
            else:
                format_ = {"rate": 16_000, "width": 2, "channels": 1}
                await async_write_event(Event("audio-start", format_), writer)
                for half in (tone[:8_000], tone[8_000:]):
                    await async_write_event(Event("audio-chunk", format_, half.tobytes()), writer)
                await async_write_event(Event("audio-stop", {"timestamp": None}), writer)
        writer.close()

    async with stand_in(speak) as uri, SpeechClient(uri) as client:
        heard = np.concatenate([chunk async for chunk in client.synthesise("Hello.")])
    expected = soxr.resample(tone, 16_000, 22_050)
    assert abs(len(heard) - len(expected)) < 30
    assert np.abs(np.fft.rfft(heard)).argmax() * 22_050 / len(heard) == pytest.approx(440, abs=2)
