"""A server that refuses the key, or has lost its Redis: what the administrator is told, and how soon."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from agent.settings import ROOT
from bench.telephone.installation import ENVIRONMENT, configured
from telephony.rescue import Figures, Rescuer
from tests.telephony.livekit import LiveKit, livekit_server, redis_server

pytestmark = [pytest.mark.timeout(300)]

SIP = {"numbers": ["+441632960100"], "addresses": ["192.0.2.10"], "people": "+441632960199"}


def townline(config: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """One command, to its end."""
    known = {**os.environ, "TOWNLINE_CONFIG": str(config), **ENVIRONMENT, **environment}
    program = Path(sys.executable).with_name("townline")
    return subprocess.run(
        [program, *command], env=known, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120
    )


@pytest.mark.parametrize("command", [("worker", "--health-port", "0"), ("watch",), ("sip", "setup", "--dry-run")])
async def test_a_wrong_key_is_said_at_once(livekit: LiveKit, tmp_path: Path, command: tuple[str, ...]) -> None:
    config = configured(tmp_path, livekit, sip=SIP)
    wrong = {"TOWNLINE_LIVEKIT_SECRET": "not-the-secret-of-this-server-at-all"}
    ended = await asyncio.to_thread(lambda: townline(config, *command, **wrong))
    assert ended.returncode == 1
    assert "refuses the key" in ended.stderr
    assert "Traceback" not in ended.stderr


async def test_without_a_key_it_says_which_is_missing(livekit: LiveKit, tmp_path: Path) -> None:
    config = configured(tmp_path, livekit)
    ended = await asyncio.to_thread(lambda: townline(config, "worker", TOWNLINE_LIVEKIT_KEY=""))
    assert ended.returncode == 1
    assert "TOWNLINE_LIVEKIT" in ended.stderr


async def test_a_number_that_is_on_no_trunk_is_named(tmp_path: Path) -> None:
    with redis_server(tmp_path) as (redis, _), livekit_server(tmp_path, redis=redis) as server:
        config = configured(tmp_path, server, sip={**SIP, "numbers": ["+441632960777"]})
        await asyncio.to_thread(lambda: townline(config, "sip", "setup", "--yes"))
        examined = await asyncio.to_thread(lambda: townline(config, "doctor", "--json"))
    (trunk,) = [one for one in json.loads(examined.stdout) if one["part"] == "trunk"]
    assert trunk["verdict"] == "warning"
    assert "01632 960 100 is on no trunk" in trunk["says"]


async def test_a_redis_that_is_gone_is_named_and_the_watch_is_blind(tmp_path: Path) -> None:
    with redis_server(tmp_path) as (redis, process), livekit_server(tmp_path, redis=redis) as server:
        config = configured(tmp_path, server, sip=SIP)
        before = await asyncio.to_thread(lambda: townline(config, "sip", "setup", "--yes"))
        assert before.returncode == 0, before.stderr
        process.kill()
        process.wait()
        after = await asyncio.to_thread(lambda: townline(config, "sip", "setup", "--yes"))
        async with server.api() as lkapi:
            rescuer = Rescuer(lkapi, server.settings, None, Figures())
            await rescuer.look()
    assert after.returncode == 1
    assert "Redis" in after.stderr
    assert "Traceback" not in after.stderr
    assert not rescuer.sees
