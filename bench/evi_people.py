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

from bench import evi
from intents.entities.channel import Channel
from intents.entities.dates import read_date
from intents.entities.learning import learn
from intents.entities.register import Codes, Dates, Names, Scores
from intents.understanding import Value

IMPOSTORS = 100
"""Records of others that each caller is checked against."""
SURE = 0.995
_NEAR = 300
"""Records that a fold's weights are learnt against, for each caller."""

Features = npt.NDArray[np.float64]
"""One row a record: evidence of the name said, the name spelled, the postcode and the date of birth."""


@dataclass(frozen=True, slots=True)
class Record:
    """One person of the register."""

    postcode: str
    name: str
    born: str


@dataclass(frozen=True, slots=True)
class PeopleFigures:
    """Names as `evi.Figures`; the share of callers whose record came first; the rate at which as many callers are
    turned away as impostors are let in."""

    name: evi.Figures
    right_person: float
    equal_error_rate: float


class People:
    """The register, ready to be asked."""

    def __init__(self, records: Sequence[Record]) -> None:
        self.records = tuple(records)
        self.names = Names(sorted({record.name for record in records}))
        self._codes = Codes(sorted({record.postcode.replace(" ", "") for record in records}))
        self._dates = Dates([date.fromisoformat(record.born) for record in records])
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
        born = self._dates.evidence([_births(texts) for texts in items["dob"].heard])
        return np.column_stack([name[self.name_of], postcode, born])


def load_register(path: Path) -> tuple[Record, ...]:
    """EVI's `records.csv`."""
    with path.open(newline="", encoding="utf-8") as file:
        return tuple(Record(row["postcode"], row["name"], row["dob"]) for row in csv.DictReader(file))


def people(items: Sequence[evi.Attempts], records: Sequence[Record]) -> PeopleFigures:
    """The figures over all dialogues, cross-validated."""
    register = People(records)
    callers = _callers(items)
    at = {(r.postcode, r.name, r.born): row for row, r in enumerate(records)}
    truth = np.array([at[c["postcode"].truth, c["name"].truth, c["dob"].truth] for c in callers])
    fold = np.random.default_rng(1).permutation(len(callers)) % evi.FOLDS
    names: list[Features] = []
    first: list[Features] = []
    every: list[Features] = []
    channels = [_channel(callers, fold, number) for number in range(evi.FOLDS)]
    for row, caller in enumerate(callers):
        channel = channels[fold[row]]
        names.append(register.name(caller["name"].heard, channel))
        first.append(register.name(caller["name"].heard[:1], channel))
        every.append(register.fields(caller, names[-1], channel).astype(np.float32))
    meant = register.name_of[truth]
    right = _crossed(every, truth, fold)
    figures = _names(_crossed(first, meant, fold), _crossed(names, meant, fold), meant)
    return PeopleFigures(
        figures, float(np.mean([s.argmax() == t for s, t in zip(right, truth, strict=True)])), _error(right, truth)
    )


def _births(texts: Sequence[str]) -> list[Value]:
    return [value for text in texts[:4] for value in read_date(text, evi.TODAY, expected=True, past=True)[:1]]


def _callers(items: Sequence[evi.Attempts]) -> list[dict[str, evi.Attempts]]:
    found: dict[str, dict[str, evi.Attempts]] = {}
    for item in items:
        found.setdefault(item.dialogue, {})[item.item] = item
    return [found[dialogue] for dialogue in sorted(found) if len(found[dialogue]) == 3]


def _channel(callers: Sequence[dict[str, evi.Attempts]], fold: npt.NDArray[np.intp], own: int) -> Channel:
    """What recognition makes of letters, learnt from the postcodes of the other folds."""
    others = [caller["postcode"] for caller, number in zip(callers, fold, strict=True) if number != own]
    return Channel(learn([example for item in others for example in evi.examples(item)]))


def _crossed(features: Sequence[Features], truth: npt.NDArray[np.intp], fold: npt.NDArray[np.intp]) -> list[Scores]:
    """Log posteriors for every caller, with weights from the other folds."""
    scores: dict[int, Scores] = {}
    for number in range(evi.FOLDS):
        others = np.flatnonzero(fold != number)
        weights = _weights([features[int(row)] for row in others], truth[others])
        for row in np.flatnonzero(fold == number):
            score = features[int(row)] @ weights
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


def _names(first: Sequence[Scores], every: Sequence[Scores], truth: npt.NDArray[np.intp]) -> evi.Figures:
    sure = [(s.argmax() == t) for s, t in zip(every, truth, strict=True) if np.exp(s.max()) >= SURE]
    return evi.Figures(
        len(every),
        float(np.mean([s.argmax() == t for s, t in zip(first, truth, strict=True)])),
        float(np.mean([s.argmax() == t for s, t in zip(every, truth, strict=True)])),
        float(np.mean([(s > s[t]).sum() < 3 for s, t in zip(every, truth, strict=True)])),
        len(sure) / len(every),
        float(np.mean(sure)) if sure else 0.0,
    )


def _error(scores: Sequence[Scores], truth: npt.NDArray[np.intp]) -> float:
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
