"""What a caller is told, and what is kept, when the council's systems, the database or this very process fail."""

from __future__ import annotations

import logging
import os
import random
import re
import resource
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, closing, contextmanager
from pathlib import Path

import pytest

from agent import models
from agent.actions.runner import ActionRunner
from agent.errors import ModelMissingError
from agent.notifier import NoNotifier
from agent.outbox import Outbox
from agent.records import Store
from agent.settings import ROOT
from agent.state import Phase
from tests.agent.action_server import ActionServer, free_port, serving
from tests.agent.conftest import Clock
from tests.agent.typed_call import FRIDAY_MORNING, MISSED_BIN, PHONE, POTHOLE, TypedCall, typed_call

REFERENCE = re.compile(r"\b[A-Z]{2}-\d{4}\b")
PRIVATE = ("crescent", "recycling", "pothole", "station road", "swerving", "960001")
"""Words of these calls, in lower case, that no log may hold."""


@pytest.fixture(autouse=True, scope="module")
def _with_an_encoder() -> None:
    try:
        models.path("minilm")
    except ModelMissingError as error:
        pytest.skip(str(error))


@pytest.fixture
def friday() -> Clock:
    clock = Clock()
    clock.time = FRIDAY_MORNING
    return clock


@pytest.fixture
async def kept(sqlite_url: str, friday: Clock) -> AsyncIterator[Store]:
    """The store of a Friday morning, in a file."""
    async with Store.open(sqlite_url, owner="line", clock=friday) as store:
        yield store


@pytest.fixture
def office(tmp_path: Path) -> Path:
    return tmp_path / "office.sqlite"


@pytest.fixture
async def here(kept: Store, office: Path) -> AsyncIterator[TypedCall]:
    """A call with the actions in this process."""
    async with ActionRunner.in_process(database=office) as runner, typed_call(kept, runner) as call:
        await call.rings()
        yield call


def jobs_done(office: Path) -> list[str]:
    with closing(sqlite3.connect(office)) as connection:
        return [row[0] for row in connection.execute("SELECT key FROM jobs ORDER BY key")]


def database(store: Store) -> Path:
    return Path(store._engine.url.database or "")


