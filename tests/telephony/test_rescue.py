"""Calls whose agent does not come, dies or freezes, on the real server with real workers and the real watch."""

from __future__ import annotations

import asyncio
import re
import signal
import urllib.request
from collections.abc import AsyncIterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
from livekit import rtc
from ruamel.yaml import YAML

from bench.telephone.installation import configured, records, townline, worker
from telephony.rooms import call_id_of
from tests.calls.voices import VOICES, spoken
from tests.telephony.livekit import LiveKit, livekit_server, ring
from tests.telephony.test_rooms import MISSED_BIN

pytestmark = [pytest.mark.timeout(500)]

_WAKES_UP_SECONDS = 5.0


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[LiveKit]:
    # On a machine that runs other tests as well, a living process may be late.
    with livekit_server(tmp_path, silent_seconds=4.0) as running:
        yield running


def figure(config: Path, name: str) -> float:
    """A number that the watch counts."""
    port = YAML(typ="safe").load(config)["telephony"]["livekit"]["watch_port"]
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
        found = re.search(rf"^{re.escape(name)} (\S+)$", answer.read().decode(), re.MULTILINE)
    return float(found[1]) if found else 0.0


async def test_a_call_that_nobody_can_take_is_given_up_within_seconds(server: LiveKit, tmp_path: Path) -> None:
    config = configured(tmp_path, server)
    with townline(["watch"], config, "watching") as watch:
        async with ring(server) as caller, asyncio.timeout(30):
            await caller.gone.wait()
        again = figure(config, 'townline_dispatched_again_total{why="not answered"}')
        people, lost = figure(config, "townline_calls_to_people_total"), figure(config, "townline_calls_lost_total")
    assert (again, people, lost) == (1.0, 1.0, 1.0)
    assert "alarm" in watch.said


@pytest.mark.parametrize("fate", [signal.SIGKILL, signal.SIGSTOP])
async def test_a_caller_whose_worker_dies_or_freezes_is_told_and_goes_on_where_they_were(
    server: LiveKit, tmp_path: Path, fate: signal.Signals
) -> None:
    config = configured(tmp_path, server)
    with ExitStack() as stack:
        workers = [stack.enter_context(worker(config)) for _ in range(2)]
        stack.enter_context(townline(["watch"], config, "watching"))
        async with ring(server) as caller:
            await caller.hears_speech()
            await caller.hears_silence()
            call_id = call_id_of(caller.name)
            await caller.say(spoken(MISSED_BIN, VOICES[0]))
            await caller.hears_speech()
            await caller.hears_silence()
            busy = next(one for one in workers if "received job request" in one.said)
            busy.signal_all(fate)
            await caller.hears_speech()
            await caller.hears_silence()
            async with records(config) as store:
                turns, call = await store.turns(call_id), await store.call(call_id)
                # One that only froze wakes up, and has no more to say in the call.
                if fate is signal.SIGSTOP:
                    busy.signal_all(signal.SIGCONT)
                await asyncio.sleep(_WAKES_UP_SECONDS)
                assert (await store.turns(call_id))[: len(turns)] == turns
                assert (await store.call(call_id)).ended is None
        again = figure(config, 'townline_dispatched_again_total{why="fell silent"}')
    assert again == 1.0
    assert "there was a fault at our end" in (turns[-1].said or "")
    assert call.state is not None
    assert call.state.service == "missed_bin"


async def test_a_worker_that_is_asked_to_end_finishes_its_calls_first(server: LiveKit, tmp_path: Path) -> None:
    config = configured(tmp_path, server)
    with worker(config) as running:
        async with ring(server) as caller:
            await caller.hears_speech()
            running.terminate()
            await caller.hears_silence()
            await caller.say(spoken(MISSED_BIN, VOICES[0]))
            await caller.hears_speech()
            async with ring(server) as late:
                await asyncio.sleep(3)
                assert late.heard == []
        assert await asyncio.to_thread(running.process.wait, 60) == 0


async def test_calls_are_taken_again_after_the_server_itself_was_killed(server: LiveKit, tmp_path: Path) -> None:
    config = configured(tmp_path, server)
    with worker(config), townline(["watch"], config, "watching"):
        async with ring(server) as caller:
            await caller.hears_speech()
            await caller.hears_silence()
            call_id = call_id_of(caller.name)
            await caller.say(spoken(MISSED_BIN, VOICES[0]))
            await caller.hears_speech()
            await caller.hears_silence()
            server.kill()
            server.restart()
        await _rings_until_somebody_answers(server)
        async with records(config) as store:
            call = await store.call(call_id)
    assert call.state is not None
    assert call.state.service == "missed_bin"


async def _rings_until_somebody_answers(server: LiveKit) -> None:
    """A worker whose server was away comes back to it within seconds."""
    async with asyncio.timeout(120):
        while True:
            with suppress(TimeoutError, rtc.ConnectError):
                async with ring(server) as caller:
                    await caller.hears_speech(15)
                    return
