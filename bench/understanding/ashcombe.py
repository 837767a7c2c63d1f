"""Makes the streets and addresses of the council that does not exist: `python -m bench.understanding.ashcombe`."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from pathlib import Path

import intents

FOLDER = Path(intents.__file__).parent / "ashcombe"
LETTERS = "ABDEFGHJLNPQRSTUWXYZ"
WARDS = ("Castle", "Millbrook", "Priory", "Northfields", "Riverside", "St Mark's", "Hillside", "Ashcombe Vale")
STREETS = {
    "Castle": (
        "High Street 120, Church Street 96, Castle Street 84, Market Place 44, Bridge Street 60, "
        "Swan Lane 40, Bell Yard 18"
    ),
    "Millbrook": (
        "Mill Lane 110, Mill Road 134, Mill Close 36, Millbrook Avenue 92, Weir Road 70, Watermill "
        "Drive 58, The Maltings 64"
    ),
    "Priory": (
        "Priory Road 120, Priory Gardens 54, Abbey Road 98, Monks Way 76, St John's Road 118, St "
        "John's Close 30, Cloister Walk 42"
    ),
    "Northfields": (
        "Northfield Road 140, Northfield Lane 62, Kingsway 128, Queensway 110, Coronation Road 104, "
        "Attlee Avenue 90, Bevan Close 48"
    ),
    "Riverside": (
        "Station Road 140, Station Approach 28, River Street 80, Riverside Walk 66, Wharf Lane 52, "
        "Albert Road 112, Victoria Road 126, Victoria Terrace 38"
    ),
    "St Mark's": (
        "St Mark's Road 108, St Mark's Crescent 72, The Crescent 64, Park Road 130, Park Avenue 86, "
        "Park View 44, Vicarage Lane 50, Church Lane 74"
    ),
    "Hillside": (
        "Hill Lane 88, Hill Rise 40, Hillside Avenue 100, London Road 150, Beacon Road 92, Quarry "
        "Lane 58, Windmill Lane 68, Windsor Road 96"
    ),
    "Ashcombe Vale": (
        "Orchard Way 124, Orchard Close 38, The Green 46, Elm Grove 82, Oak Drive 90, Ash Close 40, "
        "Ashcombe Lane 102, Chapel Row 34, Drovers Way 72, Meadow View 60"
    ),
}
NAMES = (
    "Rose Cottage, Ivy Cottage, The Old Forge, Willow House, The Laurels, Honeysuckle Cottage, Fairview, Hillcrest, "
    "The Old Post Office, Primrose Cottage, Oakdene, Rosemount, The Cottage, Orchard House, Mill House, The Bungalow, "
    "Sunnyside, The Coach House, Lilac Cottage, Fernlea, The Old School House, Woodlands, Brook House, Highfield, "
    "Ashleigh, The Lodge, Holly Cottage, Beechcroft, Springfield, The Old Vicarage, Meadow Cottage, Wisteria House"
)
BLOCKS = (
    "Sycamore House, Attlee House, Nightingale Court, Wharf House, Maltings Court, Kingfisher House, Beacon Court, "
    "Priory Court, Cavell House, Bevan House, Heron Court, Lime Court, Tower House, Queens Court, Brunel House"
)
COUNCIL_WARDS = {"Northfields", "Hillside"}
TENURES = ("private", "council", "housing association")


def listed(names: str) -> list[str]:
    """The names between the commas."""
    return names.split(", ")


def streets() -> Iterator[tuple[str, str, str, int]]:
    """USRN, name, ward and the number of properties of each street."""
    count = 0
    for ward, names in STREETS.items():
        for entry in listed(names):
            name, _, size = entry.rpartition(" ")
            count += 1
            yield f"459{count * 137 % 100_000:05d}", name, ward, int(size)


def premises(size: int, random_: random.Random, blocks: list[str]) -> Iterator[tuple[str, str, str]]:
    """Flat, name and number of each property of a street, in the order the post is delivered."""
    made, number = 0, 0
    while made < size:
        number += 1
        kind = random_.random()
        if number == 13 and random_.random() < 0.5:
            continue
        if kind < 0.05:
            yield "", random_.choice(listed(NAMES)), ""
            made += 1
        elif kind < 0.08:
            for flat in range(1, random_.randint(3, 7)):
                yield f"Flat {flat}", "", str(number)
                made += 1
        elif kind < 0.11:
            for letter in "ABC"[: random_.randint(2, 3)]:
                yield "", "", f"{number}{letter}"
                made += 1
        elif kind < 0.125 and blocks and size > 60:
            block = blocks.pop()
            for flat in range(1, random_.randint(12, 24)):
                yield f"Flat {flat}", block, ""
                made += 1
        else:
            yield "", "", str(number)
            made += 1


def tenure(ward: str, flat: str, random_: random.Random) -> str:
    """Council homes stand mostly in two wards, and more of them are flats."""
    council = (0.45 if ward in COUNCIL_WARDS else 0.08) + (0.15 if flat else 0.0)
    return random_.choices(TENURES, weights=(1 - council - 0.07, council, 0.07))[0]


def addresses(random_: random.Random) -> Iterator[tuple[str, ...]]:
    """One row an address; 15 to 25 neighbours share a postcode."""
    used_in_examples = "QA1 4TB"
    blocks, used, uprn = listed(BLOCKS), {used_in_examples}, 100_900_000_000
    for index, (usrn, street, ward, size) in enumerate(streets()):
        left, postcode = (24, used_in_examples) if street == "Mill Lane" else (0, "")
        seen = set[tuple[str, str, str]]()
        for place in premises(size, random_, blocks):
            if place in seen:
                continue
            seen.add(place)
            if left == 0:
                left, postcode = random_.randint(15, 25), _postcode(WARDS.index(ward), random_, used)
            left -= 1
            uprn += random_.randint(1, 40)
            round_ = f"R{index % 10 + 1:02d}"
            yield (str(uprn), *place, usrn, postcode, tenure(ward, place[0], random_), round_)


def _postcode(ward: int, random_: random.Random, used: set[str]) -> str:
    while True:
        made = f"QA{ward // 2 + 1} {random_.randint(1, 9)}{random_.choice(LETTERS)}{random_.choice(LETTERS)}"
        if made not in used:
            used.add(made)
            return made


def write(folder: Path = FOLDER) -> int:
    """Write `streets.csv`, `wards.csv` and `addresses.csv`; the number of addresses."""
    rows = list(addresses(random.Random(1307)))
    _table(folder / "addresses.csv", ("uprn", "flat", "name", "number", "usrn", "postcode", "tenure", "round"), rows)
    _table(folder / "streets.csv", ("usrn", "name", "ward"), [street[:3] for street in streets()])
    _table(folder / "wards.csv", ("code", "name"), [(f"W{i:02d}", ward) for i, ward in enumerate(WARDS, start=1)])
    return len(rows)


def _table(path: Path, header: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


if __name__ == "__main__":
    print(write())
