"""Our own test set of values: how callers say them, read by the reader of their type.

Half of it is for development; the other half is only counted, so that nothing is written to fit it.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ruamel.yaml import YAML

import intents
from bench.callers.ways import Said, addresses, codes
from intents.entities.reading import read_values
from intents.gazetteer import Gazetteer
from intents.service import BUILT_IN_ENTITIES

TODAY = date(2026, 11, 24)
WRITTEN = Path(__file__).with_name("values.yaml")
BINS = {
    "refuse": ("black bin", "rubbish", "general waste", "household waste", "refuse"),
    "recycling": ("blue bin", "recycling", "paper and cans"),
    "garden": ("brown bin", "garden waste", "grass"),
}
SURE = 0.8
"""At and above this the line goes on without reading the value back by itself."""


def held_out(text: str) -> bool:
    """Whether this way of saying a value is kept from development: half of all are."""
    return zlib.crc32(text.encode()) % 2 == 1


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read from one way of saying a value; `value` is empty if nothing was."""

    said: Said
    value: str
    probability: float
    held_out: bool

    @property
    def right(self) -> bool:
        """Whether it is what was meant."""
        return self.value == self.said.value


@dataclass(frozen=True, slots=True)
class TypeFigures:
    """Shares of one type: right of the held-out half (`n` of them), sure (0.8 and above) and wrong there, and the same
    of the half for development (`n_development`)."""

    type: str
    source: str
    n: int
    right: float
    sure: float
    wrong_when_sure: float
    n_development: int
    right_development: float
    sure_development: float
    wrong_when_sure_development: float


def gazetteer() -> Gazetteer:
    """The sample council's."""
    return Gazetteer.load(Path(intents.__file__).parent / "ashcombe")


def written(path: Path = WRITTEN) -> Iterator[Said]:
    """What was written down by hand."""
    for type_, ways in YAML(typ="safe").load(path.read_text(encoding="utf-8")).items():
        for value, texts in ways.items():
            yield from (Said(type_, str(value), text) for text in texts)


def everything(known: Gazetteer) -> Iterator[Said]:
    """Every way of saying every value, by hand or made up from the gazetteer."""
    yield from written()
    yield from codes(known)
    yield from (Said("address", address.uprn, text) for address, text in addresses(known))
    yield from (Said("street", street.usrn, f"it's on {street.name}") for street in known.streets)


def read(said: Said, known: Gazetteer, heard: str | None = None, others: Sequence[str] = ()) -> Reading:
    """The value of what was `heard` (`others`: or may have been), else of what was typed, its type being asked for."""
    entity = said.type.partition(":")[0]
    values = read_values(
        said.text if heard is None else heard,
        entities=(*sorted(BUILT_IN_ENTITIES - {"location"}), "choice"),
        gazetteer=known,
        choices={"choice": BINS},
        today=TODAY,
        expecting=said.type,
        others=others,
    )
    first = next((value for value in values if value.entity == entity), None)
    return Reading(said, first.value if first else "", first.probability if first else 0.0, held_out(said.text))


def figures(readings: Sequence[Reading], source: str) -> list[TypeFigures]:
    """The shares of each type, in the order of the test set."""
    found = []
    for type_ in dict.fromkeys(reading.said.type for reading in readings):
        mine = [reading for reading in readings if reading.said.type == type_]
        kept, ours = ([r for r in mine if r.held_out is side] for side in (True, False))
        sure, ours_sure = ([r for r in side if r.probability >= SURE] for side in (kept, ours))
        found.append(
            TypeFigures(
                type_,
                source,
                len(kept),
                _share([r.right for r in kept]),
                len(sure) / max(1, len(kept)),
                _share([not r.right for r in sure]),
                len(ours),
                _share([r.right for r in ours]),
                len(ours_sure) / max(1, len(ours)),
                _share([not r.right for r in ours_sure]),
            )
        )
    return found


def _share(those: Sequence[bool]) -> float:
    return sum(those) / max(1, len(those))
