"""The outbox's rows: what is still to be delivered, to whom it is leased, and what was given up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from agent.errors import NotOnRecordError
from agent.records.database import Database
from agent.records.results import Alarm, Delivery, Entry, Stuck
from agent.records.tables import AlarmRow, CaseRow, EffectRow, MessageRow, OutboxRow


class DeliveryRecords(Database):
    """The store's part for deliveries and alarms."""

    async def due_entries(self, limit: int = 20) -> tuple[Entry, ...]:
        """Entries that are due and that nobody holds a lease on, oldest first."""

        async def work(session: AsyncSession) -> tuple[Entry, ...]:
            rows = await session.scalars(select(OutboxRow).where(*self._free()).order_by(OutboxRow.due).limit(limit))
            return tuple(Entry.model_validate(row) for row in rows)

        return await self._read(work)

    async def next_due(self) -> dt.datetime | None:
        """When the next entry is due, leases included; `None` when everything was delivered."""

        async def work(session: AsyncSession) -> dt.datetime | None:
            entry = (
                await session.scalars(
                    select(OutboxRow)
                    .where(OutboxRow.state == "due")
                    .order_by(func.coalesce(OutboxRow.leased_until, OutboxRow.due))
                    .limit(1)
                )
            ).first()
            return None if entry is None else max(entry.due, entry.leased_until or entry.due)

        return await self._read(work)

    async def entry(self, key: str) -> Entry:
        """One entry by its key. Raises `NotOnRecordError`."""

        async def work(session: AsyncSession) -> Entry:
            return Entry.model_validate(await _find(session, key))

        return await self._read(work)

    async def facts_of(self, key: str) -> dict[str, str]:
        """What the delivery of a case reported; empty for messages, and before it was delivered."""

        async def work(session: AsyncSession) -> dict[str, str]:
            entry = await _find(session, key)
            case = await session.get(CaseRow, entry.row) if entry.kind == "action" else None
            return {} if case is None else dict(case.facts)

        return await self._read(work)

    async def lease(self, key: str, seconds: float) -> Entry | None:
        """Take an entry for `seconds` and count the attempt; `None` when it is held, done or not due yet."""

        async def work(session: AsyncSession) -> Entry | None:
            taken = update(OutboxRow).where(OutboxRow.key == key, *self._free())
            until = self.now() + dt.timedelta(seconds=seconds)
            values = taken.values(leased_until=until, attempts=OutboxRow.attempts + 1)
            found = (await session.execute(values.returning(OutboxRow.id))).first()
            return Entry.model_validate(await _find(session, key)) if found else None

        return await self._write(work)

    async def delivered(self, key: str, facts: Mapping[str, str]) -> None:
        """It arrived: the entry is done, and its case or message knows what came back."""

        async def work(session: AsyncSession) -> None:
            entry = await _find(session, key)
            entry.state, entry.leased_until, entry.error = "done", None, None
            await _tell(session, entry, "done", facts)

        await self._write(work)

    async def put_off(self, key: str, until: dt.datetime, error: str) -> None:
        """It did not arrive: try again at `until`. `error` is a code, never what was sent."""

        async def work(session: AsyncSession) -> None:
            entry = await _find(session, key)
            entry.due, entry.leased_until, entry.error = until, None, error

        await self._write(work)

    async def give_up(self, key: str, error: str) -> None:
        """It will not arrive by itself: keep it, mark its case as stuck, and raise an alarm."""

        async def work(session: AsyncSession) -> None:
            entry = await _find(session, key)
            entry.state, entry.leased_until, entry.error = "dead", None, error
            await _tell(session, entry, "stuck", {})
            reference = (await session.get_one(EffectRow, key)).reference
            session.add(AlarmRow(code=error, subject=reference, at=self.now()))

        await self._write(work)

    async def try_again(self, key: str) -> None:
        """A person looked at what was given up, and wants it delivered now."""

        async def work(session: AsyncSession) -> None:
            entry = await _find(session, key)
            if entry.state == "dead":
                entry.state, entry.attempts, entry.due = "due", 0, self.now()
                await _tell(session, entry, "due", {})

        await self._write(work)

    async def stuck(self) -> tuple[Stuck, ...]:
        """What was given up and nobody has looked at yet, oldest first."""

        async def work(session: AsyncSession) -> tuple[Stuck, ...]:
            asked = select(OutboxRow, EffectRow.reference).join(EffectRow, EffectRow.key == OutboxRow.key)
            rows = await session.execute(asked.where(OutboxRow.state == "dead").order_by(OutboxRow.due, OutboxRow.id))
            columns = [name for name in Stuck.model_fields if name != "reference"]
            return tuple(
                Stuck.model_validate({"reference": reference, **{name: getattr(row, name) for name in columns}})
                for row, reference in rows
            )

        return await self._read(work)

    async def alarms(self) -> tuple[Alarm, ...]:
        """Alarms that nobody has cleared, oldest first."""

        async def work(session: AsyncSession) -> tuple[Alarm, ...]:
            rows = await session.scalars(select(AlarmRow).where(AlarmRow.cleared.is_(None)).order_by(AlarmRow.id))
            return tuple(Alarm.model_validate(row) for row in rows)

        return await self._read(work)

    async def clear_alarm(self, alarm_id: int) -> None:
        """Somebody has looked at it."""

        async def work(session: AsyncSession) -> None:
            await session.execute(update(AlarmRow).where(AlarmRow.id == alarm_id).values(cleared=self.now()))

        await self._write(work)

    def _free(self) -> tuple[ColumnElement[bool], ...]:
        now = self.now()
        unheld = or_(OutboxRow.leased_until.is_(None), OutboxRow.leased_until <= now)
        return OutboxRow.state == "due", OutboxRow.due <= now, unheld


async def _find(session: AsyncSession, key: str) -> OutboxRow:
    asked = select(OutboxRow).where(OutboxRow.key == key).execution_options(populate_existing=True)
    row = (await session.execute(asked)).scalar_one_or_none()
    if row is None:
        raise NotOnRecordError("nothing with this key is in the outbox")
    return row


async def _tell(session: AsyncSession, entry: OutboxRow, delivery: Delivery, facts: Mapping[str, str]) -> None:
    if entry.kind == "message":
        message = await session.get(MessageRow, entry.row)
        if message is not None:
            message.status = {"done": "sent"}.get(delivery, delivery)
        return
    case = await session.get(CaseRow, entry.row)
    if case is not None:
        case.delivery, case.facts = delivery, {**case.facts, **facts}
