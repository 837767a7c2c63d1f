"""Callers who wait for a person, and what was promised when nobody came."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from agent.errors import HandoffTakenError, NotOnRecordError
from agent.records.database import Database
from agent.records.drafts import record
from agent.records.results import Callback, CallbackStatus, Handoff, HandoffStatus
from agent.records.tables import CallbackRow, CallRow, HandoffRow
from agent.state import CallbackDraft, Recorded


class HandoffRecords(Database):
    """The store's part for handoffs and callbacks. An unknown id raises `NotOnRecordError`."""

    async def handoff(self, handoff_id: int) -> Handoff:
        """One handoff."""

        async def work(session: AsyncSession) -> Handoff:
            return Handoff.model_validate(await _find(session, handoff_id))

        return await self._read(work)

    async def handoffs(self, *statuses: HandoffStatus) -> tuple[Handoff, ...]:
        """Handoffs in these states, the urgent first, then the longest waiting."""

        async def work(session: AsyncSession) -> tuple[Handoff, ...]:
            asked = select(HandoffRow).order_by(HandoffRow.urgent.desc(), HandoffRow.since, HandoffRow.id)
            rows = await session.scalars(asked.where(HandoffRow.status.in_(statuses)) if statuses else asked)
            return tuple(Handoff.model_validate(row) for row in rows)

        return await self._read(work)

    async def pack_handoff(self, handoff_id: int, pack: Mapping[str, Any]) -> Handoff:
        """Put the pack, as JSON data, beside the handoff."""

        async def work(session: AsyncSession) -> Handoff:
            row = await _find(session, handoff_id)
            row.pack = dict(pack)
            return Handoff.model_validate(row)

        return await self._write(work)

    async def accept_handoff(self, handoff_id: int, adviser: str) -> Handoff:
        """An adviser takes the caller. Only one can: the others get `HandoffTakenError`."""

        async def work(session: AsyncSession) -> Handoff:
            if not await self._leave_waiting(session, handoff_id, "accepted", adviser):
                await _find(session, handoff_id)
                raise HandoffTakenError("this caller is no longer waiting")
            return Handoff.model_validate(await _find(session, handoff_id))

        return await self._write(work)

    async def finish_handoff(self, handoff_id: int) -> None:
        """The adviser and the caller are done."""

        async def work(session: AsyncSession) -> None:
            taken = update(HandoffRow).where(HandoffRow.id == handoff_id, HandoffRow.status == "accepted")
            await session.execute(taken.values(status="finished"))

        await self._write(work)

    async def book_instead(self, handoff_id: int, window: tuple[dt.datetime, dt.datetime]) -> Callback:
        """Nobody came: turn a waiting handoff into a callback to the number that called.

        Repeating it returns the same callback. Raises `HandoffTakenError` when an adviser was there after all.
        """

        async def work(session: AsyncSession) -> Callback:
            left = await self._leave_waiting(session, handoff_id, "callback", None)
            row = await _find(session, handoff_id)
            if not left and row.status != "callback":
                raise HandoffTakenError("an adviser has this caller")
            recorded = await self._promise(session, row, window)
            return Callback.model_validate(await session.get_one(CallbackRow, recorded.id))

        return await self._write(work)

    async def _leave_waiting(
        self, session: AsyncSession, handoff_id: int, status: HandoffStatus, adviser: str | None
    ) -> bool:
        # One statement decides who was first, whichever process asks.
        waiting = update(HandoffRow).where(HandoffRow.id == handoff_id, HandoffRow.status == "waiting")
        settled = waiting.values(status=status, adviser=adviser, settled=self.now()).returning(HandoffRow.id)
        return (await session.execute(settled)).first() is not None

    async def _promise(
        self, session: AsyncSession, row: HandoffRow, window: tuple[dt.datetime, dt.datetime]
    ) -> Recorded:
        call = await session.get(CallRow, row.call_id) if row.call_id else None
        draft = CallbackDraft(
            key=callback_key(row.key),
            phone="",
            reason=row.reason,
            team=row.team,
            window=(window[0].isoformat(), window[1].isoformat()),
        )
        recorded = await record(session, row.call_id, draft, self._settings, self.now())
        if not recorded.again:
            booked = await session.get_one(CallbackRow, recorded.id)
            booked.handoff_id, booked.phone = row.id, (call.caller if call else None) or ""
        return recorded

    async def callbacks(self, *statuses: CallbackStatus) -> tuple[Callback, ...]:
        """Callbacks in these states, the next one to ring first."""

        async def work(session: AsyncSession) -> tuple[Callback, ...]:
            asked = select(CallbackRow).order_by(CallbackRow.window_start, CallbackRow.id)
            rows = await session.scalars(asked.where(CallbackRow.status.in_(statuses)) if statuses else asked)
            return tuple(Callback.model_validate(row) for row in rows)

        return await self._read(work)

    async def settle_callback(self, reference: str, status: CallbackStatus) -> Callback:
        """A callback was made, or is not wanted any more, or (`booked`) is to be made after all."""
        return await self._change_callback(reference, lambda row: setattr(row, "status", status))

    async def count_try(self, reference: str, by: int = 1) -> Callback:
        """Somebody rang and nobody answered; `by=-1` takes that back."""
        return await self._change_callback(reference, lambda row: setattr(row, "tries", max(0, row.tries + by)))

    async def _change_callback(self, reference: str, change: Callable[[CallbackRow], None]) -> Callback:
        async def work(session: AsyncSession) -> Callback:
            asked = select(CallbackRow).where(CallbackRow.reference == reference)
            row = (await session.execute(asked)).scalar_one_or_none()
            if row is None:
                raise NotOnRecordError(f"no callback {reference}")
            change(row)
            return Callback.model_validate(row)

        return await self._write(work)

    async def recover(self, window: tuple[dt.datetime, dt.datetime], owner: str | None = None) -> Sequence[str]:
        """After a crash: end `owner`'s open calls as `interrupted`, callbacks for those who waited for a person.

        Returns the ids of the calls. Nothing that a call promised is touched otherwise; repeating it is harmless.
        """

        async def work(session: AsyncSession) -> Sequence[str]:
            asked = select(CallRow).where(CallRow.ended.is_(None), CallRow.owner == (owner or self.owner))
            broken = [call.call_id for call in await session.scalars(asked)]
            left = select(HandoffRow).join(CallRow, CallRow.call_id == HandoffRow.call_id)
            left = left.where(HandoffRow.status == "waiting")
            left = left.where(CallRow.ended.is_not(None) | CallRow.call_id.in_(broken))
            for row in (await session.scalars(left)).all():
                row.status, row.settled = "callback", self.now()
                await self._promise(session, row, window)
            ended = update(CallRow).where(CallRow.call_id.in_(broken))
            await session.execute(ended.values(ended=self.now(), outcome="interrupted"))
            return broken

        return await self._write(work)


def callback_key(handoff_key: str) -> str:
    """The key of the callback that stands in for a handoff."""
    return f"{handoff_key}:callback"


async def _find(session: AsyncSession, handoff_id: int) -> HandoffRow:
    row = await session.get(HandoffRow, handoff_id, populate_existing=True)
    if row is None:
        raise NotOnRecordError(f"no handoff {handoff_id}")
    return row
