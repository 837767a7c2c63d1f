"""Names, the right person of a register, and verification on EVI, by adding up the evidence of all fields.

The weights of the fields are learnt on the other folds, as are the counts of what recognition makes of letters.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import logsumexp

from bench.understanding import evi
from intents.entities.channel import Channel
from intents.entities.decoding import Matrix
from intents.entities.register import Codes, Dates, Names
from intents.examples import DataSetError

IMPOSTORS = 100
"""Records of others that each caller is checked against."""
_NEAR = 300
"""Records that a fold's weights are learnt against, for each caller."""

Features = npt.NDArray[np.floating]
"""One row a record: evidence of the name said, the name spelled, the postcode and the date of birth."""


@dataclass(frozen=True, slots=True)
class Record:
    """One person of the register."""

    postcode: str
    name: str
    born: str


@dataclass(frozen=True, slots=True)
class PeopleFigures:
    """Names as `evi.Outcome`; the share of callers whose record came first; the rate at which as many callers are
    turned away as impostors are let in; and the weights of the fields, learnt on all."""

    names: list[evi.Outcome]
    right_person: float
    equal_error_rate: float
    weights: dict[str, list[float]]


class People:
    """The register, ready to be asked."""

    def __init__(self, records: Sequence[Record]) -> None:
        self.records = tuple(records)
        self.names = Names(sorted({record.name for record in records}))
        self._codes = Codes(sorted({record.postcode.replace(" ", "") for record in records}))
        self._dates = Dates([date.fromisoformat(record.born) for record in records], evi.TODAY)
        name_at = {name: at for at, name in enumerate(self.names.names)}
        code_at = {code: at for at, code in enumerate(self._codes.codes)}
        self.name_of = np.array([name_at[record.name] for record in records])
        self._code_of = np.array([code_at[record.postcode.replace(" ", "")] for record in records])

    def name(self, heard: Sequence[Sequence[str]], channel: Channel) -> Features:
        """Evidence for every name: `[names, 2]`."""
        return np.stack([self.names.said(heard), self.names.spelled(heard, channel)], axis=1)

    def fields(self, items: dict[str, evi.Attempts], name: Features, channel: Channel) -> Features:
        """Evidence for every record: `[records, 4]`."""
        postcode = self._codes.evidence(items["postcode"].heard, channel)[self._code_of]
        born = self._dates.evidence(items["dob"].heard, channel)
        return np.column_stack([name[self.name_of], postcode, born])


def load_register(path: Path) -> tuple[Record, ...]:
    """EVI's `records.csv`; raises `DataSetError`."""
    try:
        with path.open(newline="", encoding="utf-8") as file:
            found = tuple(Record(row["postcode"], row["name"], row["dob"]) for row in csv.DictReader(file))
    except KeyError as error:
        raise DataSetError(f"{path}:1: the column {error.args[0]} is missing") from error
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataSetError(f"{path}: {error}") from error
    if not found:
        raise DataSetError(f"{path}: there are no people in it")
    return found


def people(items: Sequence[evi.Attempts], records: Sequence[Record], known: evi.Lessons) -> PeopleFigures:
    """The figures over all dialogues."""
    register = People(records)
    at = {(r.postcode, r.name, r.born): row for row, r in enumerate(records)}
    callers = _callers(items)
    strange = [c["name"].dialogue for c in callers if (c["postcode"].truth, c["name"].truth, c["dob"].truth) not in at]
    if strange or not callers:
        raise DataSetError(f"nobody in the register rang in {strange[0]}" if strange else "no dialogue has all items")
    truth = np.array([at[c["postcode"].truth, c["name"].truth, c["dob"].truth] for c in callers])
    meant = register.name_of[truth]
    fold = np.array([known.fold[caller["name"].dialogue] for caller in callers])
    named: list[list[Features]] = [[], [], []]
    every: list[Features] = []
    for caller in callers:
        channel = known.channel(caller["name"])
        tries = np.cumsum([register.name([texts], channel) for texts in caller["name"].heard], axis=0)
        every.append(register.fields(caller, tries[-1], channel).astype(np.float32))
        for number, kept in enumerate(named):
            kept.append(tries[min(number, len(tries) - 1)].astype(np.float32))
    shipped = known.weights or {}
    scores = [_crossed(one, meant, fold, shipped.get(f"name{n}")) for n, one in enumerate(named)]
    right = _crossed(every, truth, fold, shipped.get("person"))
    weights = {f"name{n}": _weights(one, meant).tolist() for n, one in enumerate(named)}
    return PeopleFigures(
        _named(scores, meant, fold, register.names.names),
        float(np.mean([s.argmax() == t for s, t in zip(right, truth, strict=True)])),
        _error(right, truth),
        weights | {"person": _weights(every, truth).tolist()},
    )


