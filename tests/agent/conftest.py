"""Fixtures for the agent's tests: a store on each database, and a clock that only moves when told to."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from agent.records import Store
from tests.agent import postgres


class Clock:
    """Monday 23 November 2026, half past ten, until it is moved."""

    def __init__(self) -> None:
        self.time = dt.datetime(2026, 11, 23, 10, 30, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        return self.time

    def forward(self, **amount: float) -> None:
        self.time += dt.timedelta(**amount)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    if postgres.binaries() is None:
        pytest.skip("PostgreSQL is not installed (Debian: apt install postgresql)")
    with postgres.server() as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, once for SQLite and once for PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'townline.sqlite'}"
    return postgres.new_database(request.getfixturevalue("postgres_server"))


@pytest.fixture
async def store(database_url: str, clock: Clock) -> AsyncIterator[Store]:
    async with Store.open(database_url, owner="test", clock=clock) as opened:
        yield opened


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'townline.sqlite'}"
