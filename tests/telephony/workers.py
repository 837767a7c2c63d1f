"""The real `townline` processes around a livekit-server: workers that take calls, and the watch."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from agent.records import Store
from intents.settings import IntentsSettings
from tests.telephony.livekit import KEY, SECRET, LiveKit, free_port

_ROOT = Path(__file__).resolve().parents[2]
_START_SECONDS = 240
_TRAINED = Path(tempfile.gettempdir()) / "townline-trained-releases"
"""What was trained before; what is out of date in it is trained again."""


@dataclass
class Process:
    """A running `townline` command."""

    process: subprocess.Popen[bytes]
    log: Path
    health: str = ""

    @property
    def said(self) -> str:
        """Its log so far."""
        return self.log.read_text(errors="replace")

    def kill(self) -> None:
        """End it at once, with everything that belongs to it."""
        self.signal_all(signal.SIGKILL)
        self.process.wait()

    def signal_all(self, number: signal.Signals) -> None:
        """Send a signal to it and to everything that belongs to it."""
        os.killpg(self.process.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.process.terminate()


def configured(folder: Path, livekit: LiveKit, **telephony: object) -> Path:
    """A copy of `config.yaml` for this server, with a data folder of its own and people at work at all hours."""
    yaml = YAML(typ="safe")
    config = yaml.load((_ROOT / "config.yaml").read_text())
    config["agent"]["data_dir"] = str(folder / "var")
    for name, value in IntentsSettings.model_validate(config["intents"]):
        if isinstance(value, Path):
            config["intents"][name] = str(_ROOT / value)
    config["hours"]["people"] = "housing_emergency"
    watch = {"watch_port": free_port(), **livekit.settings.model_dump(include={"answer_seconds", "silent_seconds"})}
    config["telephony"] |= {"livekit": {"url": livekit.url, **watch}, **telephony}
    if _TRAINED.exists():
        shutil.copytree(_TRAINED, folder / "var" / "releases", dirs_exist_ok=True)
    path = folder / "config.yaml"
    with path.open("w") as out:
        yaml.dump(config, out)
    return path


@contextmanager
def townline(command: list[str], config: Path, ready: str) -> Iterator[Process]:
    """`townline …` in a process group of its own; open when its log says `ready`."""
    log = config.parent / f"{command[0]}-{free_port()}.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [Path(sys.executable).with_name("townline"), *command],
            stdout=out,
            stderr=subprocess.STDOUT,
            cwd=_ROOT,
            env={
                **os.environ,
                "TOWNLINE_CONFIG": str(config),
                "TOWNLINE_LIVEKIT_KEY": KEY,
                "TOWNLINE_LIVEKIT_SECRET": SECRET,
            },
            start_new_session=True,
        )
    running = Process(process, log)
    try:
        _wait_for(running, ready)
        yield running
    finally:
        if process.poll() is None:
            running.kill()


@contextmanager
def worker(config: Path) -> Iterator[Process]:
    """A worker that has registered and has a process warm."""
    with townline(["worker", "--health-port", "0"], config, "registered worker") as running:
        shutil.copytree(config.parent / "var" / "releases", _TRAINED, dirs_exist_ok=True)
        yield running


def _wait_for(running: Process, ready: str) -> None:
    until = time.monotonic() + _START_SECONDS
    while ready not in running.said:
        if running.process.poll() is not None or time.monotonic() > until:
            pytest.fail(f"it did not start: {running.said[-3000:]}")
        time.sleep(0.1)


@asynccontextmanager
async def records(config: Path) -> AsyncIterator[Store]:
    """What the workers keep."""
    async with Store.open(f"sqlite:///{config.parent / 'var' / 'townline.db'}") as store:
        yield store
