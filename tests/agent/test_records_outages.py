"""A database that is locked, gone or full is an error that says so within seconds, and nothing half-kept."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from agent.errors import StoreUnavailableError
from agent.records import Store
from tests.agent import drafts, postgres


async def ring(store: Store, call_id: str = "call-1") -> None:
    await store.start_call(call_id, channel="browser", caller=None, release=1)


async def file_case(store: Store) -> None:
    await store.commit_turn("call-1", state=drafts.state(), heard="", said="", decision="", drafts=[drafts.case()])


@contextmanager
def locked(path: Path) -> Iterator[None]:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


async def test_a_locked_database_is_told_and_works_again(sqlite_url: str) -> None:
    async with Store.open(sqlite_url) as store:
        await ring(store)
        with locked(Path(sqlite_url.removeprefix("sqlite:///"))):
            with pytest.raises(StoreUnavailableError, match="locked") as told:
                await file_case(store)
            assert told.value.retryable
            assert await store.cases() == ()
        await file_case(store)
        assert len(await store.cases()) == 1


async def test_a_database_file_that_was_taken_away_is_not_written_to(sqlite_url: str) -> None:
    async with Store.open(sqlite_url) as store:
        await ring(store)
        Path(sqlite_url.removeprefix("sqlite:///")).unlink()
        with pytest.raises(StoreUnavailableError):
            await file_case(store)


async def test_a_full_disk_is_told_and_keeps_nothing(sqlite_url: str) -> None:
    async with Store.open(sqlite_url) as store:
        await ring(store)

    def hold_down(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA max_page_count=1")

    async with Store.open(sqlite_url) as store:
        await store._engine.dispose()
        event.listen(store._engine.sync_engine, "connect", hold_down)
        with pytest.raises(StoreUnavailableError, match="disk full"):
            await store.publish({"large.yaml": "x" * 1_000_000}, "too large", "admin")
        assert await store.releases() == ()


async def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "townline.sqlite").mkdir()
    with pytest.raises(StoreUnavailableError):
        async with Store.open(f"sqlite:///{tmp_path / 'townline.sqlite'}"):
            pass


async def test_a_file_that_is_no_database_is_told(sqlite_url: str) -> None:
    Path(sqlite_url.removeprefix("sqlite:///")).write_bytes(b"this is not a database" * 100)
    with pytest.raises(StoreUnavailableError):
        async with Store.open(sqlite_url):
            pass


@pytest.mark.skipif(postgres.binaries() is None, reason="PostgreSQL is not installed")
async def test_a_postgresql_that_stops_is_told() -> None:
    with postgres.server() as address:
        url = await postgres.created(address)
        opened = Store.open(url)
        store = await opened.__aenter__()
        await ring(store)
    try:
        with pytest.raises(StoreUnavailableError):
            await file_case(store)
    finally:
        await opened.__aexit__(None, None, None)


async def test_a_postgresql_that_was_never_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailableError):
        async with Store.open(f"postgresql://postgres@/townline?host={tmp_path}"):
            pass


async def test_other_databases_are_refused() -> None:
    for url in ("mysql://localhost/townline", "sqlite://"):
        with pytest.raises(ValueError, match=r"sqlite|SQLite"):
            async with Store.open(url):
                pass


async def test_opening_again_keeps_what_is_there(database_url: str) -> None:
    for number in (1, 2):
        async with Store.open(database_url) as store:
            assert await store.publish({}, "", "setup") == number
