"""The council's streets and addresses: the ground that what a caller says is checked against."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from intents.addressbase import Imported, import_addressbase
from intents.entities.premises import Premises, fit, read_premises
from intents.entities.street_names import StreetIndex, StreetMatch, plain
from intents.entities.tokens import tokens
from intents.gazetteer_files import read_folder
from intents.places import Address, Collection, Landmark, Street

_Item = TypeVar("_Item")
_NOWHERE = 0.012
"""The weight of an address that is not in the gazetteer, against 1 for a perfect fit."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An address that may have been meant."""

    address: Address
    probability: float


class Gazetteer:
    """Immutable once loaded, and safe to share between calls."""

    def __init__(
        self,
        streets: Iterable[Street],
        addresses: Iterable[Address],
        landmarks: Iterable[Landmark] = (),
        collections: Iterable[Collection] = (),
    ) -> None:
        self.streets = tuple(streets)
        self.addresses = tuple(addresses)
        self.landmarks = tuple(landmarks)
        self.collections = _grouped((c.round, c) for c in collections)
        self.by_usrn: Mapping[str, Street] = MappingProxyType({s.usrn: s for s in self.streets})
        self._uprns = {a.uprn: a for a in self.addresses}
        self._postcodes = _grouped((a.postcode, a) for a in self.addresses)
        self._on_street = _grouped((a.usrn, a) for a in self.addresses)
        self._named = tuple(a for a in self.addresses if a.name)
        self.names = StreetIndex(self.streets)

    @classmethod
    def load(cls, folder: Path) -> Gazetteer:
        """Read `streets.csv` and `addresses.csv`, and `landmarks.csv` and `rounds.csv` where there are any.

        Raises GazetteerError with every problem as `file:line`.
        """
        return cls(*read_folder(folder))

    @staticmethod
    def import_addressbase(csv: Path, folder: Path) -> Imported:
        """Turn an AddressBase Plus CSV file into `addresses.csv` and `streets.csv` in `folder`.

        Raises GazetteerError with every problem as `file:line`, and writes nothing then.
        """
        return import_addressbase(csv, folder)

    @property
    def postcodes(self) -> tuple[str, ...]:
        """Every postcode, sorted."""
        return tuple(sorted(self._postcodes))

    def by_uprn(self, uprn: str) -> Address | None:
        """The address with this UPRN."""
        return self._uprns.get(uprn)

    def at_postcode(self, postcode: str) -> tuple[Address, ...]:
        """The addresses of a postcode, however it is spaced, in the order the post is delivered."""
        bare = "".join(postcode.upper().split())
        return self._postcodes.get(f"{bare[:-3]} {bare[-3:]}", ())

    def on_street(self, usrn: str) -> tuple[Address, ...]:
        """The addresses of a street."""
        return self._on_street.get(usrn, ())

    def rounds(self, address: Address) -> tuple[Collection, ...]:
        """What is collected from an address, and when."""
        return self.collections.get(address.round, ())

    def street(self, text: str, *, expected: bool = True) -> tuple[StreetMatch, ...]:
        """The streets that `text` names, likeliest first; of several places in it, the first."""
        spans = self.names.spans(tokens(text), expected=expected)
        return spans[0] if spans else ()

    def landmark(self, text: str) -> tuple[Landmark, Street] | None:
        """The longest landmark that `text` names, and its street."""
        spoken = f" {plain(text)} "
        named = (
            (len(alias), landmark)
            for landmark in self.landmarks
            for alias in map(plain, (landmark.name, *landmark.aliases))
            if f" {alias} " in spoken
        )
        best = max(named, key=lambda pair: pair[0], default=None)
        return (best[1], self.by_usrn[best[1].usrn]) if best else None

    def find(
        self, text: str, postcode: str | None = None, *, limit: int = 5, expected: bool = True
    ) -> tuple[Candidate, ...]:
        """The addresses that `text` may mean ("flat 2, 14 Mill Lane", "Rose Cottage"), likeliest first.

        `postcode` narrows the search to its addresses; the probabilities of all sum to below 1.
        """
        spoken = tokens(text)
        words = [token.text for token in spoken]
        spans = self.names.spans(spoken, expected=expected)
        weights: dict[Address, float] = {}
        for span in spans or ((),):
            for address, weight in self._weigh(words, span, postcode):
                weights[address] = max(weight, weights.get(address, 0.0))
        total = sum(weights.values()) + _NOWHERE
        ranked = sorted(weights.items(), key=lambda pair: (-pair[1], pair[0].uprn))
        return tuple(Candidate(address, weight / total) for address, weight in ranked[:limit] if weight > 0.002)

    def _weigh(
        self, words: Sequence[str], span: Sequence[StreetMatch], postcode: str | None
    ) -> Iterable[tuple[Address, float]]:
        around = [*words[: span[0].start], *words[span[0].end :]] if span else list(words)
        said = read_premises(around)
        if not said:
            return
        pool = self.at_postcode(postcode) if postcode else ()
        streets = {match.street.usrn: match.probability for match in span}
        if pool:
            for address in pool:
                yield address, fit(said, address) * (streets.get(address.usrn, 0.02) if span else 1.0)
            return
        for usrn, probability in streets.items():
            for address in self.on_street(usrn):
                yield address, probability * fit(said, address)
        if not span and said.names:
            yield from self._by_name(said)

    def _by_name(self, said: Premises) -> Iterable[tuple[Address, float]]:
        for address in self._named:
            weight = fit(said, address)
            if weight > 0.3:
                yield address, weight


def _grouped(pairs: Iterable[tuple[str, _Item]]) -> Mapping[str, tuple[_Item, ...]]:
    groups: dict[str, list[_Item]] = defaultdict(list)
    for key, item in pairs:
        groups[key].append(item)
    return MappingProxyType({key: tuple(items) for key, items in groups.items()})
