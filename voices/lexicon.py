"""Local names and how a voice has to be told to say them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import MarkedYAMLError

from voices.errors import LexiconError

_SHIPPED = Path(__file__).with_name("lexicon.yaml")
_NEVER = re.compile(r"(?!)")


@dataclass(frozen=True)
class Lexicon:
    """Respellings by name; whole words, whatever their case."""

    respellings: Mapping[str, str] = field(default_factory=dict)
    pattern: re.Pattern[str] = _NEVER

    @classmethod
    def of(cls, respellings: Mapping[str, str]) -> Lexicon:
        """A lexicon of `name: respelling`; a longer name wins over one that it begins with."""
        folded = {name.casefold(): said for name, said in respellings.items()}
        longest_first = sorted(folded, key=len, reverse=True)
        if not folded:
            return cls()
        names = "|".join(re.escape(name) for name in longest_first)
        return cls(folded, re.compile(rf"(?<!\w)(?:{names})(?!\w)", re.IGNORECASE))

    @classmethod
    def load(cls, *paths: Path) -> Lexicon:
        """All of `paths`, later ones winning. Raises `LexiconError` with every problem, as `file:line: message`."""
        problems: list[str] = []
        respellings: dict[str, str] = {}
        for path in paths:
            respellings |= _read(path, problems)
        if problems:
            raise LexiconError("\n".join(problems))
        return cls.of(respellings)

    def apply(self, text: str) -> str:
        """`text` with every known name respelled."""
        return self.pattern.sub(lambda match: self.respellings.get(match.group().casefold(), match.group()), text)


@cache
def shipped() -> Lexicon:
    """The lexicon beside this module."""
    return Lexicon.load(_SHIPPED)


def _read(path: Path, problems: list[str]) -> dict[str, str]:
    try:
        document = YAML(typ="rt").load(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as exc:
        problems.append(f"{path}: cannot be read: {exc}")
        return {}
    except MarkedYAMLError as exc:
        line = exc.problem_mark.line + 1 if exc.problem_mark else 1
        problems.append(f"{path}:{line}: {exc.problem or 'not YAML'}")
        return {}
    if document is None:
        return {}
    if not isinstance(document, CommentedMap):
        problems.append(f"{path}:1: expected lines of `name: respelling`")
        return {}
    for name, said in document.items():
        if problem := _problem(name, said):
            problems.append(f"{path}:{document.lc.key(name)[0] + 1}: {problem}")
    return {name: said.strip() for name, said in document.items() if not _problem(name, said)}


def _problem(name: object, said: object) -> str:
    if not isinstance(name, str) or not name.strip():
        return f"expected a name in words before the colon, found {name!r}"
    if any(character.isdecimal() for character in name):
        return f"a name is in letters, numbers are said by rule: {name!r}"
    if not isinstance(said, str) or not said.strip():
        return f"expected a respelling in words for {name!r}, found {said!r}"
    if any(character.isdecimal() for character in said):
        return f"the respelling of {name!r} must be in letters: {said!r}"
    return ""
