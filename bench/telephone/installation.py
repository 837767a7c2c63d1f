"""The real `townline` processes around a livekit-server: workers that take calls, and the watch."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML

from agent.records import Store
from agent.settings import ROOT
from bench.telephone.exchange import KEY, SECRET, LiveKit, NotStartedError, free_port
from intents.settings import IntentsSettings

_START_SECONDS = 240
_TRAINED = Path(tempfile.gettempdir()) / "townline-trained-releases"
"""What was trained before; what is out of date in it is trained again."""

ENVIRONMENT = {"TOWNLINE_LIVEKIT_KEY": KEY, "TOWNLINE_LIVEKIT_SECRET": SECRET}


@dataclass
class Process:
    """A running `townline` command."""

    process: subprocess.Popen[bytes]
    log: Path

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


def configured(
    folder: Path,
    livekit: LiveKit,
    *,
    sections: Mapping[str, Mapping[str, object]] | None = None,
    **telephony: object,
) -> Path:
    """A copy of `config.yaml` for this server, with a data folder of its own and people at work at all hours.

    `sections` changes keys of other sections, as in `{"agent": {"action_seconds": 2}}`.
    """
    yaml = YAML(typ="safe")
    config = yaml.load((ROOT / "config.yaml").read_text())
    config["agent"]["data_dir"] = str(folder / "var")
    for name, value in IntentsSettings.model_validate(config["intents"]):
        if isinstance(value, Path):
            config["intents"][name] = str(ROOT / value)
    config["hours"]["people"] = "housing_emergency"
    watch = {"watch_port": free_port(), **livekit.settings.model_dump(include={"answer_seconds", "silent_seconds"})}
    config["telephony"] |= {"livekit": {"url": livekit.url, **watch}, **telephony}
    for name, changed in (sections or {}).items():
        config[name] |= changed
    if _TRAINED.exists():
        shutil.copytree(_TRAINED, folder / "var" / "releases", dirs_exist_ok=True)
    path = folder / "config.yaml"
    with path.open("w") as out:
        yaml.dump(config, out)
    return path


@contextmanager
def townline(command: list[str], config: Path, ready: str, **environment: str) -> Iterator[Process]:
    """`townline …` in a process group of its own; open when its log says `ready`. Raises `NotStartedError`."""
    log = config.parent / f"{command[0]}-{free_port()}.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [Path(sys.executable).with_name("townline"), *command],
            stdout=out,
            stderr=subprocess.STDOUT,
            cwd=ROOT,
            env={**os.environ, "TOWNLINE_CONFIG": str(config), **ENVIRONMENT, **environment},
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
def worker(config: Path, *, metrics_port: int = 0, **environment: str) -> Iterator[Process]:
    """A worker that has registered and has a process warm."""
    options = ["--metrics-port", str(metrics_port)] if metrics_port else []
    with townline(["worker", "--health-port", "0", *options], config, "registered worker", **environment) as running:
        shutil.copytree(config.parent / "var" / "releases", _TRAINED, dirs_exist_ok=True)
        yield running


def _wait_for(running: Process, ready: str) -> None:
    until = time.monotonic() + _START_SECONDS
    while ready not in running.said:
        if running.process.poll() is not None or time.monotonic() > until:
            raise NotStartedError(running.said[-3000:])
        time.sleep(0.1)


@asynccontextmanager
async def records(config: Path) -> AsyncIterator[Store]:
    """What the workers keep."""
    async with Store.open(f"sqlite:///{config.parent / 'var' / 'townline.db'}") as store:
        yield store
