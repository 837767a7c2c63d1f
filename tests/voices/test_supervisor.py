"""Given a child that ends, hangs or does not come up, what its supervisor does: real processes on a real socket."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from asyncio.subprocess import Process
from collections.abc import Iterator
from pathlib import Path

import pytest

from voices.supervisor import Supervisor, started

CHILD = """
import os, socket, sys, threading
threading.Thread(target=lambda: os._exit(len(sys.stdin.read())), daemon=True).start()
listening = socket.socket(fileno=int(sys.argv[1]))
print("ready", flush=True)
while True:
    caller, _ = listening.accept()
    caller.sendall(str(os.getpid()).encode())
    caller.close()
"""
PAUSES = 0.01, 0.02


class NotReadyError(Exception):
    """The child did not say that it is ready."""


class Child:
    """Starts `script` on a socket, and asks whoever answers there for its process id."""

    def __init__(self, listening: socket.socket) -> None:
        self.listening = listening
        self.script = CHILD
        self.processes: list[Process] = []

    async def start(self) -> Process:
        command = [sys.executable, "-c", self.script, str(self.listening.fileno())]
        return await started(command, self.listening, self.ready, tells=True)

    async def ready(self, process: Process) -> None:
        self.processes.append(process)
        assert process.stdout is not None
        if await process.stdout.readline() != b"ready\n":
            self.script = CHILD
            raise NotReadyError

    async def answered(self) -> int:
        reader, writer = await asyncio.open_connection(*self.listening.getsockname())
        try:
            return int(await reader.read())
        finally:
            writer.close()

    def supervised(self) -> Supervisor:
        return Supervisor("child", self.start, failure=NotReadyError, pauses=PAUSES)


@pytest.fixture
def child() -> Iterator[Child]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield Child(listening)


async def test_a_child_answers_until_the_context_closes(child: Child) -> None:
    async with child.supervised() as supervisor:
        assert await child.answered() == supervisor.pid
    (process,) = child.processes
    assert process.returncode == -signal.SIGKILL


async def test_whoever_connects_while_the_child_is_gone_waits_for_the_next_one(child: Child) -> None:
    async with child.supervised() as supervisor:
        first = await child.answered()
        os.kill(first, signal.SIGKILL)
        await child.processes[0].wait()
        second = await child.answered()
        assert second != first
        assert second == supervisor.pid


async def test_a_child_that_does_not_come_up_is_ended_and_tried_again(child: Child) -> None:
    async with child.supervised() as supervisor:
        child.script = "import time; print('not yet', flush=True); time.sleep(600)"
        os.kill(await child.answered(), signal.SIGKILL)
        assert await child.answered() == supervisor.pid
    assert [process.returncode for process in child.processes] == [-signal.SIGKILL] * 3


async def test_a_child_that_does_not_come_up_at_first_is_the_openers_to_know(child: Child) -> None:
    child.script = "import time; print('not yet', flush=True); time.sleep(600)"
    with pytest.raises(NotReadyError):
        await child.supervised().__aenter__()
    (process,) = child.processes
    assert process.returncode == -signal.SIGKILL


async def test_a_child_that_does_not_answer_is_started_again(child: Child, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("voices.supervisor._PING_SECONDS", 0.05)

    async def answers() -> bool:
        return len(child.processes) > 1

    async with Supervisor("child", child.start, failure=NotReadyError, pauses=PAUSES, answers=answers):
        first = child.processes[0]
        os.kill(first.pid, signal.SIGSTOP)
        assert await child.answered() != first.pid
    assert first.returncode == -signal.SIGKILL


async def test_what_a_child_writes_is_in_its_log(child: Child, tmp_path: Path) -> None:
    log_file = tmp_path / "logs" / "child.log"

    async def ended(process: Process) -> None:
        await process.wait()

    environment = {"TOWNLINE_WORD": "heard"}
    script = "import os, sys; print(os.environ['TOWNLINE_WORD']); print('and read', file=sys.stderr)"
    await started([sys.executable, "-c", script], child.listening, ended, log_file=log_file, environment=environment)
    assert sorted(log_file.read_text().split("\n")) == ["", "and read", "heard"]
