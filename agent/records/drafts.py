"""Writing a turn's drafts: each happens once, under its key, in the transaction of the turn."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from agent.records.references import new_reference
from agent.records.settings import RecordsSettings
from agent.records.tables import CallbackRow, CaseRow, EffectRow, HandoffRow, MessageRow, OutboxRow
from agent.state import CallbackDraft, CaseDraft, Draft, HandoffDraft, MessageDraft, Recorded

_Row = CaseRow | CallbackRow | HandoffRow | MessageRow


async def record(
    session: AsyncSession, call_id: str | None, draft: Draft, settings: RecordsSettings, now: dt.datetime
) -> Recorded:
    """Write `draft` and what the outbox has to deliver for it, or return what its key was recorded as before."""
    before = await session.get(EffectRow, draft.key)
    if before is not None:
        await _correct(session, before, draft)
        return Recorded.model_validate(
            {"kind": before.kind, "id": before.row, "reference": before.reference, "again": True}
        )
    stand_in = await _stand_in(session, call_id, draft)
    if stand_in is not None:
        return stand_in
    reference = await _free_reference(session, settings.reference_prefix)
    row = _row(draft, call_id, reference, now)
    session.add(row)
    await session.flush()
    session.add(EffectRow(key=draft.key, kind=draft.kind, row=row.id, reference=reference, created=now))
    entry = _delivery(draft, call_id, row.id, reference, now)
    if entry is not None:
        session.add(entry)
    await session.flush()
    return Recorded(kind=draft.kind, id=row.id, reference=reference)


async def _correct(session: AsyncSession, before: EffectRow, draft: Draft) -> None:
    # A callback may be promised before its number is known; the same key with a number then fills it in.
    if isinstance(draft, CallbackDraft) and before.kind == "callback":
        booked = await session.get(CallbackRow, before.row)
        if booked is not None:
            _agree(booked, draft)


async def _stand_in(session: AsyncSession, call_id: str | None, draft: Draft) -> Recorded | None:
    """The callback that was booked when nobody came: what the caller then agrees to is that one, not a second."""
    if not isinstance(draft, CallbackDraft) or call_id is None:
        return None
    asked = select(CallbackRow).where(CallbackRow.call_id == call_id, CallbackRow.handoff_id.is_not(None))
    booked = (await session.scalars(asked.where(CallbackRow.status == "booked").limit(1))).first()
    if booked is None:
        return None
    _agree(booked, draft)
    return Recorded(kind="callback", id=booked.id, reference=booked.reference, again=True)


def _agree(booked: CallbackRow, draft: CallbackDraft) -> None:
    if booked.status == "booked" and draft.phone:
        booked.phone = draft.phone
        booked.window_start, booked.window_end = _time(draft.window[0]), _time(draft.window[1])


async def _free_reference(session: AsyncSession, prefix: str) -> str:
    attempt = 0
    while True:
        reference = new_reference(prefix, attempt)
        if await session.scalar(select(EffectRow.key).where(EffectRow.reference == reference)) is None:
            return reference
        attempt += 1


def _row(draft: Draft, call_id: str | None, reference: str, now: dt.datetime) -> _Row:
    match draft:
        case CaseDraft():
            return _case(draft, call_id, reference, now)
        case CallbackDraft():
            return _callback(draft, call_id, reference, now)
        case HandoffDraft():
            return HandoffRow(
                key=draft.key,
                reference=reference,
                call_id=call_id,
                reason=draft.reason,
                team=draft.team,
                urgent=draft.urgent,
                since=now,
            )
        case MessageDraft():
            return MessageRow(
                reference=reference,
                call_id=call_id,
                to=draft.to,
                template=draft.template,
                fields=draft.fields,
                created=now,
            )


def _case(draft: CaseDraft, call_id: str | None, reference: str, now: dt.datetime) -> CaseRow:
    return CaseRow(
        reference=reference,
        call_id=call_id,
        service=draft.service,
        title=draft.title,
        lgsl=draft.lgsl,
        team=draft.team,
        slots={name: value.model_dump() for name, value in draft.slots.items()},
        action=draft.action,
        delivery="due" if draft.action else "none",
        due=_time(draft.due) if draft.due else None,
        hazard=draft.hazard,
        created=now,
        keep_until=now + dt.timedelta(days=draft.retention_days),
    )


def _callback(draft: CallbackDraft, call_id: str | None, reference: str, now: dt.datetime) -> CallbackRow:
    return CallbackRow(
        key=draft.key,
        reference=reference,
        call_id=call_id,
        phone=draft.phone,
        reason=draft.reason,
        team=draft.team,
        window_start=_time(draft.window[0]),
        window_end=_time(draft.window[1]),
        created=now,
    )


def _delivery(draft: Draft, call_id: str | None, row: int, reference: str, now: dt.datetime) -> OutboxRow | None:
    match draft:
        case CaseDraft(action=str() as action):
            slots = {name: value.value for name, value in draft.slots.items()}
            facts = {"service": draft.service, "title": draft.title, "hazard": draft.hazard, "due": draft.due}
            payload = {
                "action": action,
                "call_id": call_id,
                "slots": {**{k: v for k, v in facts.items() if v}, **slots, "reference": reference},
            }
            return OutboxRow(key=draft.key, kind="action", row=row, payload=payload, due=now, created=now)
        case MessageDraft():
            payload = {"to": draft.to, "template": draft.template, "fields": draft.fields}
            return OutboxRow(key=draft.key, kind="message", row=row, payload=payload, due=now, created=now)
        case _:
            return None


def _time(text: str) -> dt.datetime:
    """An ISO time; one without a zone is UTC."""
    time = dt.datetime.fromisoformat(text)
    return time if time.tzinfo else time.replace(tzinfo=dt.UTC)
