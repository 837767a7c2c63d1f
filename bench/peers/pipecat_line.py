"""Pipecat at the other end of a `Handset`, in a process and an environment of its own."""

from __future__ import annotations

import asyncio
import tempfile
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np

from bench.peers.handset import Handset
from bench.peers.programs import running

_CHILD = Path(__file__).with_name("pipecat_child.py")
_START_SECONDS = 60.0


@asynccontextmanager
async def pipecat(handset: Handset, whisper: Path, voice: Path, reply: str) -> AsyncIterator[list[int]]:
    """Pipecat answers while the context is open; yields the ids of its processes. Raises `TimeoutError`."""
    connected: asyncio.Future[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Future()
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/line"
        server = await asyncio.start_unix_server(lambda *ends: connected.set_result(ends), path)
        async with running(str(_CHILD), path, str(whisper), str(voice), reply) as process:
            async with asyncio.timeout(_START_SECONDS):
                reader, writer = await connected
                handset.line.sample_rate = await _rate(process)
            handset.hear = lambda pcm: writer.write(pcm.tobytes())
            ends = [
                asyncio.create_task(_play(reader, handset), name="what pipecat says"),
                asyncio.create_task(_turns(process, handset.took_turn), name="turns that pipecat takes"),
            ]
            try:
                yield [process.pid]
            finally:
                for end in ends:
                    end.cancel()
                await asyncio.gather(*ends, return_exceptions=True)
                writer.close()
                server.close()


async def _rate(process: Process) -> int:
    assert process.stdout is not None
    while line := (await process.stdout.readline()).decode():
        if line.startswith("ready "):
            return int(line.split()[1])
    raise TimeoutError("pipecat ended while it was starting")


async def _turns(process: Process, took_turn: Callable[[], None]) -> None:
    assert process.stdout is not None
    while line := await process.stdout.readline():
        if line.strip() == b"turn":
            took_turn()


async def _play(reader: asyncio.StreamReader, handset: Handset) -> None:
    odd = b""
    while heard := await reader.read(65_536):
        heard, odd = odd + heard, b""
        if len(heard) % 2:
            heard, odd = heard[:-1], heard[-1:]
        handset.play(np.frombuffer(heard, dtype=np.int16))
