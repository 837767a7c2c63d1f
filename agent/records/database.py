"""The way to the database: engine, migrations, and transactions that end within seconds, one way or the other."""

from __future__ import annotations

import asyncio
import datetime as dt
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from agent.errors import StoreUnavailableError
from agent.records.settings import RecordsSettings

T = TypeVar("T")
Clock = Callable[[], dt.datetime]

_LOCK_SECONDS = 3
_TRANSACTION_SECONDS = 5.0
_MIGRATION_SECONDS = 60.0
_WRITE_TRIES = 4
_MIGRATION_LOCK = 7_041_152
"""PostgreSQL advisory lock, so that two processes that start together migrate one after the other."""


def utc_now() -> dt.datetime:
    """The clock on the wall."""
    return dt.datetime.now(dt.UTC)


class Database:
    """An engine and its transactions; the parts of `Store` derive from it."""

    def __init__(self, engine: AsyncEngine, settings: RecordsSettings, owner: str, clock: Clock) -> None:
        self._engine = engine
        self._reader = engine.execution_options(reading=True)
        self._settings = settings
        self.owner = owner
        self.now = clock
        self._file = _SqliteFile.of(engine.url)

    async def _write(self, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
        """Run `work` in one transaction. It is run again when another writer took the same key or number first."""
        for attempt in range(_WRITE_TRIES):
            try:
                return await self._transaction(self._engine, work, _TRANSACTION_SECONDS)
            except IntegrityError:
                if attempt == _WRITE_TRIES - 1:
                    raise
        raise AssertionError("unreachable")

    async def _read(self, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
        return await self._transaction(self._reader, work, _TRANSACTION_SECONDS)

    async def _transaction(
        self, engine: AsyncEngine, work: Callable[[AsyncSession], Awaitable[T]], seconds: float
    ) -> T:
        try:
            self._file.check()
            async with (
                asyncio.timeout(seconds),
                AsyncSession(engine, expire_on_commit=False) as session,
                session.begin(),
            ):
                return await work(session)
        except (IntegrityError, DataError, ProgrammingError):
            raise
        except (DBAPIError, PoolTimeoutError, OSError, TimeoutError) as error:
            raise StoreUnavailableError(_why(error)) from error

    async def _migrate(self) -> None:
        try:
            await asyncio.to_thread(self._file.open_once)
            async with asyncio.timeout(_MIGRATION_SECONDS), self._engine.begin() as connection:
                await connection.run_sync(_upgrade)
        except (DBAPIError, sqlite3.Error, OSError, TimeoutError) as error:
            raise StoreUnavailableError(_why(error)) from error
        self._file.remember()


class _SqliteFile:
    """Notices when the database file is taken away: SQLite itself would go on writing to the deleted file."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._identity: tuple[int, int] | None = None

    @classmethod
    def of(cls, url: URL) -> _SqliteFile:
        return cls(Path(url.database) if url.drivername.startswith("sqlite") and url.database else None)

    def open_once(self) -> None:
        """Raise `sqlite3.Error` for what cannot be opened, where aiosqlite would leave a thread behind."""
        if self._path is not None:
            with closing(sqlite3.connect(self._path, timeout=_LOCK_SECONDS)) as connection:
                connection.execute("PRAGMA schema_version")

    def remember(self) -> None:
        if self._path is not None:
            self._identity = self._look(self._path)

    def check(self) -> None:
        if self._path is not None and self._identity is not None and self._look(self._path) != self._identity:
            raise FileNotFoundError("the database file was replaced or taken away")

    @staticmethod
    def _look(path: Path) -> tuple[int, int]:
        found = path.stat()
        return found.st_dev, found.st_ino


def engine_for(url: str) -> AsyncEngine:
    """An engine for `sqlite:///file` or `postgresql://…`; other databases raise `ValueError`."""
    parsed = make_url(url)
    match parsed.get_backend_name():
        case "sqlite":
            return _sqlite(parsed.set(drivername="sqlite+aiosqlite"))
        case "postgresql" | "postgres":
            return _postgres(parsed.set(drivername="postgresql+asyncpg"))
        case other:
            raise ValueError(f"expected a sqlite or postgresql address, not {other!r}")


def _sqlite(url: URL) -> AsyncEngine:
    if not url.database or url.database == ":memory:":
        raise ValueError("the SQLite database needs a file: calls outlive the process")
    Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_async_engine(
        url, connect_args={"timeout": _LOCK_SECONDS}, pool_timeout=_LOCK_SECONDS, hide_parameters=True
    )
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # FULL, not NORMAL: what a caller was told has to outlive a power cut, and one fsync a turn costs milliseconds.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.execute(f"PRAGMA busy_timeout={_LOCK_SECONDS * 1000}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes its lock at the start: one that reads first may be refused later without waiting.
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _postgres(url: URL) -> AsyncEngine:
    server = {"lock_timeout": str(_LOCK_SECONDS * 1000), "application_name": "townline"}
    return create_async_engine(
        url,
        pool_pre_ping=True,
        hide_parameters=True,
        pool_timeout=_LOCK_SECONDS,
        connect_args={"timeout": _LOCK_SECONDS, "command_timeout": _MIGRATION_SECONDS, "server_settings": server},
    )


def _upgrade(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _why(error: Exception) -> str:
    """The cause in a few words, without the statement and its values: they may hold what a caller said."""
    cause = getattr(error, "orig", None) or error
    known = {
        "locked": "locked",
        "full": "disk full",
        "i/o": "disk error",
        "readonly": "read only",
        "malformed": "damaged",
    }
    words = str(cause).lower()
    found = next((name for sign, name in known.items() if sign in words), None)
    return f"the database is not available: {found or type(cause).__name__}"
