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
PUBLISHED_ORDER = tuple(
    (
        "UPRN UDPRN CHANGE_TYPE STATE STATE_DATE CLASS PARENT_UPRN X_COORDINATE Y_COORDINATE LATITUDE LONGITUDE RPC"
        " LOCAL_CUSTODIAN_CODE COUNTRY LA_START_DATE LAST_UPDATE_DATE ENTRY_DATE RM_ORGANISATION_NAME LA_ORGANISATION"
        " DEPARTMENT_NAME LEGAL_NAME SUB_BUILDING_NAME BUILDING_NAME BUILDING_NUMBER SAO_START_NUMBER SAO_START_SUFFIX"
        " SAO_END_NUMBER SAO_END_SUFFIX SAO_TEXT ALT_LANGUAGE_SAO_TEXT PAO_START_NUMBER PAO_START_SUFFIX PAO_END_NUMBER"
        " PAO_END_SUFFIX PAO_TEXT ALT_LANGUAGE_PAO_TEXT USRN USRN_MATCH_INDICATOR AREA_NAME LEVEL OFFICIAL_FLAG"
        " OS_ADDRESS_TOID OS_ADDRESS_TOID_VERSION OS_ROADLINK_TOID OS_ROADLINK_TOID_VERSION OS_TOPO_TOID"
        " OS_TOPO_TOID_VERSION VOA_CT_RECORD VOA_NDR_RECORD STREET_DESCRIPTION ALT_LANGUAGE_STREET_DESCRIPTION"
        " DEPENDENT_THOROUGHFARE THOROUGHFARE WELSH_DEPENDENT_THOROUGHFARE WELSH_THOROUGHFARE DOUBLE_DEPENDENT_LOCALITY"
        " DEPENDENT_LOCALITY LOCALITY WELSH_DEPENDENT_LOCALITY WELSH_DOUBLE_DEPENDENT_LOCALITY TOWN_NAME"
        " ADMINISTRATIVE_AREA POST_TOWN WELSH_POST_TOWN POSTCODE POSTCODE_LOCATOR POSTCODE_TYPE DELIVERY_POINT_SUFFIX"
        " ADDRESSBASE_POSTAL PO_BOX_NUMBER WARD_CODE PARISH_CODE RM_START_DATE MULTI_OCC_COUNT VOA_NDR_P_DESC_CODE"
        " VOA_NDR_SCAT_CODE ALT_LANGUAGE"
    ).split()
)
"""The columns of a file as Ordnance Survey delivers it; their names come in a file apart, so that none stand in it."""
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

    Columns are found by name in any order, upper or lower case, or stand in their `PUBLISHED_ORDER`. Tenure and round
    are kept for UPRNs that `folder` knows already. Raises GazetteerError with every problem as `file:line`, and writes
    nothing then.
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
        columns = PUBLISHED_ORDER if _nameless(path) else None
        every = rows(path, columns)
        found = [(line, {key.strip().upper(): value for key, value in row.items()}) for line, row in every]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        problems.append(f"{path.name}:1: cannot be read: {error}")
        return ()
    missing = [name for name in ("UPRN", "USRN") if found and name not in found[0][1]]
    problems += [f"{path.name}:1: the column {name} is missing" for name in missing]
    return () if missing else found


def _nameless(path: Path) -> bool:
    """Whether the first row is an address already: as many values as are published, the first of them a UPRN."""
    with path.open(newline="", encoding="utf-8-sig") as file:
        first = next(csv.reader(file), [])
    return len(first) == len(PUBLISHED_ORDER) and first[0].strip().isdigit()


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
