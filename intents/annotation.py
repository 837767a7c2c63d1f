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
    """The lines of an `examples: |` block as (offset of the line, text without the dash).

    Raises `AnnotationError` for a line that does not begin with `- `.
    """
    for offset, line in enumerate(block.splitlines()):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        if not stripped.startswith("- ") or not stripped[2:].strip():
            raise AnnotationError(f"expected '- ' and an example, found {stripped[:40]!r}")
        yield offset, stripped[2:].strip()
