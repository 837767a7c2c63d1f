"""A telephone exchange on loopback: the real livekit-server, on ports of its own, and how to kill and freeze it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from livekit import api

from agent.settings import ROOT
from deploy.livekit.build import build
from telephony.livekit_settings import LiveKitSettings

KEY, SECRET = "townline", "a-secret-for-loopback-that-is-long-enough"
_START_SECONDS = 30.0


class NotStartedError(RuntimeError):
    """A process that is needed did not start; the message is the end of its log."""


def free_port() -> int:
    """A TCP port that was free a moment ago."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@dataclass
class LiveKit:
    """A running server."""

    url: str
    settings: LiveKitSettings
    process: subprocess.Popen[bytes]
    log: Path
    redis: str = ""

    def api(self) -> api.LiveKitAPI:
        """Its API, with all rights."""
        return api.LiveKitAPI(self.url, KEY, SECRET, failover=False)

    def kill(self) -> None:
        """End it at once."""
        self.process.kill()
        self.process.wait()

    def freeze(self) -> None:
        """Let it do nothing until `thaw`."""
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self.process.send_signal(signal.SIGCONT)

    def restart(self) -> None:
        """Start it again where it was."""
        self.process = _started(self.log)
        wait_for_port(int(self.url.rpartition(":")[2]), self.process, self.log)


@contextmanager
def livekit_server(folder: Path, *, redis: str = "", webhook: str = "", **settings: Any) -> Iterator[LiveKit]:
    """The server. `settings` are those of the `livekit` section. Raises `NotStartedError`."""
    port, udp = free_port(), free_port()
    config = (ROOT / "deploy/livekit/livekit.yaml").read_text()
    config = config.replace("port: 7880", f"port: {port}").replace("udp_port: 7882", f"udp_port: {udp}")
    config = config.replace("level: warn", "level: info")
    if redis:
        config += f"redis:\n  address: {redis}\n"
    if webhook:
        config += f"webhook:\n  api_key: {KEY}\n  urls: [{webhook}]\n"
    (folder / "livekit.yaml").write_text(config)
    log = folder / "livekit.log"
    url = f"ws://127.0.0.1:{port}"
    server = LiveKit(url, LiveKitSettings(url=url, **settings), _started(log), log, redis)
    try:
        wait_for_port(port, server.process, log)
        yield server
    finally:
        server.kill()


def _started(log: Path) -> subprocess.Popen[bytes]:
    with log.open("ab") as out:
        return subprocess.Popen(
            [build(), "--config", str(log.with_name("livekit.yaml"))],
            stdout=out,
            stderr=subprocess.STDOUT,
            env={**os.environ, "LIVEKIT_KEYS": f"{KEY}: {SECRET}"},
            start_new_session=True,
        )


def wait_for_port(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Until something listens there. Raises `NotStartedError`."""
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None:
            break
        time.sleep(0.05)
    raise NotStartedError(log.read_text(errors="replace")[-800:] if log.is_file() else str(log))
