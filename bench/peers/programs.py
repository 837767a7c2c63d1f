"""Programs of other projects, run in the environment that `make test` makes of `bench/peers/requirements.lock`."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

PYTHON = Path(sys.prefix) / "peers/bin/python"


@asynccontextmanager
async def running(*command: str) -> AsyncIterator[Process]:
    """`PYTHON` with these arguments and a pipe for its output, ended with the context. It fetches nothing.

    Raises `FileNotFoundError` where the environment was not made.
    """
    process = await asyncio.create_subprocess_exec(
        str(PYTHON), *command, stdout=PIPE, stderr=DEVNULL, env={**os.environ, "HF_HUB_OFFLINE": "1"}
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
