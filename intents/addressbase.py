"""Turns an AddressBase Plus CSV file into the council's own gazetteer files."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from intents.gazetteer_files import POSTCODE, rows
from intents.places import GazetteerError

ADDRESS_COLUMNS = ("uprn", "flat", "name", "number", "usrn", "postcode", "tenure", "round")
STREET_COLUMNS = ("usrn", "name", "ward", "locality")
_NUMBER = re.compile(r"\d{1,4}[A-Z]?")
_SMALL = frozenset({"of", "the", "and", "on", "in", "at", "upon", "le"})


@dataclass(frozen=True, slots=True)
class Imported:
    """How many addresses and streets were written, and how many rows were left out.

    Those are deleted records, and ones without a house, a street or a postcode.
    """

    addresses: int
    streets: int
    left: int


def import_addressbase(path: Path, folder: Path) -> Imported:
    """Read `path` and write `addresses.csv` and `streets.csv` into `folder`.

    Columns are found by name in any order, upper or lower case; tenure and round are kept for UPRNs that `folder`
    knows already. Raises GazetteerError with every problem as `file:line`, and writes nothing then.
    """
    problems: list[str] = []
    addresses: dict[str, tuple[str, ...]] = {}
    streets: dict[str, tuple[str, ...]] = {}
    kept, left = _known(folder), 0
    for line, row in _upper(path, problems):
        number, name = _house(row)
        deleted = row.get("CHANGE_TYPE", "").upper() == "D"
        if deleted or not row.get("USRN") or not _postcode(row) or not _street(row) or not (number or name):
            left += 1
            continue
        try:
            address = _address(row, number, name, kept)
        except ValueError as error:
            problems.append(f"{path.name}:{line}: {error}")
            continue
        addresses[address[0]] = address
        streets[row["USRN"]] = (row["USRN"], _street(row), _ward(row), titled(_locality(row)))
    if not addresses and not problems:
        problems.append(f"{path.name}:1: no address with a USRN, a street and a postcode was found")
    if problems:
        raise GazetteerError(problems)
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "addresses.csv", ADDRESS_COLUMNS, addresses.values())
    _write(folder / "streets.csv", STREET_COLUMNS, streets.values())
    return Imported(len(addresses), len(streets), left)


def _upper(path: Path, problems: list[str]) -> Iterable[tuple[int, Mapping[str, str]]]:
    try:
        found = [(line, {key.strip().upper(): value for key, value in row.items()}) for line, row in rows(path)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        problems.append(f"{path.name}:1: cannot be read: {error}")
        return ()
    missing = [name for name in ("UPRN", "USRN") if found and name not in found[0][1]]
    problems += [f"{path.name}:1: the column {name} is missing" for name in missing]
    return () if missing else found


def _address(row: Mapping[str, str], number: str, name: str, kept: Mapping[str, tuple[str, str]]) -> tuple[str, ...]:
    uprn, usrn, postcode = row.get("UPRN", ""), row["USRN"], _postcode(row)
    if not uprn.isdigit() or len(uprn) > 12:
        raise ValueError(f"expected a UPRN of up to 12 digits, found {uprn!r}")
    if not usrn.isdigit():
        raise ValueError(f"expected a USRN of digits, found {usrn!r}")
    if not POSTCODE.fullmatch(postcode):
        raise ValueError(f"expected a postcode, found {postcode!r}")
    uprn = uprn.lstrip("0") or uprn
    tenure, round_ = kept.get(uprn, ("private", ""))
    return uprn, _flat(row), name, number, usrn, postcode, tenure, round_


def _house(row: Mapping[str, str]) -> tuple[str, str]:
    """The number and the name, Royal Mail's where there are any, else the council's own (`PAO_…`)."""
    organisations = ("RM_ORGANISATION_NAME", "LA_ORGANISATION", "ORGANISATION_NAME")
    names = (row.get(column, "") for column in ("BUILDING_NAME", "PAO_TEXT", *organisations))
    number, name = row.get("BUILDING_NUMBER", "").upper(), next(filter(None, names), "")
    if not number and _NUMBER.fullmatch(name.upper()):
        return name.upper(), ""
    number = number or (row.get("PAO_START_NUMBER", "") + row.get("PAO_START_SUFFIX", "")).upper()
    return number, titled(name)


def _flat(row: Mapping[str, str]) -> str:
    """`Flat 2`: Royal Mail's sub-building, else the council's own (`SAO_…`)."""
    name = row.get("SUB_BUILDING_NAME") or row.get("SAO_TEXT", "")
    number = (row.get("SAO_START_NUMBER", "") + row.get("SAO_START_SUFFIX", "")).upper()
    return titled(name) if name else f"Flat {number}" if number else ""


def _ward(row: Mapping[str, str]) -> str:
    return titled(row.get("WARD_NAME") or row.get("WARD_CODE", ""))


def _street(row: Mapping[str, str]) -> str:
    return titled(row.get("STREET_DESCRIPTION") or row.get("THOROUGHFARE") or row.get("DEPENDENT_THOROUGHFARE", ""))


def _locality(row: Mapping[str, str]) -> str:
    return row.get("LOCALITY") or row.get("DEPENDENT_LOCALITY", "")


def _postcode(row: Mapping[str, str]) -> str:
    bare = "".join((row.get("POSTCODE_LOCATOR") or row.get("POSTCODE", "")).upper().split())
    return f"{bare[:-3]} {bare[-3:]}" if bare else ""


def titled(name: str) -> str:
    """`ST JOHN'S ROAD` → `St John's Road`; mixed case is left as it is."""
    if not name.isupper():
        return name
    parts = name.lower().split()
    return " ".join(part if at and part in _SMALL else part[:1].upper() + part[1:] for at, part in enumerate(parts))


def _known(folder: Path) -> dict[str, tuple[str, str]]:
    path = folder / "addresses.csv"
    if not path.exists():
        return {}
    return {row.get("uprn", ""): (row.get("tenure", ""), row.get("round", "")) for _, row in rows(path)}


def _write(path: Path, header: tuple[str, ...], lines: Iterable[tuple[str, ...]]) -> None:
    fresh = path.with_suffix(".new")
    with fresh.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(lines)
    os.replace(fresh, path)
