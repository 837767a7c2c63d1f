"""The store and what it answers with."""

from agent.records.accounts import Role
from agent.records.results import (
    Alarm,
    Call,
    Callback,
    Case,
    Entry,
    Handoff,
    Note,
    Purged,
    Release,
    ReleaseNote,
    Stuck,
    Turn,
)
from agent.records.settings import RecordsSettings
from agent.records.store import Store

__all__ = [
    "Alarm",
    "Call",
    "Callback",
    "Case",
    "Entry",
    "Handoff",
    "Note",
    "Purged",
    "RecordsSettings",
    "Release",
    "ReleaseNote",
    "Role",
    "Store",
    "Stuck",
    "Turn",
]
