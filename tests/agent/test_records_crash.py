"""Kill the process at any moment of a call: nothing that the caller was told is missing, nothing is done twice."""

from __future__ import annotations

import datetime as dt
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from agent.actions.runner import ActionRunner
from agent.notifier import NoNotifier
from agent.outbox import Outbox
from agent.records import Store
from agent.records.handoffs import callback_key
from tests.agent.crashing_call import TURNS

ROOT = Path(__file__).resolve().parent.parent.parent
WINDOW = (dt.datetime(2026, 11, 24, 9, tzinfo=dt.UTC), dt.datetime(2026, 11, 24, 11, tzinfo=dt.UTC))

Told = dict[str, str]


def start(url: str, back_office: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.agent.crashing_call", url, str(back_office)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def run_until_killed(url: str, back_office: Path, chance: random.Random) -> Told:
    """Play the call, kill it without warning after a random number of promises, and return what was told."""
    told: Told = {}
    with start(url, back_office) as process:
        assert process.stdout is not None
        for _ in range(chance.randint(1, TURNS)):
            _, key, reference = process.stdout.readline().split()
            told[key] = reference
        time.sleep(chance.uniform(0, 0.03))
        process.send_signal(signal.SIGKILL)
        for line in process.stdout:
            if line.endswith("\n") and line != "end\n":
                _, key, reference = line.split()
                told[key] = reference
    return told


def jobs_done(back_office: Path) -> list[str]:
    with closing(sqlite3.connect(back_office)) as connection:
        return sorted(row[0] for row in connection.execute("SELECT key FROM jobs"))


@pytest.mark.parametrize("seed", range(3))
async def test_a_killed_call_keeps_its_promises(database_url: str, tmp_path: Path, seed: int) -> None:
    back_office = tmp_path / "office.sqlite"
    told = run_until_killed(database_url, back_office, random.Random(f"{seed} {database_url[:6]}"))

    async with Store.open(database_url, owner="line") as store:
        (broken,) = await store.open_calls()
        assert broken.call_id == "call-1"
        references = {case.reference for case in await store.cases()}
        assert {reference for key, reference in told.items() if key.startswith("case")} <= references

        assert list(await store.recover(WINDOW)) == ["call-1"]
        assert list(await store.recover(WINDOW)) == []

        assert await store.open_calls() == ()
        assert (await store.call("call-1")).outcome == "interrupted"
        assert await store.handoffs("waiting") == ()
        promised = [callback.key for callback in await store.callbacks("booked")]
        asked_for_a_person = "handoff" in told or bool(await store.handoffs())
        assert promised == ([callback_key("handoff")] if asked_for_a_person else [])

    # The line comes back, and the same effects are asked for once more.
    with start(database_url, back_office) as second:
        assert second.stdout is not None
        retold = dict(line.split()[1:] for line in second.stdout if line != "end\n")
    assert second.returncode == 0
    assert {key: retold[key] for key in told} == told

    later = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=10)
    async with (
        Store.open(database_url, owner="line", clock=lambda: later) as store,
        ActionRunner.in_process(database=back_office) as runner,
    ):
        await Outbox(store, runner, NoNotifier()).deliver_due()
        cases = await store.cases()
        assert len(cases) == TURNS
        assert {case.delivery for case in cases} == {"done"}
    assert jobs_done(back_office) == sorted(f"case-{turn}" for turn in range(1, TURNS + 1))
