"""A call during which the worker's language model stands still: it has taken the question, and never answers it."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from agent.llm.evaluation import Evaluation, Result, identity, machine, save
from agent.llm.settings import Task
from agent.settings import Settings, load
from bench.figures.groups import members
from bench.telephone.installation import Process, configured, records, worker
from telephony.rooms import call_id_of
from tests.calls.voices import VOICES, spoken
from tests.telephony.livekit import LiveKit, ring
from tests.telephony.test_rooms import until_on_record

pytestmark = [pytest.mark.timeout(500)]


@pytest.fixture
def config(own_livekit: LiveKit, language_model_file: Path, tmp_path: Path) -> Path:
    """A line that may ask its model for everything, as if the model had passed."""
    config = configured(tmp_path, own_livekit, sections={"llm": {"mode": "embedded", "threads": 1}})
    settings = load(config, Settings)
    passed = Result(passed=100, of=100, p50=0.1, p95=0.1, deadline=1.0)
    name = identity(settings.llm, language_model_file, settings.data_dir)
    shown = Evaluation(model=name, machine=machine(), threads=1, made="now", results=dict.fromkeys(Task, passed))
    save(shown, settings.data_dir)
    return config


@contextmanager
def frozen_model(running: Process) -> Iterator[None]:
    """The process of this worker's model stops where it is; its address still takes connections."""
    found = []
    for pid in members(running.process.pid):
        with suppress(OSError):
            if "agent.llm.child" in (Path("/proc") / str(pid) / "cmdline").read_text():
                found.append(pid)
    (model,) = found
    os.kill(model, signal.SIGSTOP)
    try:
        yield
    finally:
        # It may have been found out, and another be there.
        with suppress(ProcessLookupError):
            os.kill(model, signal.SIGCONT)


async def test_a_caller_is_answered_without_a_model_that_stands_still(own_livekit: LiveKit, config: Path) -> None:
    # Given a question whose published answer the model would word anew, when the model is frozen, then after the
    # deadline of that task the council's own words are said, and the call goes on to its goodbye.
    with worker(config) as running:
        async with ring(own_livekit) as caller:
            await caller.hears_speech()
            await caller.hears_silence()
            call_id = call_id_of(caller.name)
            with frozen_model(running):
                await caller.say(spoken("Are we allowed to throw confetti?", VOICES[0]))
                await caller.hears_speech()
                await caller.hears_silence()
                await caller.say(spoken("No thank you, goodbye.", VOICES[0]))
                async with asyncio.timeout(30):
                    await caller.gone.wait()
        async with records(config) as store:
            call = await until_on_record(store, call_id, "ended")
            said = " ".join(turn.said or "" for turn in await store.turns(call_id))
        log = running.said
    assert "llm task=phrase outcome=late" in log
    assert "Only dried petals may be thrown." in said
    assert "fault" not in said
    assert call.outcome == "say goodbye"
