"""Calls and their turns: a turn, its state and everything it promised are one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from agent.errors import NotOnRecordError, TakenOverError
from agent.records.database import Database
from agent.records.drafts import record
from agent.records.results import Call, Turn
from agent.records.tables import CallRow, TurnRow
from agent.state import CallState, Draft, Recorded


class CallRecords(Database):
    """The store's part for calls."""

    async def start_call(self, call_id: str, *, channel: str, caller: str | None, release: int) -> None:
        """Note that a call began. A second start of the same call says who has it from now on, and that it goes on."""

        async def work(session: AsyncSession) -> None:
            if (call := await session.get(CallRow, call_id)) is not None:
                call.owner, call.ended, call.outcome = self.owner, None, None
            else:
                session.add(
                    CallRow(
                        call_id=call_id,
                        owner=self.owner,
                        channel=channel,
                        caller=caller,
                        release=release,
                        started=self.now(),
                    )
                )

        await self._write(work)

    async def end_call(self, call_id: str, outcome: str) -> None:
        """Note how a call ended; the first outcome stays, and whoever had the call before has no say in it."""

        async def work(session: AsyncSession) -> None:
            own = (CallRow.call_id == call_id, CallRow.owner == self.owner)
            ended = update(CallRow).where(*own, CallRow.ended.is_(None))
            await session.execute(ended.values(ended=self.now(), outcome=outcome))

        await self._write(work)

    async def commit_turn(
        self, call_id: str, *, state: CallState, heard: str, said: str, decision: str, drafts: Sequence[Draft]
    ) -> tuple[Recorded, ...]:
        """Keep a turn: state, words and drafts together, or nothing of it. Returns one `Recorded` a draft, in order.

        Safe to repeat: a draft whose key is known comes back with `again=True`, and a turn number (`state.turn`)
        that is there already is replaced. Raises `NotOnRecordError` for an unknown call, `TakenOverError` when another
        process started it since, `StoreUnavailableError`.
        """

        async def work(session: AsyncSession) -> tuple[Recorded, ...]:
            call = await session.get(CallRow, call_id)
            if call is None:
                raise NotOnRecordError(f"no call {call_id} was started")
            if call.owner != self.owner:
                # A process that froze and wakes up knows nothing of what was said since.
                raise TakenOverError(f"call {call_id} is with {call.owner}")
            call.state = state.model_dump(mode="json")
            turn = await _turn(session, call_id, state.turn)
            turn.at, turn.decision, turn.said_heard = self.now(), _storable(decision), None
            if self._settings.transcript_days > 0:
                turn.heard, turn.said = _storable(heard), _storable(said)
            return tuple([await record(session, call_id, draft, self._settings, self.now()) for draft in drafts])

        return await self._write(work)

    async def note_broken_off(self, call_id: str, number: int, heard: str) -> None:
        """Note what a caller had heard when they broke into the words of turn `number`, and of what followed from it.

        Turns that were not kept are passed over.
        """

        async def work(session: AsyncSession) -> None:
            asked = select(TurnRow).where(TurnRow.call_id == call_id, TurnRow.number >= number)
            left = heard.split()
            for turn in await session.scalars(asked.order_by(TurnRow.number)):
                if turn.number > number and turn.heard:
                    return
                words = (turn.said or "").split()
                if len(left) < len(words):
                    turn.said_heard = _storable(" ".join(left))
                left = left[len(words) :]

        await self._write(work)

    async def call(self, call_id: str) -> Call:
        """One call. Raises `NotOnRecordError`."""

        async def work(session: AsyncSession) -> Call:
            row = await session.get(CallRow, call_id)
            if row is None:
                raise NotOnRecordError(f"no call {call_id} was started")
            return Call.model_validate(row)

        return await self._read(work)

    async def turns(self, call_id: str) -> tuple[Turn, ...]:
        """A call's committed turns, in order."""

        async def work(session: AsyncSession) -> tuple[Turn, ...]:
            rows = await session.scalars(select(TurnRow).where(TurnRow.call_id == call_id).order_by(TurnRow.number))
            return tuple(Turn.model_validate(row) for row in rows)

        return await self._read(work)

    async def calls_from(self, caller: str, since: dt.datetime) -> int:
        """How many calls one number has made since a time."""

        async def work(session: AsyncSession) -> int:
            asked = select(func.count()).where(CallRow.caller == caller, CallRow.started >= since)
            return int(await session.scalar(asked) or 0)

        return await self._read(work)

    async def ends(self, since: dt.datetime) -> dict[str, int]:
        """How the calls that ended since a time did, each outcome with its number."""

        async def work(session: AsyncSession) -> dict[str, int]:
            asked = select(CallRow.outcome, func.count()).where(CallRow.ended >= since).group_by(CallRow.outcome)
            return {str(outcome): int(count) for outcome, count in await session.execute(asked)}

        return await self._read(work)

    async def open_calls(self, owner: str | None = None) -> tuple[Call, ...]:
        """Calls of `owner` (default: this store's) that never ended, oldest first: after a restart, the broken ones."""

        async def work(session: AsyncSession) -> tuple[Call, ...]:
            asked = select(CallRow).where(CallRow.ended.is_(None), CallRow.owner == (owner or self.owner))
            rows = await session.scalars(asked.order_by(CallRow.started))
            return tuple(Call.model_validate(row) for row in rows)

        return await self._read(work)

    async def open_on(self, channel: str) -> tuple[Call, ...]:
        """Calls of one channel that have not ended, whoever has them, oldest first."""

        async def work(session: AsyncSession) -> tuple[Call, ...]:
            asked = select(CallRow).where(CallRow.ended.is_(None), CallRow.channel == channel)
            rows = await session.scalars(asked.order_by(CallRow.started))
            return tuple(Call.model_validate(row) for row in rows)

        return await self._read(work)


async def _turn(session: AsyncSession, call_id: str, number: int) -> TurnRow:
    found = await session.execute(select(TurnRow).where(TurnRow.call_id == call_id, TurnRow.number == number))
    turn = found.scalar_one_or_none()
    if turn is None:
        turn = TurnRow(call_id=call_id, number=number)
        session.add(turn)
    return turn


def _storable(text: str) -> str:
    # PostgreSQL has no NUL in text; a recogniser or a keyboard may produce one.
    return text.replace("\x00", "")
