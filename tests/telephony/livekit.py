"""The real livekit-server and Redis for tests; what a machine lacks skips the test that needs it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bench.telephone import exchange
from bench.telephone.caller import Caller, adviser, in_room, ring
from bench.telephone.exchange import KEY, SECRET, LiveKit, free_port, wait_for_port
from deploy.livekit.build import binary
from telephony.direct import CALLER_RATE

__all__ = [
    "CALLER_RATE",
    "KEY",
    "SECRET",
    "Caller",
    "LiveKit",
    "adviser",
    "free_port",
    "in_room",
    "livekit_server",
    "redis_server",
    "ring",
]


@contextmanager
def livekit_server(folder: Path, *, redis: str = "", webhook: str = "", **settings: Any) -> Iterator[LiveKit]:
    """The server, built if it has to be. Skips the test on a machine without Go."""
    if not binary().exists() and shutil.which("go") is None:
        pytest.skip("livekit-server is built from source and needs Go 1.26 or newer")
    with exchange.livekit_server(folder, redis=redis, webhook=webhook, **settings) as server:
        yield server


@contextmanager
def redis_server(folder: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A real Redis: its `host:port` and its process. Skips the test where it is not installed."""
    if shutil.which("redis-server") is None:
        pytest.skip("redis-server is not installed (Debian package redis-server)")
    port = free_port()
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        wait_for_port(port, process, folder)
        yield f"127.0.0.1:{port}", process
    finally:
        process.kill()
        process.wait()
