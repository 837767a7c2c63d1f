"""Releases: published sets of services, numbered, never changed, never deleted."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from agent.errors import NotOnRecordError
from agent.records.database import Database
from agent.records.results import Release, ReleaseNote
from agent.records.tables import ReleaseRow


class ReleaseRecords(Database):
    """The store's part for releases. An unknown number raises `NotOnRecordError`."""

    async def publish(self, documents: Mapping[str, str], note: str, author: str) -> int:
        """Make the next release of `documents` (file name → text) and make it the active one."""

        async def work(session: AsyncSession) -> int:
            newest = await session.scalar(select(func.max(ReleaseRow.number)))
            number = (newest or 0) + 1
            await session.execute(update(ReleaseRow).values(active=False))
            session.add(
                ReleaseRow(
                    number=number,
                    documents=dict(documents),
                    note=note,
                    author=author,
                    created=self.now(),
                    active=True,
                )
            )
            return number

        return await self._write(work)

    async def active_release(self) -> Release:
        """The release that the next call uses. Raises `NotOnRecordError` before the first one is published."""

        async def work(session: AsyncSession) -> Release:
            row = (await session.execute(select(ReleaseRow).where(ReleaseRow.active))).scalar_one_or_none()
            if row is None:
                raise NotOnRecordError("nothing has been published yet")
            return Release.model_validate(row)

        return await self._read(work)

    async def release(self, number: int) -> Release:
        """One release with its documents."""

        async def work(session: AsyncSession) -> Release:
            return Release.model_validate(await _find(session, number))

        return await self._read(work)

    async def releases(self) -> tuple[ReleaseNote, ...]:
        """All releases without their documents, newest first."""

        async def work(session: AsyncSession) -> tuple[ReleaseNote, ...]:
            columns = [getattr(ReleaseRow, name) for name in ReleaseNote.model_fields]
            rows = await session.execute(select(*columns).order_by(ReleaseRow.number.desc()))
            return tuple(ReleaseNote.model_validate(row) for row in rows)

        return await self._read(work)

    async def activate(self, number: int) -> None:
        """Go back, or forward, to a release."""

        async def work(session: AsyncSession) -> None:
            row = await _find(session, number)
            await session.execute(update(ReleaseRow).where(ReleaseRow.number != number).values(active=False))
            row.active = True

        await self._write(work)


async def _find(session: AsyncSession, number: int) -> ReleaseRow:
    row = await session.get(ReleaseRow, number)
    if row is None:
        raise NotOnRecordError(f"no release {number}")
    return row
