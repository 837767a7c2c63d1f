"""Which danger it is, once an utterance is taken for one: it decides what the line asks, so it is told by the words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from intents.evidence import Words

COST = 0.3
"""What taking one danger for another weighs while learning."""


@dataclass(frozen=True, slots=True)
class Kinds:
    """The entries of `safety.yaml` that examples stand for; `words` tells them apart, `None` where there is one."""

    names: tuple[str, ...]
    words: Words | None

    @classmethod
    def learn(cls, texts: Sequence[str], entries: Sequence[str]) -> Kinds:
        """Train on what is said of each danger, as `intents.lesson.spoken` writes it."""
        names = tuple(sorted(set(entries)))
        labels = np.array([names.index(entry) for entry in entries], np.int64)
        words = Words.fit(texts, labels, cost=COST, balanced=True) if len(names) > 1 else None
        return cls(names, words)

    def of(self, text: str) -> str:
        """The entry that `text` is likeliest to be about."""
        return self.names[0] if self.words is None else self.names[int(np.argmax(self.words.scores([text])[0]))]

    @property
    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """All of it, by name."""
        found: dict[str, npt.NDArray[Any]] = {"kinds": np.array(self.names)}
        if self.words is not None:
            vocabulary = np.frombuffer(self.words.vocabulary.encode(), np.uint8)
            found |= {"kinds_vocabulary": vocabulary}
            found |= {f"kinds_{name}": array for name, array in self.words.arrays.items()}
        return found

    @classmethod
    def kept(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> Kinds:
        """Put together again from `arrays`. Raises `KeyError` where something is missing."""
        names = tuple(arrays["kinds"].tolist())
        if len(names) == 1:
            return cls(names, None)
        own = {name.removeprefix("kinds_"): arrays[name] for name in arrays if name.startswith("kinds_")}
        return cls(names, Words.of(own["vocabulary"].tobytes().decode(), own))
