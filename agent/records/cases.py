"""Cases, as the desk sees them."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from agent.errors import NotOnRecordError
from agent.records.database import Database
from agent.records.results import Case, CaseStatus, Note
from agent.records.tables import CaseNoteRow, CaseRow, OutboxRow


class CaseRecords(Database):
    """The store's part for cases. An unknown reference raises `NotOnRecordError`."""

    async def case(self, reference: str) -> Case:
        """One case with its notes; the reference may be written `AB-4729`, `ab 4729` or `AB4729`."""
        return await self._read(lambda session: _whole(session, reference))

    async def cases(
        self,
        *,
        status: CaseStatus | None = None,
        team: str | None = None,
        service: str | None = None,
        call_id: str | None = None,
        due_before: dt.datetime | None = None,
        limit: int = 100,
        offset: int = 0,
    ) -> tuple[Case, ...]:
        """Cases without their notes, newest first; with `due_before`, the most pressing first."""

        async def work(session: AsyncSession) -> tuple[Case, ...]:
            asked = select(CaseRow)
            wanted = {"status": status, "team": team, "service": service, "call_id": call_id}
            for column, value in wanted.items():
                if value is not None:
                    asked = asked.where(getattr(CaseRow, column) == value)
            if due_before is None:
                asked = asked.order_by(CaseRow.created.desc(), CaseRow.id.desc())
            else:
                asked = asked.where(CaseRow.due < due_before).order_by(CaseRow.due, CaseRow.id)
            rows = await session.scalars(asked.limit(limit).offset(offset))
            return tuple(_case(row, ()) for row in rows)

        return await self._read(work)

    async def note_on_case(self, reference: str, *, author: str, text: str) -> Case:
        """Add a note to a case."""

        async def work(session: AsyncSession) -> Case:
            row = await _find(session, reference)
            await self._note(session, row, author, text)
            return await _whole(session, reference)

        return await self._write(work)

    async def close_case(self, reference: str, *, author: str, text: str = "closed") -> Case:
        """The work is done."""
        return await self._settle(reference, "closed", author, text)

    async def undo_case(self, reference: str, *, author: str, text: str) -> Case:
        """The case should never have been. What the outbox has not delivered yet is not delivered any more."""
        return await self._settle(reference, "undone", author, text)

    async def _settle(self, reference: str, status: CaseStatus, author: str, text: str) -> Case:
        async def work(session: AsyncSession) -> Case:
            row = await _find(session, reference)
            row.status = status
            if status == "undone" and await _withdraw(session, row.id):
                row.delivery = "cancelled"
            await self._note(session, row, author, text)
            return await _whole(session, reference)

        return await self._write(work)

    async def _note(self, session: AsyncSession, row: CaseRow, author: str, text: str) -> None:
        session.add(CaseNoteRow(case_id=row.id, author=author, text=text, at=self.now()))
        await session.flush()


def canonical_reference(text: str) -> str:
    """`ab 4729` and `AB4729` as `AB-4729`."""
    letters = "".join(character for character in text.upper() if character.isalpha())
    digits = "".join(character for character in text if character.isdigit())
    return f"{letters}-{digits}"


async def _withdraw(session: AsyncSession, case_id: int) -> bool:
    waiting = update(OutboxRow).where(
        OutboxRow.kind == "action", OutboxRow.row == case_id, OutboxRow.state.in_(("due", "dead"))
    )
    result = await session.execute(waiting.values(state="cancelled").returning(OutboxRow.id))
    return result.first() is not None


async def _find(session: AsyncSession, reference: str) -> CaseRow:
    asked = select(CaseRow).where(CaseRow.reference == canonical_reference(reference))
    row = (await session.execute(asked)).scalar_one_or_none()
    if row is None:
        raise NotOnRecordError(f"no case {reference}")
    return row


async def _whole(session: AsyncSession, reference: str) -> Case:
    row = await _find(session, reference)
    notes = await session.scalars(
        select(CaseNoteRow).where(CaseNoteRow.case_id == row.id).order_by(CaseNoteRow.at, CaseNoteRow.id)
    )
    return _case(row, tuple(Note.model_validate(note) for note in notes))


def _case(row: CaseRow, notes: tuple[Note, ...]) -> Case:
    columns = {name: getattr(row, name) for name in Case.model_fields if name != "notes"}
    return Case.model_validate({**columns, "notes": notes})