@contextmanager
def locked(store: Store) -> Iterator[None]:
    """Another program has the database for itself."""
    with closing(sqlite3.connect(database(store), isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def full(store: Store) -> Iterator[None]:
    """No room is left: the files of the database cannot grow by a byte."""
    journal = Path(f"{database(store)}-wal")
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (journal.stat().st_size, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))


@contextmanager
def gone(store: Store) -> Iterator[None]:
    """Somebody moved the file away, and puts it back."""
    file = database(store)
    file.rename(file.with_suffix(".away"))
    yield
    file.with_suffix(".away").rename(file)


@contextmanager
def emptied(store: Store) -> Iterator[None]:
    """Something that no part of the store expects: a table is not there."""
    with closing(sqlite3.connect(database(store))) as other:
        other.execute("ALTER TABLE turns RENAME TO elsewhere")
        yield
        other.execute("ALTER TABLE elsewhere RENAME TO turns")


BROKEN_STORES = [locked, full, gone, emptied]


@contextmanager
def frozen(server: ActionServer) -> Iterator[None]:
    """A server that takes connections and answers nothing."""
    group = os.getpgid(server._process.pid)
    os.killpg(group, signal.SIGSTOP)
    yield
    os.killpg(group, signal.SIGCONT)


async def test_a_dead_action_server_is_told_and_served_later_once(kept: Store, office: Path, friday: Clock) -> None:
    # Given a council whose action server dies after the look-up, when the caller says yes, then the case is kept, the
    # caller is told the truth, and the server has the job once, however often the outbox looks.
    port = free_port()
    async with AsyncExitStack() as stack:
        runner = await stack.enter_async_context(ActionRunner.remote(f"http://127.0.0.1:{port}"))
        call = await stack.enter_async_context(typed_call(kept, runner))
        await call.rings()
        with serving("agent.actions", port, TOWNLINE_BACK_OFFICE=str(office)):
            assert "Shall I report it?" in await call.says(*MISSED_BIN)
        reply = await call.says("yes")
        assert "isn't answering" in reply
        (case,) = await kept.cases()
        assert case.reference in reply
        assert case.delivery == "due"
        with serving("agent.actions", port, TOWNLINE_BACK_OFFICE=str(office)):
            for _ in range(2):
                friday.forward(minutes=10)
                await Outbox(kept, runner, NoNotifier()).deliver_due()
        assert (await kept.case(case.reference)).delivery == "done"
    assert jobs_done(office) == ["call-1:0:missed_bin"]


async def test_a_slow_action_server_does_the_job_once(kept: Store, office: Path, friday: Clock) -> None:
    # Given a server that hangs, when it comes round it has the first try and then the second: one job all the same.
    with serving("agent.actions", TOWNLINE_BACK_OFFICE=str(office)) as server:
        async with ActionRunner.remote(server.url) as runner, typed_call(kept, runner) as call:
            await call.rings()
            await call.says(*MISSED_BIN)
            with frozen(server):
                reply = await call.says("yes")
            assert "isn't answering" in reply
            friday.forward(minutes=10)
            await call.outbox.deliver_due()
            (case,) = await kept.cases()
            assert (case.delivery, case.reference in reply) == ("done", True)
    assert jobs_done(office) == ["call-1:0:missed_bin"]


async def test_a_look_up_that_nobody_answers_does_not_stop_the_request(kept: Store) -> None:
    async with ActionRunner.remote(f"http://127.0.0.1:{free_port()}") as runner, typed_call(kept, runner) as call:
        await call.rings()
        assert "can't look that up just now" in await call.says(*MISSED_BIN)
        assert REFERENCE.search(await call.says("yes"))
        assert len(await kept.cases()) == 1


@pytest.mark.parametrize("broken", BROKEN_STORES)
async def test_a_store_that_fails_is_told_and_nothing_is_promised(
    here: TypedCall, caplog: pytest.LogCaptureFixture, broken: object
) -> None:
    # Given a caller who said everything, when the store fails at the yes, then there is no reference, the caller knows
    # it and whom to ring, and the log knows why without a word of theirs; when the store is back, the call works.
    assert callable(broken)
    await here.says(*POTHOLE)
    with caplog.at_level(logging.INFO), broken(here.store):
        reply = await here.says("yes")
    assert not REFERENCE.search(reply)
    assert "couldn't save that" in reply
    assert f"ring us again, on {PHONE}" in reply
    assert here.conversation.state.phase is Phase.ANYTHING_ELSE
    kept_not = [record for record in caplog.records if "turn not kept" in record.getMessage()]
    assert kept_not
    assert all("call call-1" in record.getMessage() for record in kept_not)
    assert not [word for word in PRIVATE if word in caplog.text.lower()]
    assert await here.store.cases() == ()

    reply = await here.says(*POTHOLE, "yes")
    (case,) = await here.store.cases()
    assert case.reference in reply
    assert case.delivery == "done"


async def test_a_store_that_is_back_in_time_brings_a_person(here: TypedCall, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a store that is locked for the case only, then the caller is put through, with what was said kept.
    commit = here.store.commit_turn
    failed = False

    async def first_fails(*arguments: object, **named: object) -> object:
        nonlocal failed
        if named["drafts"] and not failed:
            failed = True
            with locked(here.store):
                return await commit(*arguments, **named)  # type: ignore[arg-type]
        return await commit(*arguments, **named)  # type: ignore[arg-type]

    await here.says(*POTHOLE)
    monkeypatch.setattr(here.store, "commit_turn", first_fails)
    reply = await here.says("yes")
    assert "I'll get someone for you" in reply
    assert [recorded.kind for recorded in here.fetched] == ["handoff"]
    (handoff,) = await here.store.handoffs("waiting")
    assert handoff.urgent
    assert here.conversation.state.phase is Phase.PERSON
    assert here.conversation.state.slots["location"].spoken == "outside 10 Station Road"


async def test_a_call_back_that_cannot_be_kept_is_not_promised(kept: Store, office: Path) -> None:
    async with (
        ActionRunner.in_process(database=office) as runner,
        typed_call(kept, runner, open_now=False) as call,
    ):
        await call.rings()
        assert "ring you back" in await call.says("can I speak to a person")
        with locked(kept):
            reply = await call.says("yes")
        assert "Someone will ring you back" not in reply
        assert f"ring us again, on {PHONE}" in reply
        assert await kept.callbacks() == ()


async def test_a_fault_has_a_turn_of_its_own_in_the_record_however_often_it_happens(kept: Store, office: Path) -> None:
    async with ActionRunner.in_process(database=office) as runner:
        async with typed_call(kept, runner) as call:
            await call.rings()
        for said in ("there's a pothole", "can I speak to a person"):
            async with typed_call(kept, runner) as call:
                await call.rings()
                await call.says(said)
        async with typed_call(kept, runner) as call:
            await call.rings()
    turns = await kept.turns("call-1")
    assert [turn.number for turn in turns] == [0, 1, 2, 3, 4, 5]
    assert turns[0].decision.startswith("greet")
    assert [turn.heard for turn in turns if turn.heard] == ["there's a pothole", "can I speak to a person"]
    assert ["fault at our end" in (turn.said or "") for turn in turns] == [False, True, False, True, False, True]
    assert len(await kept.handoffs()) == 1


class Killed:
    """A call in a process of its own, which is killed after some of its replies. `told`: all that the caller heard."""

    def __init__(self, url: str, office: Path) -> None:
        self._command = [sys.executable, "-m", "tests.agent.typed_call", url, str(office)]
        self.told = ""

    def plays(self, turns: tuple[str, ...], *, replies: int | None = None) -> int:
        """Play until `replies` of them were heard; whether the process ended by itself."""
        command = [*self._command, *turns]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            for heard, line in enumerate(process.stdout, start=1):
                self.told += line
                if heard == replies:
                    process.send_signal(signal.SIGKILL)
                    break
            self.told += "".join(line for line in process.stdout if line.endswith("\n"))
        return process.returncode


BOTH = (*POTHOLE, "yes", *MISSED_BIN, "yes", "no")


@pytest.mark.parametrize("seed", range(2))
async def test_a_call_whose_process_is_killed_goes_on_and_does_everything_once(
    sqlite_url: str, office: Path, seed: int
) -> None:
    # Given a call with two requests, when its process is killed after any reply and started again, and the caller goes
    # on where they were, then every reference they were told is a case, and each request was done once.
    replies = random.Random(seed).randint(2, len(BOTH))
    call = Killed(sqlite_url, office)
    assert call.plays(BOTH, replies=replies) == -signal.SIGKILL
    async with Store.open(sqlite_url, owner="line") as store:
        (broken,) = await store.open_calls()
        state = broken.state
        assert set(REFERENCE.findall(call.told)) <= {case.reference for case in await store.cases()}
    assert state is not None
    assert call.plays(BOTH[state.turn :]) == 0
    assert "fault at our end" in call.told
    async with (
        Store.open(sqlite_url, owner="line") as store,
        ActionRunner.in_process(database=office) as runner,
    ):
        await Outbox(store, runner, NoNotifier()).deliver_due()
        cases = await store.cases()
        assert sorted(case.service for case in cases) == ["missed_bin", "pothole"]
        assert {case.delivery for case in cases} == {"done"}
        assert set(REFERENCE.findall(call.told)) == {case.reference for case in cases}
        assert await store.recover((FRIDAY_MORNING, FRIDAY_MORNING)) == ["call-1"]
    assert jobs_done(office).count("call-1:1:missed_bin") == 1
