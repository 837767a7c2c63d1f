"""A YAML text as plain data that still knows on which line everything stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

Path = tuple[str | int, ...]
"""The keys and indexes that lead to a value, from the top of the document."""

Plain = str | int | float | bool | None | list["Plain"] | dict[str, "Plain"]

_BOOLS = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is wrong in a document; `str()` is `file:line: what was expected`."""

    name: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.name}:{self.line}: {self.message}"


@dataclass(frozen=True, slots=True)
class Document:
    """A YAML document; `lines` count from 1."""

    name: str
    data: Plain
    lines: Mapping[Path, int]

    def line(self, path: Path) -> int:
        """The line of the value at `path`, or of its nearest parent that exists."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def problem(self, path: Path, message: str, *, below: int = 0) -> Problem:
        """A problem with the value at `path`, `below` lines further down in a block of text."""
        return Problem(self.name, self.line(path) + below, message)


def read(name: str, text: str) -> Document | Problem:
    """Read one YAML document; a syntax error, a repeated key or an alias is a `Problem`."""
    try:
        root = YAML(typ="safe").compose(text)
    except RecursionError:
        return Problem(name, 1, "not readable: nested too deeply")
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        return Problem(name, mark.line + 1 if mark else 1, f"not valid YAML: {error.problem or error.context}")
    except YAMLError as error:
        return Problem(name, 1, f"not valid YAML: {str(error).splitlines()[0]}")
    if root is None:
        return Problem(name, 1, "expected a service, found an empty file")
    reader = _Reader()
    try:
        return Document(name, reader.plain(root, ()), reader.lines)
    except _RefusedError as error:
        return Problem(name, error.line, str(error))
    except RecursionError:
        return Problem(name, 1, "not readable: nested too deeply")


class _RefusedError(Exception):
    def __init__(self, node: Node, message: str) -> None:
        super().__init__(message)
        self.line: int = node.start_mark.line + 1


class _Reader:
    """Turns nodes into plain data and keeps their lines."""

    def __init__(self) -> None:
        self.lines: dict[Path, int] = {}
        self._seen: set[int] = set()

    def plain(self, node: Node, path: Path) -> Plain:
        if id(node) in self._seen:
            raise _RefusedError(node, "YAML aliases (*name) are not read here; write the value out")
        self._seen.add(id(node))
        self.lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, MappingNode):
            return {key: self.plain(value, (*path, key)) for key, value in self._pairs(node, path)}
        if isinstance(node, SequenceNode):
            return [self.plain(item, (*path, index)) for index, item in enumerate(node.value)]
        return _scalar(str(node.tag), str(node.value))

    def _pairs(self, node: MappingNode, path: Path) -> Iterator[tuple[str, Node]]:
        seen: set[str] = set()
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if key in seen:
                raise _RefusedError(key_node, f"the key {key!r} stands here for the second time")
            seen.add(key)
            self.lines[(*path, key)] = key_node.start_mark.line + 1
            yield key, value_node


def _scalar(tag: str, text: str) -> Plain:
    match tag.rsplit(":", 1)[-1]:
        case "null":
            return None
        case "bool":
            return _BOOLS.get(text.lower(), text)
        case "int" if text.lstrip("+-").isdigit():
            return int(text)
        case "float":
            try:
                return float(text)
            except ValueError:
                return text
    return text
