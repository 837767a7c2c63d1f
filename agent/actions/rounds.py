"""When each bin is emptied at each address, and what the crews noted."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class Schedule:
    """One bin on one round: its weekday (Monday is 0) in weeks `A`, `B` or `AB`; `anchor` is a Monday of a week A."""

    weekday: int
    weeks: str
    anchor: dt.date

    def collects(self, day: dt.date) -> bool:
        """Whether the bin is emptied on `day`."""
        if day.weekday() != self.weekday:
            return False
        week = "AB"[(day - self.anchor).days // 7 % 2]
        return week in self.weeks

    def last(self, today: dt.date) -> dt.date:
        """The latest collection up to and including today."""
        return next(day for back in range(15) if self.collects(day := today - dt.timedelta(days=back)))

    def next(self, today: dt.date) -> dt.date:
        """The first collection after today."""
        return next(day for ahead in range(1, 16) if self.collects(day := today + dt.timedelta(days=ahead)))


@dataclass(frozen=True, slots=True)
class CrewNote:
    """What a crew noted about a bin's latest collection.

    `what` is `contaminated` (with a `reason`), `late` (`place` is a round) or `missed_before` (`reason` is how often).
    """

    what: str
    place: str
    bin: str
    reason: str


@dataclass(frozen=True)
class Rounds:
    """The rounds of one council, read from `rounds.csv`, `addresses.csv` and, where there is one, `crew.csv`."""

    schedules: Mapping[tuple[str, str], Schedule]
    round_of: Mapping[str, str]
    notes: tuple[CrewNote, ...]

    @classmethod
    def load(cls, folder: Path) -> Rounds:
        """Read the files once; again when they change. Raises `OSError`, `KeyError`."""
        files = tuple(folder / name for name in ("rounds.csv", "addresses.csv", "crew.csv"))
        return _read(files, tuple(file.stat().st_mtime_ns if file.exists() else 0 for file in files))

    def schedule(self, uprn: str, bin_type: str) -> Schedule | None:
        """When this bin is emptied at this address; `None` for an address or a bin on no round."""
        return self.schedules.get((self.round_of.get(uprn, ""), bin_type))

    def bins(self, uprn: str) -> dict[str, Schedule]:
        """Every bin of this address."""
        here = self.round_of.get(uprn, "")
        return {bin_type: schedule for (name, bin_type), schedule in self.schedules.items() if name == here}

    def noted(self, what: str, uprn: str, bin_type: str) -> CrewNote | None:
        """What a crew noted about this bin, at this address or for its whole round."""
        places = (uprn, self.round_of.get(uprn, ""))
        found = (note for note in self.notes if note.what == what and note.place in places and note.bin == bin_type)
        return next(found, None)


@lru_cache(maxsize=4)
def _read(files: tuple[Path, ...], _changed: tuple[int, ...]) -> Rounds:
    rounds, addresses, crew = files
    schedules = {(row["round"], row["bin"]): _schedule(row) for row in _rows(rounds)}
    notes = tuple(CrewNote(**row) for row in _rows(crew)) if crew.exists() else ()
    return Rounds(schedules, {row["uprn"]: row["round"] for row in _rows(addresses)}, notes)


def _schedule(row: Mapping[str, str]) -> Schedule:
    return Schedule(_DAYS.index(row["weekday"]), row["weeks"], dt.date.fromisoformat(row["anchor"]))


def _rows(file: Path) -> Iterator[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)