def _callers(items: Sequence[evi.Attempts]) -> list[dict[str, evi.Attempts]]:
    found: dict[str, dict[str, evi.Attempts]] = {}
    for item in items:
        found.setdefault(item.dialogue, {})[item.item] = item
    return [found[dialogue] for dialogue in sorted(found) if len(found[dialogue]) == 3]


def _crossed(
    features: Sequence[Features],
    truth: npt.NDArray[np.intp],
    fold: npt.NDArray[np.intp],
    shipped: Sequence[float] | None,
) -> list[Matrix]:
    """Log posteriors for every caller, with weights that are shipped or come from the other folds."""
    scores: dict[int, Matrix] = {}
    for number in np.unique(fold):
        others = np.flatnonzero(fold != number)
        weights = (
            np.array(shipped)
            if shipped is not None
            else _weights([features[int(row)] for row in others], truth[others])
        )
        for row in np.flatnonzero(fold == number):
            score = features[int(row)].astype(np.float64) @ weights
            scores[int(row)] = score - logsumexp(score)
    return [scores[row] for row in range(len(features))]


def _weights(features: Sequence[Features], truth: npt.NDArray[np.intp]) -> npt.NDArray[np.float64]:
    """What each kind of evidence counts, so that the true records are the likeliest."""
    near = []
    for rows, true in zip(features, truth, strict=True):
        best = np.argpartition(-rows.sum(axis=1), _NEAR)[:_NEAR]
        near.append(rows[np.concatenate([[true], best[best != true]])[:_NEAR]].astype(np.float64))
    stacked = np.stack(near)

    def loss(logs: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        weights = np.exp(logs)
        scores = stacked @ weights
        shares = np.exp(scores - logsumexp(scores, axis=1, keepdims=True))
        gradient = (stacked[:, 0] - (shares[:, :, None] * stacked).sum(axis=1)).mean(axis=0)
        return -float(np.log(shares[:, 0] + 1e-300).mean()), -gradient * weights

    return np.asarray(np.exp(minimize(loss, np.log(np.full(stacked.shape[2], 0.5)), jac=True).x), np.float64)


def _named(
    scores: Sequence[Sequence[Matrix]],
    truth: npt.NDArray[np.intp],
    fold: npt.NDArray[np.intp],
    names: Sequence[str],
) -> list[evi.Outcome]:
    outcomes = []
    for row, meant in enumerate(truth):
        last = scores[-1][row]
        top = tuple(names[int(at)] for at in np.argsort(-last)[:3])
        after = tuple(names[int(one[row].argmax())] for one in scores)
        outcomes.append(evi.Outcome(names[int(meant)], after, top, float(np.exp(last.max())), int(fold[row])))
    return outcomes


def _error(scores: Sequence[Matrix], truth: npt.NDArray[np.intp]) -> float:
    """The equal error rate of claims: each caller's own record, and `IMPOSTORS` records of others."""
    random = np.random.default_rng(2)
    own = np.sort([float(s[t]) for s, t in zip(scores, truth, strict=True)])
    claimed = [s[np.setdiff1d(random.integers(0, len(s), IMPOSTORS), [t])] for s, t in zip(scores, truth, strict=True)]
    others = np.sort(np.concatenate(claimed))
    limits = np.sort(np.concatenate([own, others]))
    rejected = np.searchsorted(own, limits) / len(own)
    accepted = 1 - np.searchsorted(others, limits) / len(others)
    at = int(np.argmin(np.abs(rejected - accepted)))
    return float((rejected[at] + accepted[at]) / 2)
