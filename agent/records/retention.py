"""Deleting what may not be kept any longer."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import delete, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from agent.records.database import Database
from agent.records.results import Purged
from agent.records.tables import (
    CallbackRow,
    CallRow,
    CaseRow,
    HandoffRow,
    MessageRow,
    OutboxRow,
    TurnRow,
)


class Retention(Database):
    """The store's part for retention. References stay reserved for ever: they hold nothing about anybody."""

    async def purge(self, now: dt.datetime) -> Purged:
        """Delete what is past its retention at `now`; what is still open or undelivered waits until it is not."""

        async def work(session: AsyncSession) -> Purged:
            words = await self._forget_words(session, now)
            cases = await self._forget_cases(session, now)
            others = await self._forget_promises(session, now)
            return Purged(words=words, calls=await self._forget_calls(session, now), cases=cases, others=others)

        purged = await self._write(work)
        await self._shrink()
        return purged

    async def _forget_words(self, session: AsyncSession, now: dt.datetime) -> int:
        old = TurnRow.at < now - dt.timedelta(days=self._settings.transcript_days)
        spoken = or_(TurnRow.heard.is_not(None), TurnRow.said.is_not(None))
        wiped = update(TurnRow).where(old, spoken).values(heard=None, said=None, said_heard=None)
        return len((await session.execute(wiped.returning(TurnRow.id))).all())

    async def _forget_cases(self, session: AsyncSession, now: dt.datetime) -> int:
        over = select(CaseRow.id).where(CaseRow.keep_until < now, CaseRow.delivery.not_in(("due", "stuck")))
        ids = list(await session.scalars(over))
        await session.execute(delete(OutboxRow).where(OutboxRow.kind == "action", OutboxRow.row.in_(ids)))
        await session.execute(delete(CaseRow).where(CaseRow.id.in_(ids)))
        return len(ids)

    async def _forget_promises(self, session: AsyncSession, now: dt.datetime) -> int:
        old = now - dt.timedelta(days=self._settings.call_days)
        callbacks = delete(CallbackRow).where(CallbackRow.window_end < old, CallbackRow.status != "booked")
        handoffs = delete(HandoffRow).where(HandoffRow.settled < old)
        sent = select(MessageRow.id).where(MessageRow.created < old, MessageRow.status != "due")
        messages = list(await session.scalars(sent))
        await session.execute(delete(OutboxRow).where(OutboxRow.kind == "message", OutboxRow.row.in_(messages)))
        await session.execute(delete(MessageRow).where(MessageRow.id.in_(messages)))
        counted = [
            len((await session.execute(callbacks.returning(CallbackRow.id))).all()),
            len((await session.execute(handoffs.returning(HandoffRow.id))).all()),
            len(messages),
        ]
        return sum(counted)

    async def _forget_calls(self, session: AsyncSession, now: dt.datetime) -> int:
        old = CallRow.ended < now - dt.timedelta(days=self._settings.call_days)
        waited = exists().where(HandoffRow.call_id == CallRow.call_id, HandoffRow.status == "waiting")
        deleted = delete(CallRow).where(old, ~waited).returning(CallRow.call_id)
        return len((await session.execute(deleted)).all())

    async def _shrink(self) -> None:
        # With secure_delete the pages are overwritten; the write-ahead log would still hold the old words.
        if self._engine.dialect.name == "sqlite":
            async with self._engine.connect() as connection:
                raw = await connection.get_raw_connection()
                driver = raw.driver_connection
                if driver is not None:
                    await driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
