"""A real speech server, with its real models, and what clients and Prometheus see of it."""

from __future__ import annotations

import asyncio
import json
import tempfile
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families
from wyoming.client import AsyncClient
from wyoming.event import Event

from agent import models
from voices.server import Server, serving
from voices.server_settings import Plan, ServerSettings
from voices.serving.sockets import tcp_socket, unix_socket
from voices.speech import Priority

NOTICE = "This is a very long notice about the bins of the borough. " * 60
PATIENT = dict.fromkeys(Priority, 120.0)


@dataclass(frozen=True)
class House:
    """A server on a Unix socket and a TCP port, and the port of its metrics."""

    server: Server
    path: Path
    port: int
    metrics_port: int

    @property
    def uri(self) -> str:
        return f"unix://{self.path}"

    @property
    def uris(self) -> dict[str, str]:
        return {"unix": self.uri, "tcp": f"tcp://127.0.0.1:{self.port}"}

    async def raw(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_unix_connection(self.path)

    async def metrics(self) -> str:
        """The page that Prometheus reads."""
        url = f"http://127.0.0.1:{self.metrics_port}/metrics"
        page: bytes = await asyncio.to_thread(lambda: urllib.request.urlopen(url).read())
        return page.decode()

    async def metric(self, name: str, **labels: str) -> float:
        """One number from that page; 0 where it is not there yet."""
        for family in text_string_to_metric_families(await self.metrics()):
            for sample in family.samples:
                if sample.name == f"townline_voices_{name}" and sample.labels == labels:
                    return sample.value
        return 0.0


@asynccontextmanager
async def one_worker() -> AsyncIterator[House]:
    """A server that does one piece of work at a time."""
    with tcp_socket("127.0.0.1", 0) as free:
        metrics_port: int = free.getsockname()[1]
    settings = ServerSettings(
        models.path("whisper-tiny-en"),
        models.path("piper-joe"),
        whisper_name="whisper-tiny-en",
        voice_name="piper-joe",
        plan=Plan(workers=1, threads=1, calls=2),
        metrics_port=metrics_port,
    )
    async with listening(settings) as house:
        yield house


@asynccontextmanager
async def listening(settings: ServerSettings) -> AsyncIterator[House]:
    with (
        tempfile.TemporaryDirectory() as folder,
        unix_socket(Path(folder) / "voices") as listener,
        tcp_socket("127.0.0.1", 0) as port,
    ):
        async with serving(settings) as opened:
            task = asyncio.create_task(opened.listen([listener, port]))
            try:
                yield House(opened, Path(folder) / "voices", port.getsockname()[1], settings.metrics_port or 0)
            finally:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)


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
