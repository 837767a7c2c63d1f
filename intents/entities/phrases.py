"""What a caller says to the line itself rather than about a service: "say that again", "put me through to a person"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path

from ruamel.yaml import YAML

from intents.entities.tokens import LONGEST, fold


class Act(StrEnum):
    """What an utterance does to the conversation. `NONE`: it is about the matter."""

    NONE = "none"
    REPEAT = "repeat"
    SLOWER = "slower"
    HOLD = "hold"
    START_AGAIN = "start_again"
    DONT_KNOW = "dont_know"
    PERSON = "person"
    GOODBYE = "goodbye"
    NOTHING_ELSE = "nothing_else"
    HELP = "help"
    GO_BACK = "go_back"
    CORRECTION = "correction"
    THANKS = "thanks"
    OPENING = "opening"
    """A greeting, or that there is something, without what it is."""


_FILE = Path(__file__).parent / "acts.yaml"


def _matchers() -> tuple[tuple[Act, re.Pattern[str]], ...]:
    document = YAML(typ="safe").load(_FILE.read_text(encoding="utf-8"))
    parts: Mapping[str, str] = document["parts"]

    def filled(pattern: str) -> str:
        for name, part in parts.items():
            pattern = pattern.replace(f"{{{name}}}", part)
        return f"(?:{pattern})"

    acts: Mapping[str, Sequence[str]] = document["acts"]
    return tuple((Act(act), re.compile("|".join(map(filled, patterns)))) for act, patterns in acts.items())


_MATCHERS = _matchers()
_STORY = frozenset({Act.HOLD, Act.REPEAT, Act.DONT_KNOW, Act.GO_BACK, Act.CORRECTION, Act.HELP, Act.SLOWER})
_LONGEST_ASIDE = 14
"""Words; a longer utterance tells a story, and only a request for a person or to start again is heard in it."""


def read_act(text: str) -> Act:
    """The one thing an utterance does to the conversation; a request for a person comes before all else."""
    plain = " ".join(re.findall(r"[a-z0-9%']+", fold(text[:LONGEST])))
    count = plain.count(" ") + 1
    for act, matcher in _MATCHERS:
        if act in _STORY and count > _LONGEST_ASIDE:
            continue
        if matcher.search(plain):
            return act
    return Act.NONE
