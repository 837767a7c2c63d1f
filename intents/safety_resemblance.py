"""The second look at danger: how much an utterance resembles examples of it, in meaning and in the way it is put.

Two support vector machines, one over sentence embeddings and one over words and runs of letters: the examples of
`safety_examples.yaml` against what sounds alike and is none, utterances from outside, and what callers of the council's
ordinary services say. `intents.safety_kinds` then tells which danger it is.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt
from sklearn.svm import SVC
from threadpoolctl import threadpool_limits

from intents.document import Problem, read
from intents.encoder import Encoder, Vectors
from intents.errors import ServiceFileError
from intents.evidence import Words
from intents.lesson import spoken
from intents.safety_kinds import COST as KIND_COST
from intents.safety_kinds import Kinds

log = logging.getLogger(__name__)

NOTHING = "none"
"""The label of examples that are no danger."""
ACCEPT = 0.5
"""The margin from which an utterance resembles danger; `docs/understanding.md` says what it was set on."""
WIDTH, COST = 1.5, 3.0
"""The kernel is exp(-WIDTH · squared distance); COST weighs mistakes."""
_WORDS_SHARE, _WORDS_COST = 0.5, 0.1
"""How much the margin in words counts beside the one in meaning, and what mistakes weigh there."""
_CACHE_MB = 800
"""For the kernel while training, which is faster where all of it fits."""
_SHORTEST = 3
"""Words. What is shorter is an answer, not a story."""
_CLAUSE = 24
"""Words after which an utterance is looked at piece by piece as well."""


@dataclass(frozen=True, slots=True)
class Examples:
    """What danger sounds like, by entry, and calm utterances."""

    texts: tuple[str, ...]
    entries: tuple[str, ...]
    calm: tuple[str, ...]

    @classmethod
    def load(cls, path: Path, calm: Sequence[str] = ()) -> Examples:
        """Read `entry: [text, …]`; `calm` are further utterances that are no danger. Raises `ServiceFileError`."""
        document = read(path.name, path.read_text(encoding="utf-8"))
        if isinstance(document, Problem):
            raise ServiceFileError((str(document),))
        lists = document.data if isinstance(document.data, dict) else {}
        pairs = [(str(t), entry) for entry, texts in lists.items() if isinstance(texts, list) for t in texts]
        if not pairs or not all(isinstance(texts, list) for texts in lists.values()):
            raise ServiceFileError((f"{path.name}: expected `entry: [text, …]`",))
        return cls(
            texts=tuple(text for text, entry in pairs if entry != NOTHING),
            entries=tuple(entry for _, entry in pairs if entry != NOTHING),
            calm=(*(text for text, entry in pairs if entry == NOTHING), *calm),
        )

    @property
    def fingerprint(self) -> str:
        """The same for the same examples."""
        digest = hashlib.sha256(f"{WIDTH} {COST} {_WORDS_COST} {KIND_COST}".encode())
        for text in (*self.texts, *self.entries, "", *self.calm):
            digest.update(text.encode() + b"\0")
        return digest.hexdigest()


class Resemblance:
    """Trained once on examples; `learnt` also keeps it in a file."""

    def __init__(  # noqa: PLR0917 - what was learnt, part by part
        self, vectors: Vectors, weights: Vectors, bias: float, words: Words, kinds: Kinds, encoder: Encoder
    ) -> None:
        self._vectors, self._weights, self._bias = vectors, weights, bias
        self._words, self._kinds, self._encoder = words, kinds, encoder

    @classmethod
    def learn(cls, examples: Examples, encoder: Encoder) -> Resemblance:
        """Train; the same examples give the same result."""
        texts = [spoken(text) for text in (*examples.texts, *examples.calm)]
        vectors = encoder.embed(texts)
        truth = np.arange(len(vectors)) < len(examples.texts)
        with threadpool_limits(1):
            machine = SVC(C=COST, gamma=WIDTH, class_weight="balanced", cache_size=_CACHE_MB).fit(vectors, truth)
            words = Words.fit(texts, truth.astype(np.int64), cost=_WORDS_COST, balanced=True)
            kinds = Kinds.learn(texts[: len(examples.texts)], examples.entries)
        weights = machine.dual_coef_[0].astype(np.float32)
        return cls(vectors[machine.support_], weights, float(machine.intercept_[0]), words, kinds, encoder)

    @classmethod
    def learnt(cls, examples: Examples, encoder: Encoder, folder: Path) -> Resemblance:
        """What was kept in `folder` for these examples and this encoder, or trained anew and kept there."""
        made_of = f"{encoder.identity} {examples.fingerprint}"
        file = folder / f"{hashlib.sha256(made_of.encode()).hexdigest()[:16]}.npz"
        try:
            with np.load(file, allow_pickle=False) as kept:
                if str(kept["made_of"]) == made_of:
                    words = Words.of(kept["vocabulary"].tobytes().decode(), kept)
                    bias, kinds = float(kept["bias"]), Kinds.kept(kept)
                    return cls(kept["vectors"], kept["weights"], bias, words, kinds, encoder)
        except (OSError, EOFError, ValueError, KeyError, BadZipFile):
            pass
        made = cls.learn(examples, encoder)
        try:
            made.save(file, made_of)
        except OSError as error:
            log.warning("the second look is not kept: %s", error)
        return made

    def save(self, file: Path, made_of: str) -> None:
        """Write the machine, and what it was made of."""
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_name(f".{file.name}.part")
        with part.open("wb") as stream:
            np.savez(
                stream,
                made_of=np.array(made_of),
                vectors=self._vectors,
                weights=self._weights,
                bias=np.array(self._bias),
                vocabulary=np.frombuffer(self._words.vocabulary.encode(), np.uint8),
                **self._words.arrays,  # type: ignore[arg-type]  # numpy has one keyword that is no array
                **self._kinds.arrays,  # type: ignore[arg-type]
            )
        part.replace(file)

    def entry(self, text: str) -> str | None:
        """The kind of danger that `text` resembles, or `None`."""
        pieces = _pieces(spoken(text))
        if not pieces:
            return None
        vectors = self._encoder.embed(pieces)
        margins = self.margins(pieces, vectors)
        worst = int(np.argmax(margins))
        return self._kinds.of(pieces[worst]) if margins[worst] >= ACCEPT else None

    def margins(self, texts: Sequence[str], vectors: Vectors) -> npt.NDArray[np.float32]:
        """How far on the side of danger each text with its embedding lies; above 0 it is more like danger than calm."""
        kernel = np.exp(-2 * WIDTH * (1 - vectors @ self._vectors.T))
        meant = kernel @ self._weights + self._bias
        return np.asarray(meant + _WORDS_SHARE * self._words.scores(texts)[:, 1], np.float32)


def _pieces(text: str) -> list[str]:
    """The utterance, and where it is long its parts, overlapping by half."""
    words = text.split()
    if len(words) < _SHORTEST:
        return []
    step = _CLAUSE // 2
    parts = [" ".join(words[start : start + _CLAUSE]) for start in range(0, len(words) - step, step)]
    return [text] if len(words) <= _CLAUSE else [text, *parts]
