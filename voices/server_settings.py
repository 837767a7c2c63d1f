"""What a speech server is started with; cheap to import for whoever only starts one."""

from __future__ import annotations

from pathlib import Path

from pydantic import TypeAdapter
from pydantic.dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """So many workers of so many threads, for so many calls."""

    workers: int
    threads: int
    calls: int


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """What one server holds and allows. `kept`: the folder for what was measured, where it outlives this process."""

    whisper: Path
    voice: Path
    whisper_name: str = "whisper"
    voice_name: str = "default"
    language: str = "en"
    kept: Path | None = None
    plan: Plan | None = None
    """Workers, threads and calls; without it, what measuring finds."""
    threads: int | None = None
    """Of one piece of work, where that is not to be measured."""
    most_waiting: int = 64
    most_connections: int = 256
    metrics_port: int | None = None


_ADAPTER = TypeAdapter(ServerSettings)


def to_json(settings: ServerSettings) -> str:
    """For a child process."""
    return _ADAPTER.dump_json(settings).decode()


def from_json(text: str) -> ServerSettings:
    """What `to_json` wrote."""
    return _ADAPTER.validate_json(text)
