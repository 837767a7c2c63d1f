"""The migrations make exactly the tables that the code uses, and can be run by two processes at once."""

from __future__ import annotations

import asyncio

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

from agent.records import Store
from agent.records.database import engine_for
from agent.records.tables import Table


def differences(connection: Connection) -> list[object]:
    return list(compare_metadata(MigrationContext.configure(connection), Table.metadata))


async def test_a_migrated_database_has_the_tables_of_the_code(store: Store, database_url: str) -> None:
    engine = engine_for(database_url)
    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    await engine.dispose()


async def test_two_processes_may_start_together(database_url: str) -> None:
    async def start(name: str) -> int:
        async with Store.open(database_url, owner=name) as store:
            return await store.publish({}, "", name)

    assert sorted(await asyncio.gather(start("one"), start("two"))) == [1, 2]
