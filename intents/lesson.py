"""What a classifier is trained on, and what it says about texts that it was not shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from intents.border import Border, Line
from intents.encoder import Encoder, Vectors
from intents.errors import IntentsError
from intents.evidence import Evidence, Labels, Meaning, Words
from intents.service import Service

LONGEST = 1000
"""Characters of an utterance that are looked at."""

WORKERS = 2
"""Folds that are trained at once; the solvers work outside the interpreter's lock."""

FOLDS = 5
"""Parts that the texts are dealt into, each of which is left out once."""

PLAIN = 2
"""Names an intent, on average, from which on probabilities are calibrated on names."""

_NOT_SPOKEN = re.compile(r"[^\w\s'£%]|_")
_FILLERS = re.compile(r"\b(?:um+|uh+|erm?|hmm+|mm+)\b")


class TooFewExamplesError(IntentsError):
    """There is too little to learn from."""

    code = "too-few-examples"


class TooFewServicesError(IntentsError):
    """There is nothing to choose between: understanding needs at least two services with examples."""

    code = "too-few-services"


class UnknownIntentError(IntentsError):
    """Utterances to calibrate on are labelled with an intent that has no training example."""

    code = "unknown-intent"


@dataclass(frozen=True, slots=True)
class Labelled:
    """Utterances with the intent each one means; `names` are further names an intent goes by."""

    texts: tuple[str, ...]
    intents: tuple[str, ...]
    names: tuple[tuple[str, str], ...] = ()
    """Pairs of (name, intent), trained on as well."""

    @classmethod
    def of(cls, services: Mapping[str, Service] | Iterable[Service]) -> Labelled:
        """The examples of all services that have a file, with their titles and aliases as names."""
        every = [s for s in (services.values() if isinstance(services, Mapping) else services) if not s.listed]
        pairs = [(example.text, service.id) for service in every for example in service.examples]
        names = tuple((name, s.id) for s in every for name in (s.about.title, *s.about.aliases))
        return cls(tuple(text for text, _ in pairs), tuple(intent for _, intent in pairs), names)


def numbered(data: Labelled, held_out: Labelled | None) -> dict[str, int]:
    """The intents in order, with their numbers; raises where there are too few, or unknown ones are held out."""
    intents = sorted({*data.intents, *(intent for _, intent in data.names)})
    if len(intents) < 2:
        raise TooFewServicesError(f"{len(intents)} service(s) to choose from; at least two are needed")
    if held_out is not None and (unknown := set(held_out.intents) - set(intents)):
        raise UnknownIntentError(f"not in what was trained on: {', '.join(sorted(unknown))}")
    return {intent: index for index, intent in enumerate(intents)}


def spoken(text: str) -> str:
    """The words of an utterance as they sound: small letters, no punctuation, no fillers."""
    return " ".join(_FILLERS.sub(" ", _NOT_SPOKEN.sub(" ", text[:LONGEST].casefold())).split())


@dataclass(frozen=True, slots=True)
class Heads:
    """Everything that was trained on the vectors of one encoder."""

    meaning: Meaning
    words: Words
    border: Border

    def evidence(self, heard: Sequence[str], vectors: Vectors) -> Evidence:
        """What speaks for each intent in utterances as they sound, with their vectors."""
        logits, nearest, centre = self.meaning.scores(vectors)
        return Evidence(logits, self.words.scores(heard), nearest, centre, self.border.scores(vectors))


