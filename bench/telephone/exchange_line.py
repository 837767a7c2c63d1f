"""The whole telephone line for a bench: livekit-server, a worker and the watch, on a data folder of its own."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from agent import models
from agent.commands.configuration import Configuration
from agent.phrases import fixed_wording
from agent.settings import ROOT, load
from agent.speech import server_settings
from bench.telephone.exchange import LiveKit, free_port, livekit_server
from bench.telephone.installation import Process, configured, townline, worker
from intents.catalogue import Catalogue
from voices.child import SpeechServer
from voices.client import SpeechClient
from voices.ready import ReadySpeech

FOLDER = ROOT / "var" / "bench" / "telephone"


@dataclass(frozen=True)
class ExchangeLine:
    """What runs. The first worker is there from the start; the watch sees to all of them."""

    config: Path
    livekit: LiveKit
    workers: tuple[Process, ...]
    watch: Process
    metrics_ports: tuple[int, ...]


@contextmanager
def exchange_line(
    services: Collection[str],
    *,
    calls: int,
    workers: int = 1,
    sections: Mapping[str, Mapping[str, object]] | None = None,
    environment: Mapping[str, str] | None = None,
) -> Iterator[ExchangeLine]:
    """Room for `calls` at once on each worker, with the wording of `services` rendered before it is rung."""
    emptied()
    with ExitStack() as stack:
        livekit = stack.enter_context(livekit_server(FOLDER / "livekit"))
        limits = {"calls_an_hour": 10_000}
        config = configured(
            FOLDER, livekit, sections=sections, most_calls=calls, person_wait_seconds=3.0, limits=limits
        )
        rendered_wording(config, services)
        ports = tuple(free_port() for _ in range(workers))
        running = tuple(stack.enter_context(worker(config, metrics_port=port, **(environment or {}))) for port in ports)
        watch = stack.enter_context(townline(["watch"], config, "watching"))
        yield ExchangeLine(config, livekit, running, watch, ports)


def emptied(folder: Path = FOLDER) -> None:
    """New records in the folder of an installation; what was trained and rendered stays."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in (*folder.glob("*.log"), *folder.glob("*.sqlite*"), *(folder / "var").glob("*.db*")):
        old.unlink()
    shutil.rmtree(folder / "livekit", ignore_errors=True)
    (folder / "livekit").mkdir()


def rendered_wording(config: Path, services: Collection[str]) -> None:
    """As the web does it beside a worker: the wording is ready before anybody rings."""
    asyncio.run(_rendered(load(config, Configuration), services, config.with_name("rendering.log")))


async def _rendered(settings: Configuration, services: Collection[str], log: Path) -> None:
    catalogue = Catalogue.load(settings.file(settings.intents.services))
    used = {name: service for name, service in catalogue.services.items() if name in services}
    server = SpeechServer(server_settings(settings), log_file=log)
    async with server, SpeechClient(server.uri) as speech:
        model = models.entry(settings.voices.voice).fingerprint
        ready = ReadySpeech(settings.data_dir / "wording", speech, model=model)
        await ready.prepare(fixed_wording(used, settings.council.name))
