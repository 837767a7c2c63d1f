"""The store: everything a call must not lose, in SQLite by default, in PostgreSQL by URL."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from agent.records.accounts import AccountRecords
from agent.records.calls import CallRecords
from agent.records.cases import CaseRecords
from agent.records.database import Clock, engine_for, utc_now
from agent.records.deliveries import DeliveryRecords
from agent.records.handoffs import HandoffRecords
from agent.records.releases import ReleaseRecords
from agent.records.retention import Retention
from agent.records.settings import RecordsSettings


class Store(CallRecords, CaseRecords, HandoffRecords, DeliveryRecords, ReleaseRecords, AccountRecords, Retention):
    """All records. Every method is one transaction of a few seconds at most, and raises `StoreUnavailableError`
    when the database is locked, gone, full or unreachable; nothing of that transaction is then kept."""

    @classmethod
    @asynccontextmanager
    async def open(
        cls, url: str, *, settings: RecordsSettings | None = None, owner: str | None = None, clock: Clock = utc_now
    ) -> AsyncIterator[Store]:
        """Open `sqlite:///file` or `postgresql://…` and bring its tables up to date.

        `owner` names the process whose calls these are (default: the machine's name), so that after a crash
        `open_calls` and `recover` leave other workers' calls alone.
        """
        engine = engine_for(url)
        try:
            store = cls(engine, settings or RecordsSettings(), owner or socket.gethostname(), clock)
            await store._migrate()
            yield store
        finally:
            await engine.dispose()
