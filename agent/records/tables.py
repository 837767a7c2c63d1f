"""The tables. Times are UTC; JSON columns hold what a frozen model of `agent.state` dumps."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class UtcTime(TypeDecorator[dt.datetime]):
    """An aware datetime, kept in UTC also where the database knows no time zones (SQLite)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """To the database: UTC. Raises `ValueError` for a time without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("times in the store need a time zone")
        return value.astimezone(dt.UTC)

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """From the database: aware, in UTC."""
        if value is None:
            return None
        return value.astimezone(dt.UTC) if value.tzinfo else value.replace(tzinfo=dt.UTC)


class Table(DeclarativeBase):
    """The base of every table; constraints have names so that later migrations can find them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {dt.datetime: UtcTime, dict[str, Any]: JSON, str: Text}


class CallRow(Table):
    """A call from ring to goodbye; `state` is a dumped `CallState`."""

    __tablename__ = "calls"
    call_id: Mapped[str] = mapped_column(String(100), primary_key=True)
    owner: Mapped[str] = mapped_column(String(100))
    channel: Mapped[str] = mapped_column(String(30))
    caller: Mapped[str | None]
    release: Mapped[int]
    started: Mapped[dt.datetime]
    ended: Mapped[dt.datetime | None] = mapped_column(index=True)
    outcome: Mapped[str | None] = mapped_column(String(60))
    state: Mapped[dict[str, Any] | None]


class TurnRow(Table):
    """One committed turn of a call."""

    __tablename__ = "turns"
    __table_args__ = (UniqueConstraint("call_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.call_id", ondelete="CASCADE"))
    number: Mapped[int]
    at: Mapped[dt.datetime] = mapped_column(index=True)
    heard: Mapped[str | None]
    said: Mapped[str | None]
    said_heard: Mapped[str | None]
    decision: Mapped[str]


class EffectRow(Table):
    """One row for everything that happened once: its key, and a reference that is never given out again."""

    __tablename__ = "effects"
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    row: Mapped[int]
    reference: Mapped[str] = mapped_column(String(30), unique=True)
    created: Mapped[dt.datetime]


class CaseRow(Table):
    """A resident's request; `slots` are dumped `SlotValue`s."""

    __tablename__ = "cases"
    __table_args__ = (Index("cases_by_status", "status", "created"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(30), unique=True)
    call_id: Mapped[str | None] = mapped_column(ForeignKey("calls.call_id", ondelete="SET NULL"))
    service: Mapped[str] = mapped_column(String(100))
    title: Mapped[str]
    lgsl: Mapped[int | None]
    team: Mapped[str] = mapped_column(String(100))
    slots: Mapped[dict[str, Any]]
    action: Mapped[str | None] = mapped_column(String(100))
    status: Mapped[str] = mapped_column(String(20), default="open")
    delivery: Mapped[str] = mapped_column(String(20), default="none")
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    due: Mapped[dt.datetime | None] = mapped_column(index=True)
    hazard: Mapped[str | None]
    created: Mapped[dt.datetime]
    keep_until: Mapped[dt.datetime] = mapped_column(index=True)


class CaseNoteRow(Table):
    """What somebody wrote on a case."""

    __tablename__ = "case_notes"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    author: Mapped[str] = mapped_column(String(100))
    text: Mapped[str]
    at: Mapped[dt.datetime]


class HandoffRow(Table):
    """A caller who is fetched a person."""

    __tablename__ = "handoffs"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    reference: Mapped[str] = mapped_column(String(30), unique=True)
    call_id: Mapped[str | None] = mapped_column(ForeignKey("calls.call_id", ondelete="SET NULL"))
    reason: Mapped[str]
    team: Mapped[str] = mapped_column(String(100))
    urgent: Mapped[bool]
    status: Mapped[str] = mapped_column(String(20), default="waiting", index=True)
    adviser: Mapped[str | None] = mapped_column(String(100))
    pack: Mapped[dict[str, Any] | None]
    since: Mapped[dt.datetime]
    settled: Mapped[dt.datetime | None]


class CallbackRow(Table):
    """A promise to ring back within a window."""

    __tablename__ = "callbacks"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    reference: Mapped[str] = mapped_column(String(30), unique=True)
    call_id: Mapped[str | None] = mapped_column(ForeignKey("calls.call_id", ondelete="SET NULL"))
    handoff_id: Mapped[int | None] = mapped_column(ForeignKey("handoffs.id", ondelete="SET NULL"))
    phone: Mapped[str]
    reason: Mapped[str]
    team: Mapped[str] = mapped_column(String(100))
    window_start: Mapped[dt.datetime]
    window_end: Mapped[dt.datetime]
    status: Mapped[str] = mapped_column(String(20), default="booked", index=True)
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    created: Mapped[dt.datetime]


class MessageRow(Table):
    """A text or an email."""

    __tablename__ = "messages"
    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(30), unique=True)
    call_id: Mapped[str | None] = mapped_column(ForeignKey("calls.call_id", ondelete="SET NULL"))
    to: Mapped[str]
    template: Mapped[str] = mapped_column(String(200))
    fields: Mapped[dict[str, Any]]
    status: Mapped[str] = mapped_column(String(20), default="due")
    created: Mapped[dt.datetime]


class OutboxRow(Table):
    """One delivery that is still to be made, or was."""

    __tablename__ = "outbox"
    __table_args__ = (Index("outbox_by_due", "state", "due"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    row: Mapped[int]
    payload: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(20), default="due")
    due: Mapped[dt.datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[dt.datetime | None]
    error: Mapped[str | None] = mapped_column(String(60))
    created: Mapped[dt.datetime]


class AlarmRow(Table):
    """Something that a person must look at; holds a reference, nothing of the caller."""

    __tablename__ = "alarms"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(200))
    at: Mapped[dt.datetime]
    cleared: Mapped[dt.datetime | None] = mapped_column(index=True)


class ReleaseRow(Table):
    """A published set of services."""

    __tablename__ = "releases"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    documents: Mapped[dict[str, Any]]
    note: Mapped[str]
    author: Mapped[str] = mapped_column(String(100))
    created: Mapped[dt.datetime]
    active: Mapped[bool] = mapped_column(default=False)


class AccountRow(Table):
    """A role's password, hashed."""

    __tablename__ = "accounts"
    role: Mapped[str] = mapped_column(String(20), primary_key=True)
    password: Mapped[str]
    changed: Mapped[dt.datetime]