@dataclass(frozen=True, slots=True)
class Lesson:
    """What is trained on: examples first, then `names`, with their vectors and labels."""

    texts: tuple[str, ...]
    vectors: Vectors
    labels: Labels
    examples: int
    intents: tuple[str, ...]
    """In the order that labels count in."""

    @classmethod
    def of(cls, data: Labelled, intents: Sequence[str], encoder: Encoder) -> Lesson:
        """Number the labels by their place in `intents` and embed every text once."""
        number = {intent: index for index, intent in enumerate(intents)}
        texts = tuple(spoken(text) for text in (*data.texts, *(name for name, _ in data.names)))
        labels = [number[intent] for intent in (*data.intents, *(intent for _, intent in data.names))]
        return cls(texts, encoder.embed(texts), np.array(labels, np.int64), len(data.texts), tuple(intents))

    def with_more(self, texts: Sequence[str], vectors: Vectors, labels: Labels) -> Lesson:
        """The same with further utterances, as they sound, behind the names."""
        return Lesson(
            (*self.texts, *texts),
            np.concatenate([self.vectors, vectors]),
            np.concatenate([self.labels, labels]),
            self.examples,
            self.intents,
        )

    def learn(self, left_out: frozenset[int] = frozenset()) -> tuple[Meaning, Words]:
        """Train both models on everything but the rows `left_out`."""
        rows = [row for row in range(len(self.texts)) if row not in left_out]
        return (
            Meaning.fit(self.vectors[rows], self.labels[rows]),
            Words.fit([self.texts[row] for row in rows], self.labels[rows]),
        )

    @property
    def plain(self) -> bool:
        """Whether there are enough names to stand for what callers say plainly."""
        return len(self.texts) - self.examples >= PLAIN * len(np.unique(self.labels))

    def taught(self, folds: int = FOLDS) -> tuple[tuple[Meaning, Words], Evidence, Labels]:
        """Both models trained on everything; then evidence from models that did not see it, and the rows it is for.

        Names are left out in their turn only if the lesson is `plain`, and an intent's only row never is.
        """
        order = self._folds(folds)
        if not order:
            raise TooFewExamplesError("no service has two examples; probabilities cannot be learnt")
        # Once for both workers: each limiting for itself would lift the other's limit in the middle of its work.
        with threadpool_limits(1), ThreadPoolExecutor(WORKERS) as pool:
            whole = pool.submit(self.learn)
            parts = list(pool.map(self._unseen, order))
        return whole.result(), Evidence.merged(parts, order), np.sort(np.concatenate(order)).astype(np.int64)

    def _unseen(self, rows: npt.NDArray[np.intp]) -> Evidence:
        """Evidence for these rows from models that were trained on all others."""
        meaning, words = self.learn(frozenset(int(row) for row in rows))
        logits, nearest, centre = meaning.scores(self.vectors[rows])
        margins = words.scores([self.texts[row] for row in rows])
        return Evidence(logits, margins, nearest, centre, np.zeros(len(rows), np.float32))

    def _folds(self, folds: int) -> list[npt.NDArray[np.intp]]:
        """Each intent's texts dealt out in turn, after a shuffle that is always the same."""
        dealt = len(self.texts) if self.plain else self.examples
        shuffled = np.random.default_rng(0).permutation(dealt)
        fold = np.full(dealt, -1)
        for label in np.unique(self.labels):
            own = shuffled[self.labels[shuffled] == label]
            if len(own) + np.sum(self.labels[dealt:] == label) > 1:
                fold[own] = (np.arange(len(own)) + label) % folds
        return [rows for number in range(folds) if len(rows := np.flatnonzero(fold == number))]


@dataclass(frozen=True, slots=True)
class Outside:
    """Utterances that mean none of the intents, as they sound, with their vectors; there may be none."""

    texts: tuple[str, ...]
    vectors: Vectors

    @classmethod
    def of(cls, strays: Sequence[str], encoder: Encoder) -> Outside:
        """Embed every stray once."""
        texts = tuple(spoken(text) for text in strays)
        return cls(texts, encoder.embed(texts))

    def heads(self, lesson: Lesson, meaning: Meaning, words: Words) -> Heads:
        """Both models with the border between what they were trained on and the strays."""
        return Heads(meaning, words, Border.fit(lesson.vectors, self.vectors))

    def away(self, lesson: Lesson, heads: Heads) -> tuple[Evidence | None, Line]:
        """Evidence for the strays (`None` without any), and how far inside the lesson's texts are.

        Both sides of the border come from models that did not see the utterance.
        """
        own, others = Border.out_of_fold(lesson.vectors, self.vectors)
        return (replace(heads.evidence(self.texts, self.vectors), inside=others) if self.texts else None), own
