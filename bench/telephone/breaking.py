"""Breaking one part of a running line, and mending it again: killed with -9, or frozen where it stands."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from agent.settings import ROOT
from bench.figures.groups import members
from bench.telephone.exchange import LiveKit, NotStartedError
from bench.telephone.installation import Process, worker
from telephony.rooms import call_id_of

Part = Literal["worker", "speech server", "language model", "database", "action server", "LiveKit"]
Way = Literal["killed", "frozen"]

PARTS: tuple[Part, ...] = ("worker", "speech server", "language model", "database", "action server", "LiveKit")
WAYS: tuple[Way, ...] = ("killed", "frozen")

AWAY_SECONDS = 8.0
"""How long a part that nothing of ours starts again stays away."""

_CHILDREN: dict[Part, str] = {"speech server": "voices.server_child", "language model": "agent.llm.child"}
_START_SECONDS = 60.0


class ActionServer:
    """Ashcombe's actions on a real Rasa action server, in a process group of its own."""

    def __init__(self, port: int, folder: Path) -> None:
        self.url = f"http://127.0.0.1:{port}/webhook"
        self._port = port
        self.office = folder / "back_office.sqlite"
        self._process = self._started()

    def _started(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "rasa_sdk", "--actions", "agent.actions", "-p", str(self._port)]
        known = {"SANIC_HOST": "127.0.0.1", "PYTHONPATH": str(ROOT), "TOWNLINE_BACK_OFFICE": str(self.office)}
        quiet = subprocess.DEVNULL
        return subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **known}, stdout=quiet, stderr=quiet, start_new_session=True
        )

    def start(self) -> None:
        """Start it again where it was, if it does not run, and wait until it answers. Raises `NotStartedError`."""
        if self._process.poll() is not None:
            self._process = self._started()
        until = time.monotonic() + _START_SECONDS
        while time.monotonic() < until:
            with suppress(urllib.error.URLError, OSError), urllib.request.urlopen(self._health, timeout=1):  # noqa: S310
                return
            time.sleep(0.2)
        raise NotStartedError("the action server does not answer")

    @property
    def _health(self) -> str:
        return self.url.replace("/webhook", "/health")

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to it and its own workers."""
        os.killpg(self._process.pid, number)

    def kill(self) -> None:
        """End it at once."""
        if self._process.poll() is None:
            self.signal(signal.SIGKILL)
        self._process.wait()

    def jobs(self) -> list[str]:
        """The key of every job that was done."""
        with closing(sqlite3.connect(self.office)) as connection:
            return [str(row[0]) for row in connection.execute("SELECT key FROM jobs ORDER BY key")]


class Workers:
    """Two workers, so that one can take over; what was killed is started again."""

    def __init__(self, config: Path) -> None:
        self._config = config
        self._stacks: dict[int, ExitStack] = {}
        self.running: dict[int, Process] = {}

    def start(self, number: int) -> None:
        """Start that one, and wait until it takes calls."""
        stack = ExitStack()
        self.running[number] = stack.enter_context(worker(self._config))
        self._stacks[number] = stack

    def with_call(self, room: str) -> int:
        """Which of them has the call in that room: the one that took it last, or else was last asked to take any."""
        for words in (f"call {call_id_of(room)}: taken", "received job request"):
            # Every line of a log begins with the time.
            last = {
                number: max((line for line in one.said.splitlines() if words in line), default="")
                for number, one in self.running.items()
            }
            if any(last.values()):
                break
        return max(last, key=lambda number: last[number])

    def close(self) -> None:
        """End all of them."""
        for stack in self._stacks.values():
            stack.close()


@dataclass
class Line:
    """What can be broken."""

    livekit: LiveKit
    workers: Workers
    actions: ActionServer
    database: Path

    def pids(self, part: Part) -> list[int]:
        """The processes of a part that is a child of the workers."""
        found = []
        for running in self.workers.running.values():
            for pid in members(running.process.pid):
                with suppress(OSError):
                    if _CHILDREN[part] in (Path("/proc") / str(pid) / "cmdline").read_text():
                        found.append(pid)
        return found


@contextmanager
def broken(line: Line, part: Part, way: Way, room: str) -> Iterator[None]:
    """Break the part now; on leaving, see to it that it is there again."""
    number = signal.SIGKILL if way == "killed" else signal.SIGSTOP
    if part == "worker":
        yield from _worker(line, room, number)
    elif part == "LiveKit":
        line.livekit.process.send_signal(number)
        yield
        _revive(line, way)
    elif part == "action server":
        line.actions.signal(number)
        yield
        line.actions.signal(signal.SIGCONT) if way == "frozen" else line.actions.kill()
        line.actions.start()
    elif part == "database":
        yield from _database(line.database, way)
    else:
        pids = line.pids(part)
        _signal(pids, number)
        yield
        _signal(pids, signal.SIGCONT)


def _worker(line: Line, room: str, number: signal.Signals) -> Iterator[None]:
    which = line.workers.with_call(room)
    running = line.workers.running[which]
    running.signal_all(number)
    yield
    if number is signal.SIGSTOP:
        running.signal_all(signal.SIGCONT)
        return
    running.process.wait()
    line.workers.start(which)


def _revive(line: Line, way: Way) -> None:
    if way == "frozen":
        line.livekit.thaw()
        return
    line.livekit.process.wait()
    line.livekit.restart()


def _database(path: Path, way: Way) -> Iterator[None]:
    """Another program has it for itself (frozen), or it is not where it was (killed)."""
    if way == "killed":
        away = path.with_suffix(".away")
        path.rename(away)
        yield
        away.rename(path)
        return
    with closing(sqlite3.connect(path, isolation_level=None, timeout=5, check_same_thread=False)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.execute("ROLLBACK")


def _signal(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


async def away(part: Part, way: Way, over: asyncio.Event) -> None:
    """How long the part stays broken: a worker until its call is over, all else for some seconds; what runs the LiveKit
    server starts it again within one."""
    if part == "worker":
        await over.wait()
        return
    with suppress(TimeoutError):
        async with asyncio.timeout(1.0 if (part, way) == ("LiveKit", "killed") else AWAY_SECONDS):
            await over.wait()
