"""Answers from published passages, found by their words (BM25) and by their meaning together."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import bm25s
import numpy as np
import numpy.typing as npt

from intents.encoder import Encoder, Vectors
from intents.pages import PageError, Passage, sentences
from intents.service import Source

ANSWERS = 0.42
"""The score from which a passage answers; set on every other line of `bench/understanding/answers.yaml`."""
MEANING = 0.8
"""How much meaning counts, words making up the rest."""
ENOUGH_WORDS = 8.0
"""A BM25 score that counts as full."""
FOR_THE_EAR = 45
"""Words that are said at once."""
_PASSAGES, _VECTORS = "passages.json", "vectors.npy"
_LONGEST = 600


@dataclass(frozen=True, slots=True)
class Found:
    """A passage with its score, 0 to 1."""

    passage: Passage
    score: float


@dataclass(frozen=True, slots=True)
class Published:
    """An answer in published words: what to say, and where it stands."""

    text: str
    source: Source
    score: float


@dataclass(frozen=True, slots=True)
class NotPublished:
    """No passage answers; `nearest` is for the record, never for the caller."""

    nearest: Found | None = None


class Library:
    """Passages, ready to be searched."""

    def __init__(self, passages: Sequence[Passage], vectors: Vectors, encoder: Encoder) -> None:
        self.passages, self.vectors = tuple(passages), vectors
        self._encoder = encoder
        self._words = bm25s.BM25()
        if self.passages:
            self._words.index(_tokens([passage.indexed for passage in passages]), show_progress=False)

    @classmethod
    def of(cls, passages: Sequence[Passage], encoder: Encoder) -> Library:
        """Embed and index passages."""
        return cls(passages, encoder.embed([passage.indexed for passage in passages]), encoder)

    def search(self, question: str, count: int = 5) -> tuple[Found, ...]:
        """The passages that fit a question best."""
        question = question[:_LONGEST]
        if not self.passages or not question.strip():
            return ()
        scores = MEANING * self._meaning(question) + (1 - MEANING) * self._same_words(question)
        best = np.argsort(-scores, kind="stable")[:count]
        return tuple(Found(self.passages[at], float(scores[at])) for at in best)

    def answer(self, question: str) -> Published | NotPublished:
        """The published words that answer a question, short enough for the ear, or that there are none."""
        found = self.search(question, 1)
        if not found or found[0].score < ANSWERS:
            return NotPublished(found[0] if found else None)
        passage = found[0].passage
        return Published(self._for_the_ear(question, passage), passage.source, found[0].score)

    def save(self, folder: Path) -> None:
        """Write the passages and their vectors."""
        folder.mkdir(parents=True, exist_ok=True)
        rows = [{**asdict(p), "source": p.source.model_dump()} for p in self.passages]
        about = {"encoder": self._encoder.identity, "passages": rows}
        (folder / _PASSAGES).write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")
        np.save(folder / _VECTORS, self.vectors, allow_pickle=False)

    @staticmethod
    def kept_in(folder: Path) -> bool:
        """Whether something was saved in `folder`."""
        return (folder / _PASSAGES).is_file()

    @classmethod
    def load(cls, folder: Path, encoder: Encoder) -> Library:
        """Read what `save` wrote, empty where nothing was; embeds again for another encoder. Raises `PageError`."""
        if not cls.kept_in(folder):
            return cls((), np.zeros((0, 0), np.float32), encoder)
        try:
            about = json.loads((folder / _PASSAGES).read_text(encoding="utf-8"))
            passages = tuple(Passage(p["heading"], p["text"], Source(**p["source"])) for p in about["passages"])
            if about["encoder"] != encoder.identity:
                return cls.of(passages, encoder)
            return cls(passages, np.load(folder / _VECTORS, allow_pickle=False), encoder)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise PageError(f"{folder}: what was imported is damaged; import it again ({error})") from error

    def _meaning(self, question: str) -> npt.NDArray[np.float32]:
        return np.asarray(self.vectors @ self._encoder.embed([question])[0], np.float32)

    def _same_words(self, question: str) -> npt.NDArray[np.float32]:
        known = [word for word in _tokens([question])[0] if word in self._words.vocab_dict]
        if not known:
            return np.zeros(len(self.passages), np.float32)
        return np.asarray(np.minimum(self._words.get_scores(known) / ENOUGH_WORDS, 1), np.float32)

    def _for_the_ear(self, question: str, passage: Passage) -> str:
        """The run of sentences that is nearest to the question, at most `FOR_THE_EAR` words unless one is longer."""
        parts = sentences(passage.text)
        if len(passage.text.split()) <= FOR_THE_EAR or len(parts) == 1:
            return passage.text
        near = self._encoder.embed(parts) @ self._encoder.embed([question])[0]
        first = int(np.argmax(near))
        last = first + 1
        while last < len(parts) and len(" ".join(parts[first : last + 1]).split()) <= FOR_THE_EAR:
            last += 1
        return " ".join(parts[first:last])


def _tokens(texts: list[str]) -> list[list[str]]:
    return list(bm25s.tokenize(texts, stopwords="en", return_ids=False, show_progress=False))
