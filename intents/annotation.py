"""Rasa's way of marking values in an example: `my [blue](bin_type) bin`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from intents.service import Example

_MARK = re.compile(r"\[([^\[\]]+)\]\(([^()]*)\)")
_ENTITY = re.compile(r"[a-z][a-z0-9_]*")
_BRACKET = re.compile(r"[\[\]]")


class AnnotationError(ValueError):
    """An annotation that cannot be read; the message says what was expected."""


def strip(text: str) -> Example:
    """Take the annotations out of one example; raises `AnnotationError`."""
    entities = []
    for words, entity in _MARK.findall(text):
        if not _ENTITY.fullmatch(entity):
            raise AnnotationError(f"expected [words](entity), found [{words}]({entity})")
        entities.append((entity, words.strip()))
    plain = _MARK.sub(r"\1", text)
    if _BRACKET.search(plain):
        raise AnnotationError("a bracket without its partner; expected [words](entity)")
    return Example(text=" ".join(plain.split()), entities=tuple(entities))


def items(block: str) -> Iterator[tuple[int, str]]:
    """The lines of an `examples: |` block that hold something, with the offset of each."""
    for offset, line in enumerate(block.splitlines()):
        stripped = line.strip()
        if stripped and not stripped.startswith("#"):
            yield offset, stripped


def undashed(line: str) -> str:
    """The example in one line of a block; raises `AnnotationError` unless it begins with `- `."""
    text = line.removeprefix("- ").strip()
    if text == line or not text:
        raise AnnotationError(f"expected '- ' and an example, found {line[:40]!r}")
    return text
