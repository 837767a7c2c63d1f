"""What a gazetteer is made of: streets, addresses, landmarks and collection rounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from intents.errors import IntentsError

Tenure = Literal["council", "private", "housing association"]
Bin = Literal["refuse", "recycling", "garden", "food"]
Weeks = Literal["A", "B", "AB"]
TENURES: tuple[Tenure, ...] = ("council", "private", "housing association")
BINS: tuple[Bin, ...] = ("refuse", "recycling", "garden", "food")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class GazetteerError(IntentsError):
    """The gazetteer's files are missing or broken; `problems` holds every one of them as `file:line: what`."""

    code = "gazetteer"

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Street:
    """A street by its Unique Street Reference Number (8 digits)."""

    usrn: str
    name: str
    ward: str = ""
    locality: str = ""


@dataclass(frozen=True, slots=True)
class Address:
    """A property by its Unique Property Reference Number (up to 12 digits)."""

    uprn: str
    flat: str
    name: str
    number: str
    street: str
    usrn: str
    postcode: str
    ward: str
    tenure: Tenure
    round: str

    @property
    def line(self) -> str:
        """How a person says it, without the postcode: `Flat 2, 14 Mill Lane`, `Rose Cottage, Mill Lane`."""
        house = f"{self.number} {self.street}" if self.number else self.street
        return ", ".join(part for part in (self.flat, self.name, house) if part)

    @property
    def text(self) -> str:
        """The line and the postcode."""
        return f"{self.line}, {self.postcode}"


@dataclass(frozen=True, slots=True)
class Landmark:
    """A place that people name instead of a street, and the street it stands in; its `number` there, where known."""

    name: str
    aliases: tuple[str, ...]
    usrn: str
    number: str = ""


@dataclass(frozen=True, slots=True)
class Collection:
    """When one kind of bin is emptied on one round.

    `weeks` is `AB` for every week, else the letter of the alternate weeks; `anchor` is a Monday of a week A.
    """

    round: str
    bin: Bin
    weekday: int
    weeks: Weeks
    anchor: date

    def falls_on(self, day: date) -> bool:
        """Whether this bin is emptied on `day`, bank holidays aside."""
        if day.weekday() != self.weekday:
            return False
        return "AB"[((day - self.anchor).days // 7) % 2] in self.weeks

    def next_from(self, day: date) -> date:
        """The first collection on `day` or after it."""
        return next(later for later in (day + timedelta(days=ahead) for ahead in range(14)) if self.falls_on(later))
