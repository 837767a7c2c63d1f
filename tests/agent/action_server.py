"""A real Rasa action server for the tests, in a process of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent.parent
_PATIENCE_SECONDS = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


class ActionServer:
    """`python -m rasa_sdk` with a package of actions, on loopback."""

    def __init__(self, package: str, port: int, environment: Mapping[str, str]) -> None:
        self.url = f"http://127.0.0.1:{port}/webhook"
        command = [sys.executable, "-m", "rasa_sdk", "--actions", package, "-p", str(port)]
        known = {**os.environ, "SANIC_HOST": "127.0.0.1", "PYTHONPATH": str(_ROOT), **environment}
        # A session of its own: the server's workers have to go with it.
        self._process = subprocess.Popen(
            command,
            cwd=_ROOT,
            env=known,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def ready(self) -> None:
        until = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < until:
            try:
                with urllib.request.urlopen(self.url.replace("/webhook", "/health"), timeout=1):
                    return
            except (urllib.error.URLError, OSError):
                assert self._process.poll() is None, "the action server did not start"
                time.sleep(0.2)
        raise AssertionError("the action server did not answer")

    def kill(self) -> None:
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


@contextmanager
def serving(package: str, port: int | None = None, **environment: str) -> Iterator[ActionServer]:
    """Start it and wait until it answers; kill it at the end."""
    server = ActionServer(package, port or free_port(), environment)
    try:
        server.ready()
        yield server
    finally:
        server.kill()
