"""Which service an utterance means: a frozen encoder, a trained head, and the words themselves."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from zipfile import ZipFile

import numpy as np

from intents.border import Border
from intents.calibration import Calibration
from intents.clauses import requests
from intents.encoder import Encoder
from intents.errors import IntentsError
from intents.evidence import Labels, Meaning, Scores, Words
from intents.lesson import LONGEST, Labelled, Lesson, evidence, spoken
from intents.service import Service
from intents.understanding import Guess

TOP = 5
"""How many guesses are given."""
FORMAT = 4
"""Goes up whenever what `save` writes changes."""
CLEAR = 0.7
"""The least probability of each of two requests in one breath."""


class TooFewServicesError(IntentsError):
    """There is nothing to choose between: understanding needs at least two services with examples."""

    code = "too-few-services"


class UnknownIntentError(IntentsError):
    """Utterances to calibrate on are labelled with an intent that has no training example."""

    code = "unknown-intent"


@dataclass(frozen=True, slots=True)
class Guessed:
    """`guesses` is best first; their probabilities assume that some service is meant, `out_of_scope` that none is.

    `also` are further requests of the same breath, in the order they were said.
    """

    guesses: tuple[Guess, ...]
    out_of_scope: float
    also: tuple[Guess, ...] = ()


@dataclass(frozen=True, slots=True)
class Doubt:
    """An example of `intent` that the other examples speak for `guessed` with this probability."""

    text: str
    intent: str
    guessed: str
    probability: float


class Classifier:
    """Intents with calibrated probabilities. Made by `train`, `fit` or `load`."""

    def __init__(
        self,
        intents: Sequence[str],
        encoder: Encoder,
        meaning: Meaning,
        words: Words,
        *,
        border: Border,
        calibration: Calibration,
        doubts: tuple[Doubt, ...] = (),
    ) -> None:
        self.intents, self.doubts = tuple(intents), doubts
        self._encoder, self._calibration = encoder, calibration
        self._meaning, self._words, self._border = meaning, words, border

    @classmethod
    def train(
        cls, services: Mapping[str, Service] | Iterable[Service], encoder: Encoder, *, strays: Sequence[str] = ()
    ) -> Classifier:
        """Train on the examples, titles and aliases of services; raises `TooFewServicesError`."""
        return cls.fit(Labelled.of(services), encoder, strays=strays)

    @classmethod
    def fit(
        cls, data: Labelled, encoder: Encoder, *, held_out: Labelled | None = None, strays: Sequence[str] = ()
    ) -> Classifier:
        """Train on `data` and calibrate on `held_out`, or out of fold where there is none.

        `strays` are utterances that mean none of the intents. The same data gives the same classifier.
        """
        intents = sorted({*data.intents, *(intent for _, intent in data.names)})
        if len(intents) < 2:
            raise TooFewServicesError(f"{len(intents)} service(s) to choose from; at least two are needed")
        number = {intent: index for index, intent in enumerate(intents)}
        if held_out is not None and (unknown := set(held_out.intents) - set(number)):
            raise UnknownIntentError(f"not in what was trained on: {', '.join(sorted(unknown))}")
        lesson = Lesson.of(data, intents, encoder)
        meaning, words = lesson.learn()
        outside = encoder.embed([spoken(text) for text in strays]) if strays else lesson.vectors[:0]
        border = Border.fit(lesson.vectors, outside)
        own, others = Border.out_of_fold(lesson.vectors, outside)
        away = replace(evidence(meaning, words, border, encoder, strays), inside=others) if strays else None
        if held_out is not None:
            labels = np.array([number[intent] for intent in held_out.intents])
            calibration = Calibration.fit(evidence(meaning, words, border, encoder, held_out.texts), labels, away)
            return cls(intents, encoder, meaning, words, border=border, calibration=calibration)
        found, rows = lesson.out_of_fold()
        found, labels = replace(found, inside=own[rows]), lesson.labels[rows]
        # What callers say is nearer to a service's names than to examples, each of which was written to be unlike the
        # others: calibrated on those, probabilities come out too low.
        typical = rows >= lesson.examples if lesson.plain else rows >= 0
        calibration = Calibration.fit(found.of(typical), labels[typical], away)
        examples = rows < lesson.examples
        probabilities = calibration.log_probabilities(found.of(examples))
        doubts = _doubts(data, intents, rows[examples], labels[examples], probabilities)
        return cls(intents, encoder, meaning, words, border=border, calibration=calibration, doubts=doubts)

    def guess(self, text: str) -> Guessed:
        """What one utterance means; nothing said gives no guesses and `out_of_scope` 1."""
        if not spoken(text):
            return Guessed((), 1.0)
        clauses = requests(text[:LONGEST])
        every = self.guess_all([text, *clauses])
        whole, parts = every[0], every[1:]
        clear = [part for part in parts if part.out_of_scope < 0.5 and part.guesses[0].probability >= CLEAR]
        told = list({part.guesses[0].intent: part for part in reversed(clear)}.values())[::-1]
        if len(told) < 2 or len(clear) < len(parts):
            return whole
        return Guessed(told[0].guesses, told[0].out_of_scope, tuple(part.guesses[0] for part in told[1:]))

    def also_intents(self, text: str) -> tuple[Guess, ...]:
        """Further requests of the same breath, without the first."""
        return self.guess(text).also

    def guess_all(self, texts: Sequence[str]) -> list[Guessed]:
        """Many utterances at once, each taken as a single request."""
        if not texts:
            return []
        found = evidence(self._meaning, self._words, self._border, self._encoder, texts)
        probabilities = np.exp(self._calibration.log_probabilities(found))
        outside = self._calibration.out_of_scope(found)
        best = np.argsort(-probabilities, axis=1, kind="stable")[:, :TOP]
        return [
            Guessed(tuple(Guess(self.intents[i], float(row[i])) for i in top), float(stray))
            for row, top, stray in zip(probabilities, best, outside, strict=True)
        ]

    def save(self, folder: Path) -> None:
        """Write `arrays.npz`, `vocabulary.json` and `classifier.json`; no pickles."""
        folder.mkdir(parents=True, exist_ok=True)
        arrays = {
            **self._meaning.arrays(),
            **self._words.save(folder / "vocabulary.json"),
            "border": self._border.weights,
        }
        with ZipFile(folder / "arrays.npz", "w") as archive:
            for name, array in arrays.items():
                with archive.open(f"{name}.npy", "w") as file:
                    np.lib.format.write_array(file, array, allow_pickle=False)
        doubts = [asdict(doubt) for doubt in self.doubts]
        about = {
            "format": FORMAT,
            "encoder": self._encoder.identity,
            "intents": self.intents,
            "border": self._border.bias,
            "calibration": asdict(self._calibration),
            "doubts": doubts,
        }
        (folder / "classifier.json").write_text(json.dumps(about), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path, encoder: Encoder) -> Classifier:
        """Read what `save` wrote; raises `OSError` or `ValueError` where the folder is not one."""
        about = json.loads((folder / "classifier.json").read_text(encoding="utf-8"))
        if about.get("format") != FORMAT:
            raise ValueError(f"{folder} was saved by another version; train it again")
        if about["encoder"] != encoder.identity:
            raise ValueError(f"{folder} was trained with another encoder; train it again")
        with np.load(folder / "arrays.npz", allow_pickle=False) as file:
            arrays = dict(file)
        meaning = Meaning(arrays["weights"], arrays["bias"], arrays["vectors"], arrays["labels"])
        words = Words.load(folder / "vocabulary.json", arrays)
        doubts = tuple(Doubt(**doubt) for doubt in about["doubts"])
        border = Border(arrays["border"], about["border"])
        calibration = Calibration(**about["calibration"])
        return cls(about["intents"], encoder, meaning, words, border=border, calibration=calibration, doubts=doubts)


def _doubts(
    data: Labelled, intents: Sequence[str], rows: Labels, labels: Labels, log_probabilities: Scores
) -> tuple[Doubt, ...]:
    """The examples that would be taken for another intent, were they not examples; the surest mistakes first."""
    best = log_probabilities.argmax(axis=1)
    sure = np.exp(log_probabilities.max(axis=1))
    wrong = np.flatnonzero(best != labels)
    return tuple(
        Doubt(data.texts[rows[i]], intents[labels[i]], intents[best[i]], float(sure[i]))
        for i in wrong[np.argsort(-sure[wrong], kind="stable")]
    )
