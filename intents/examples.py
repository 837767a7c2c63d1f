"""Data sets of utterances with their intents, from JSON or Rasa YAML."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydantic import TypeAdapter, ValidationError

from intents.annotation import AnnotationError, items, strip, undashed
from intents.document import Problem, read
from intents.errors import IntentsError
from intents.lesson import Labelled

OUT_OF_SCOPE = "oos"
"""The label of utterances that mean none of the intents."""

_Pairs = TypeAdapter(list[tuple[str, str]])


class DataSetError(IntentsError):
    """A data set that cannot be read; the message names the file, the line where known, and what was expected."""

    code = "data-set"


@dataclass(frozen=True, slots=True)
class DataSet:
    """Utterances with the intent of each, and apart from them those that are out of scope."""

    texts: tuple[str, ...]
    intents: tuple[str, ...]
    strays: tuple[str, ...] = ()

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]]) -> DataSet:
        """Sort the out-of-scope utterances out of (text, intent) pairs."""
        every = list(pairs)
        inside = [(text, intent) for text, intent in every if intent != OUT_OF_SCOPE]
        strays = tuple(text for text, intent in every if intent == OUT_OF_SCOPE)
        return cls(tuple(text for text, _ in inside), tuple(intent for _, intent in inside), strays)

    @classmethod
    def load(cls, path: Path) -> DataSet:
        """Read `[[text, intent], …]` (*.json) or Rasa's `nlu:` (*.yaml, *.yml); raises `DataSetError`."""
        try:
            text = path.read_text(encoding="utf-8")
            pairs = _from_yaml(path.name, text) if path.suffix in (".yaml", ".yml") else _Pairs.validate_json(text)
        except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
            raise DataSetError(f"{path}: {error}") from error
        except ValidationError as error:
            raise DataSetError(f"{path}: expected [[text, intent], …]: {error.errors()[0]['msg']}") from error
        if not pairs:
            raise DataSetError(f"{path}: there are no utterances in it")
        return cls.of(pairs)

    def few(self, shots: int, seed: int) -> DataSet:
        """At most `shots` utterances an intent, drawn by `seed`; the strays stay."""
        order = np.random.default_rng(seed).permutation(len(self.texts))
        taken: dict[str, int] = {}
        rows = []
        for row in order:
            intent = self.intents[row]
            if taken.setdefault(intent, 0) < shots:
                taken[intent] += 1
                rows.append(int(row))
        rows.sort()
        return DataSet(tuple(self.texts[r] for r in rows), tuple(self.intents[r] for r in rows), self.strays)

    def labelled(self) -> Labelled:
        """What a classifier trains on; the intents' own names are further examples (`pay_bill` → `pay bill`)."""
        names = tuple((intent.replace("_", " "), intent) for intent in sorted(set(self.intents)))
        return Labelled(self.texts, self.intents, names)


def _from_yaml(name: str, text: str) -> list[tuple[str, str]]:
    document = read(name, text)
    if isinstance(document, Problem):
        raise DataSetError(str(document))
    blocks = document.data.get("nlu") if isinstance(document.data, dict) else None
    if not isinstance(blocks, list):
        raise DataSetError(f"{name}:1: expected `nlu:` with a list of intents")
    pairs = []
    for index, block in enumerate(blocks):
        if isinstance(block, dict) and "intent" in block:
            try:
                examples = [strip(undashed(item)).text for _, item in items(str(block.get("examples", "")))]
            except AnnotationError as error:
                raise DataSetError(str(document.problem(("nlu", index), str(error)))) from error
            pairs += [(example, str(block["intent"])) for example in examples]
    return pairs
