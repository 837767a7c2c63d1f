"""Ashcombe's sample back office: a small SQLite file with the jobs that were reported, booked and ordered."""

from __future__ import annotations

import datetime as dt
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from govuk_bank_holidays.bank_holidays import BankHolidays

from agent.actions.rounds import Rounds

_ROOT = Path(__file__).resolve().parent.parent.parent
_HOLIDAYS = BankHolidays(use_cached_holidays=True)

_TABLES = """
CREATE TABLE IF NOT EXISTS jobs (
    key TEXT PRIMARY KEY, kind TEXT NOT NULL, uprn TEXT NOT NULL, thing TEXT NOT NULL,
    made TEXT NOT NULL, day TEXT, reference TEXT NOT NULL, detail TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS jobs_by_place ON jobs (kind, uprn, made);
CREATE INDEX IF NOT EXISTS jobs_by_day ON jobs (kind, day);
"""


@dataclass(frozen=True, slots=True)
class Job:
    """Something the council has to do. `thing` is a bin or the subject of a repair; `day` when it was promised for."""

    key: str
    kind: str
    uprn: str
    thing: str
    made: dt.date
    day: dt.date | None = None
    reference: str = ""
    detail: str = ""


class BackOffice:
    """The jobs, and the rounds. One connection, one thread."""

    def __init__(self, connection: sqlite3.Connection, rounds: Rounds) -> None:
        self._connection = connection
        self.rounds = rounds

    @classmethod
    @contextmanager
    def open(cls, places: Mapping[str, str]) -> Iterator[BackOffice]:
        """Open it where `places` says (`database`, `council`), else where the environment does
        (`TOWNLINE_BACK_OFFICE`, `TOWNLINE_COUNCIL_DATA`), else Ashcombe's own."""
        database = _place(places, "database", "TOWNLINE_BACK_OFFICE", _ROOT / "var" / "back_office.sqlite")
        council = _place(places, "council", "TOWNLINE_COUNCIL_DATA", _ROOT / "intents" / "ashcombe")
        database.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(database, timeout=3)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.executescript(_TABLES)
            yield cls(connection, Rounds.load(council))

    def add(self, job: Job) -> bool:
        """Write a job down once; whether it is new."""
        row = (job.key, job.kind, job.uprn, job.thing, job.made.isoformat(), _iso(job.day), job.reference, job.detail)
        with self._connection:
            done = self._connection.execute("INSERT OR IGNORE INTO jobs VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
        return done.rowcount == 1

    def job(self, key: str) -> Job | None:
        """The job that was written under `key`."""
        row = self._connection.execute("SELECT * FROM jobs WHERE key = ?", (key,)).fetchone()
        return _job(row) if row else None

    def jobs(self, kind: str, uprn: str, *, since: dt.date) -> tuple[Job, ...]:
        """A place's jobs of one kind made on or after `since`, oldest first."""
        rows = self._connection.execute(
            "SELECT * FROM jobs WHERE kind = ? AND uprn = ? AND made >= ? ORDER BY made, key",
            (kind, uprn, since.isoformat()),
        )
        return tuple(_job(row) for row in rows)

    def promised_on(self, kind: str, day: dt.date) -> int:
        """How many jobs of one kind are promised for a day."""
        found = self._connection.execute(
            "SELECT count(*) FROM jobs WHERE kind = ? AND day = ?", (kind, day.isoformat())
        ).fetchone()
        return int(found[0])


def working_day_after(day: dt.date, count: int) -> dt.date:
    """The `count`th working day after `day` in England and Wales."""
    for _ in range(count):
        day = _HOLIDAYS.get_next_work_day(division=BankHolidays.ENGLAND_AND_WALES, date=day)
    return day


def is_working_day(day: dt.date) -> bool:
    """Whether crews go out."""
    return bool(_HOLIDAYS.is_work_day(day, division=BankHolidays.ENGLAND_AND_WALES))


def _place(places: Mapping[str, str], name: str, variable: str, otherwise: Path) -> Path:
    return Path(places.get(name) or os.environ.get(variable) or otherwise)


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


def _job(row: tuple[str, str, str, str, str, str | None, str, str]) -> Job:
    key, kind, uprn, thing, made, day, reference, detail = row
    promised = dt.date.fromisoformat(day) if day else None
    return Job(key, kind, uprn, thing, dt.date.fromisoformat(made), promised, reference, detail)
