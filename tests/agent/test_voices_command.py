"""Given whoever starts the speech server by hand, what they are told."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.settings import ROOT
from voices.client import SpeechClient


@pytest.fixture
def folder() -> Iterator[Path]:
    """Not `tmp_path`: the path of a socket may have 107 characters."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


async def townline_voices(*options: str) -> Process:
    code = "from agent.cli import app; app()"
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, "voices", *options, stdout=PIPE, stderr=PIPE, cwd=ROOT, env=dict(os.environ)
    )


async def told(process: Process) -> str:
    assert process.stdout is not None
    return (await process.stdout.readline()).decode().strip()


async def test_it_says_where_it_is_and_serves_until_it_is_told_to_stop(folder: Path) -> None:
    path = folder / "voices"
    first = await townline_voices("--socket", str(path))
    try:
        assert (await told(first)).startswith(f"unix://{path}: 22050 Hz, ")
        async with SpeechClient(f"unix://{path}", start_seconds=120) as client:
            assert (await client.status()).calls == 0

        second = await townline_voices("--socket", str(path))
        _, said = await second.communicate()
        assert (second.returncode, said.decode().strip()) == (1, f"another server listens on {path}")
    finally:
        first.send_signal(signal.SIGTERM)
        await first.communicate()
    assert first.returncode == 0
    assert not path.exists()


async def test_a_socket_path_that_is_a_file_is_one_line(folder: Path) -> None:
    (folder / "notes").write_text("mine")
    process = await townline_voices("--socket", str(folder / "notes"))
    _, said = await process.communicate()
    assert process.returncode == 1
    assert said.decode() == f"{folder / 'notes'} exists and is not a socket\n"
