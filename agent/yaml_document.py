"""A YAML file that remembers its lines, so that a fault can say where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError

from agent.errors import ConfigError

M = TypeVar("M", bound=BaseModel)

EXPECTED = {
    "missing": "this key is missing",
    "extra_forbidden": "expected no such key here",
}
"""pydantic's error types whose own wording says too little in a configuration file."""


class YamlDocument:
    """One file, read: `data` is its content, `line` finds a key. Raises `ConfigError` when it is not YAML."""

    def __init__(self, path: Path, *, name: str | None = None) -> None:
        self.name = name or path.name
        try:
            self.data: Any = YAML().load(path.read_text(encoding="utf-8"))
        except MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            raise ConfigError((f"{self.name}:{line}: expected YAML: {error.problem}",)) from error
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError((f"{self.name}:1: cannot be read: {error}",)) from error
        if self.data is None:
            self.data = CommentedMap()

    def validate(self, model: type[M]) -> M:
        """The content as `model`; raises `ConfigError` with every fault at once."""
        try:
            return model.model_validate(self.data)
        except ValidationError as error:
            faults = [(self.line(fault["loc"]), self._words(fault)) for fault in error.errors()]
            raise ConfigError(tuple(f"{self.name}:{line}: {words}" for line, words in sorted(faults))) from error

    def line(self, keys: Sequence[str | int]) -> int:
        """The line (from 1) of the deepest of `keys` that is in the file."""
        node, line = self.data, 1
        for key in keys:
            found = _position(node, key)
            if found is None:
                continue
            line, node = found, node[key]
        return line

    @staticmethod
    def _words(fault: Any) -> str:
        key = ".".join(str(part) for part in fault["loc"]) or "the file"
        words = EXPECTED.get(fault["type"]) or str(fault["msg"]).removeprefix("Value error, ")
        words = words[0].lower() + words[1:]
        if words.startswith(("this key", "expected")):
            return f"{key}: {words}"
        words = words.removeprefix("input should be ").removeprefix("tuple should have ").partition(", unable")[0]
        return f"{key}: expected {words} (it is {_short(fault['input'])})"


def _position(node: Any, key: str | int) -> int | None:
    """The line of `key` in a mapping or a list; parts of pydantic's path that are no keys have none."""
    if isinstance(node, CommentedMap) and key in node:
        return int(node.lc.key(key)[0]) + 1
    if isinstance(node, CommentedSeq) and isinstance(key, int) and key < len(node):
        return int(node.lc.item(key)[0]) + 1
    return None


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}…"
