"""Which service an utterance means: a frozen encoder, a trained head, and the words themselves."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import numpy.typing as npt

from intents.border import Border
from intents.calibration import Calibration
from intents.clauses import requests
from intents.directory import Entry
from intents.doubts import Doubt, doubts
from intents.encoder import Encoder
from intents.evidence import Meaning, Words
from intents.finder import Finder, Seen
from intents.hearings import different, together
from intents.lesson import LONGEST, Heads, Labelled, Lesson, Outside, numbered, spoken
from intents.referral import joined, referred, seen, untaught
from intents.service import Service
from intents.understanding import Guess, Guessed

TOP = 5
"""How many guesses are given."""
FORMAT = 5
"""Goes up whenever what `save` writes changes."""
CLEAR = 0.7
"""The least probability of each of two requests in one breath."""


class Classifier:
    """Intents with calibrated probabilities. Made by `train`, `fit` or `load`."""

    def __init__(
        self,
        intents: Sequence[str],
        encoder: Encoder,
        heads: Heads,
        calibration: Calibration,
        *,
        finder: Finder | None = None,
        doubts: tuple[Doubt, ...] = (),
    ) -> None:
        self.intents, self.doubts, self.finder = tuple(intents), doubts, finder
        self._encoder, self._heads, self._calibration = encoder, heads, calibration

    @classmethod
    def train(
        cls,
        services: Mapping[str, Service] | Iterable[Service],
        encoder: Encoder,
        *,
        strays: Sequence[str] = (),
        entries: Sequence[Entry] = (),
    ) -> Classifier:
        """Train on the examples, titles and aliases of services; raises `TooFewServicesError`.

        `entries` are those of the directory, which are looked for where none of these services is likely.
        """
        return cls.fit(Labelled.of(services), encoder, strays=strays, entries=entries)

    @classmethod
    def fit(
        cls,
        data: Labelled,
        encoder: Encoder,
        *,
        held_out: Labelled | None = None,
        strays: Sequence[str] = (),
        entries: Sequence[Entry] = (),
        relearn: bool = False,
    ) -> Classifier:
        """Train on `data` and calibrate on `held_out`, or out of fold where there is none.

        With `relearn` the heads are trained once more, on `held_out` as well, when it has served to calibrate.
        `strays` are utterances that mean none of the intents. The same data gives the same classifier.
        """
        number = numbered(data, held_out)
        lesson = Lesson.of(data, list(number), encoder)
        outside = Outside.of(strays, encoder)
        if held_out is None:
            return cls._out_of_fold(data, lesson, encoder, outside, entries)
        heads = outside.heads(lesson, *lesson.learn())
        labels = np.array([number[intent] for intent in held_out.intents])
        heard = [spoken(text) for text in held_out.texts]
        vectors = encoder.embed(heard)
        away, _ = outside.away(lesson, heads)
        calibration = Calibration.fit(heads.evidence(heard, vectors), labels, away)
        if relearn:
            whole = lesson.with_more(heard, vectors, labels)
            heads = outside.heads(whole, *whole.learn())
        return cls(lesson.intents, encoder, heads, calibration)

    @classmethod
    def _out_of_fold(
        cls, data: Labelled, lesson: Lesson, encoder: Encoder, outside: Outside, entries: Sequence[Entry]
    ) -> Classifier:
        """Train on everything, and calibrate on what models that did not see an utterance say of it."""
        learned, found, rows = lesson.taught()
        heads = outside.heads(lesson, *learned)
        away, own = outside.away(lesson, heads)
        found, labels = replace(found, inside=own[rows]), lesson.labels[rows]
        # What callers say is nearer to a service's names than to examples, each of which was written to be unlike the
        # others: calibrated on those, probabilities come out too low.
        typical = rows >= lesson.examples if lesson.plain else rows >= 0
        calibration = Calibration.fit(found.of(typical), labels[typical], away)
        examples = rows < lesson.examples
        likely = calibration.log_probabilities(found)
        doubtful = doubts(data, lesson.intents, rows[examples], labels[examples], likely[examples])
        made = cls(lesson.intents, encoder, heads, calibration, doubts=doubtful)
        if entries:
            shown = seen([lesson.texts[row] for row in rows], lesson.vectors[rows], found, calibration)
            settled = likely.argmax(axis=1) == labels
            strange = None if away is None else seen(outside.texts, outside.vectors, away, calibration)
            made.finder = made._find_among(
                entries, shown, [lesson.intents[label] for label in labels], settled, strange
            )
        return made

    def _find_among(
        self,
        entries: Sequence[Entry],
        shown: Seen,
        truth: Sequence[str | None],
        settled: npt.NDArray[np.bool_],
        strange: Seen | None,
    ) -> Finder:
        """A finder taught on what the classifier was `shown`, on strays, and on the directory's own names."""
        finder, names = untaught(entries, self._encoder), Finder.names(entries)
        own = seen(names, finder.vectors, self._heads.evidence(names, finder.vectors), self._calibration)
        if strange is not None:
            shown, truth = joined(shown, strange), [*truth, *([None] * len(strange.texts))]
            settled = np.concatenate([settled, np.zeros(len(strange.texts), bool)])
        return finder.learn(shown, truth, settled, own)

    def guess(self, text: str, others: Sequence[str] = ()) -> Guessed:
        """What one utterance means; nothing said gives no guesses and `out_of_scope` 1.

        `others` are further ways in which the recogniser heard it, best first.
        """
        if not spoken(text):
            return Guessed((), 1.0)
        clauses = requests(text[:LONGEST])
        further = different(text, others)
        every = self._each([text, *clauses, *further])
        whole, parts = together([every[0], *every[len(clauses) + 1 :]], TOP), every[1 : len(clauses) + 1]
        clear = [part for part in parts if part.out_of_scope < 0.5 and part.guesses[0].probability >= CLEAR]
        told = list({part.guesses[0].intent: part for part in reversed(clear)}.values())[::-1]
        if len(told) < 2 or len(clear) < len(parts):
            return whole
        return Guessed(told[0].guesses, told[0].out_of_scope, tuple(part.guesses[0] for part in told[1:]))

    def guess_all(self, texts: Sequence[str], others: Sequence[Sequence[str]] = ()) -> list[Guessed]:
        """Many utterances at once, each taken as a single request; `others` are further hearings of each."""
        further = [different(text, more) for text, more in zip(texts, others or [()] * len(texts), strict=True)]
        every = iter(self._each([*texts, *(hearing for more in further for hearing in more)]))
        first = [next(every) for _ in texts]
        return [together([one, *(next(every) for _ in more)], TOP) for one, more in zip(first, further, strict=True)]

    def _each(self, texts: Sequence[str]) -> list[Guessed]:
        if not texts:
            return []
        heard = [spoken(text) for text in texts]
        vectors = self._encoder.embed(heard)
        found = self._heads.evidence(heard, vectors)
        probabilities = np.exp(self._calibration.log_probabilities(found))
        outside = self._calibration.out_of_scope(found)
        best = np.argsort(-probabilities, axis=1, kind="stable")[:, :TOP]
        guessed = [
            Guessed(tuple(Guess(self.intents[i], float(row[i])) for i in top), float(stray))
            for row, top, stray in zip(probabilities, best, outside, strict=True)
        ]
        if self.finder is None:
            return guessed
        pairs = self.finder.find(seen(heard, vectors, found, self._calibration))
        return [referred(one, pair, TOP) for one, pair in zip(guessed, pairs, strict=True)]

    def number(self, text: str, intent: str) -> int | None:
        """Which of the numbers that `intent` goes by in the directory is nearest to one utterance."""
        heard = spoken(text)
        if self.finder is None or not heard:
            return None
        return self.finder.number(heard, self._encoder.embed([heard])[0], intent)

    def save(self, folder: Path) -> None:
        """Write `arrays.npz`, `vocabulary.json` and `classifier.json`; no pickles."""
        folder.mkdir(parents=True, exist_ok=True)
        arrays = {
            **self._heads.meaning.arrays(),
            **self._heads.words.save(folder / "vocabulary.json"),
            "border": self._heads.border.weights,
            **({"names": self.finder.vectors} if self.finder else {}),
        }
        with ZipFile(folder / "arrays.npz", "w") as archive:
            for name, array in arrays.items():
                with archive.open(f"{name}.npy", "w") as file:
                    np.lib.format.write_array(file, array, allow_pickle=False)
        about = {
            "format": FORMAT,
            "encoder": self._encoder.identity,
            "intents": self.intents,
            "border": self._heads.border.bias,
            "calibration": asdict(self._calibration),
            "doubts": [asdict(doubt) for doubt in self.doubts],
            "finder": {"entries": [asdict(e) for e in self.finder.entries], "weights": self.finder.weights}
            if self.finder
            else None,
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
        heads = Heads(meaning, words, Border(arrays["border"], about["border"]))
        finder = None
        if (kept := about["finder"]) is not None:
            entries = [Entry(e["number"], tuple(e["names"]), e["intent"]) for e in kept["entries"]]
            finder = Finder(entries, arrays["names"], kept["weights"])
        doubtful = tuple(Doubt(**doubt) for doubt in about["doubts"])
        calibration = Calibration(**about["calibration"])
        return cls(about["intents"], encoder, heads, calibration, finder=finder, doubts=doubtful)
