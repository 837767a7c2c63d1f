"""The gazetteer on disk: five small CSV files in one folder, checked line by line."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TypeVar

from intents.places import BINS, TENURES, WEEKDAYS, Address, Collection, GazetteerError, Landmark, Street, Weeks

POSTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}")
_Item = TypeVar("_Item")
_Row = Mapping[str, str]


def read_folder(
    folder: Path,
) -> tuple[tuple[Street, ...], tuple[Address, ...], tuple[Landmark, ...], tuple[Collection, ...]]:
    """Streets, addresses, landmarks and collections; the last two may be absent. Raises GazetteerError."""
    problems: list[str] = []
    streets = _read(folder / "streets.csv", _street, problems)
    named = {street.usrn: street for street in streets}
    addresses = _read(folder / "addresses.csv", lambda row: _address(row, named), problems)
    by_name = {street.name: street.usrn for street in streets}
    landmarks = _read(folder / "landmarks.csv", lambda row: _landmark(row, by_name), problems, optional=True)
    collections = _read(folder / "rounds.csv", _collection, problems, optional=True)
    if problems:
        raise GazetteerError(problems)
    return streets, addresses, landmarks, collections


def rows(path: Path, columns: Sequence[str] | None = None) -> Iterator[tuple[int, dict[str, str]]]:
    """The data rows of a CSV file with their line numbers; raises OSError, UnicodeDecodeError or csv.Error.

    The first row names the columns, unless `columns` does.
    """
    with path.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file, columns)
        for row in reader:
            yield reader.line_num, {key: (value or "").strip() for key, value in row.items() if key}


def _read(
    path: Path, make: Callable[[_Row], _Item], problems: list[str], *, optional: bool = False
) -> tuple[_Item, ...]:
    if optional and not path.exists():
        return ()
    items: list[_Item] = []
    try:
        for line, row in rows(path):
            try:
                items.append(make(row))
            except KeyError as error:
                problems.append(f"{path.name}:{line}: {error.args[0]} is missing or not known")
            except ValueError as error:
                problems.append(f"{path.name}:{line}: {error}")
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        problems.append(f"{path.name}:1: cannot be read: {error}")
    return tuple(items)


def _street(row: _Row) -> Street:
    if not row["usrn"].isdigit() or not row["name"]:
        raise ValueError(f"expected a USRN of digits and a name, found {row['usrn']!r} and {row['name']!r}")
    return Street(row["usrn"], row["name"], row.get("ward", ""), row.get("locality", ""))


def _address(row: _Row, streets: Mapping[str, Street]) -> Address:
    if not row["uprn"].isdigit() or len(row["uprn"]) > 12:
        raise ValueError(f"expected a UPRN of up to 12 digits, found {row['uprn']!r}")
    if not POSTCODE.fullmatch(row["postcode"]):
        raise ValueError(f"expected a postcode such as QA1 4TB, found {row['postcode']!r}")
    if not row["number"] and not row["name"]:
        raise ValueError("expected a number or a name")
    tenure = row.get("tenure") or "private"
    if tenure not in TENURES:
        raise ValueError(f"expected a tenure of {', '.join(TENURES)}, found {tenure!r}")
    street = streets[row["usrn"]]
    return Address(
        row["uprn"],
        row["flat"],
        row["name"],
        row["number"],
        street.name,
        street.usrn,
        row["postcode"],
        street.ward,
        tenure,
        row.get("round", ""),
    )


def _landmark(row: _Row, streets: Mapping[str, str]) -> Landmark:
    aliases = tuple(filter(None, row["aliases"].split("|")))
    return Landmark(row["name"], aliases, streets[row["street"]], row.get("number", ""))


def _collection(row: _Row) -> Collection:
    if row["bin"] not in BINS or row["weekday"] not in WEEKDAYS or row["weeks"] not in ("A", "B", "AB"):
        raise ValueError("expected a bin type, a weekday and the weeks A, B or AB")
    anchor = date.fromisoformat(row["anchor"])
    if anchor.weekday() != 0:
        raise ValueError(f"expected the anchor to be a Monday, found {row['anchor']}")
    weeks: Weeks = "A" if row["weeks"] == "A" else "B" if row["weeks"] == "B" else "AB"
    return Collection(row["round"], row["bin"], WEEKDAYS.index(row["weekday"]), weeks, anchor)
