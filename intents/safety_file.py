"""The file that says what is danger: entries with their patterns and wording, read and checked."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from intents.document import Document, Problem, read
from intents.errors import ServiceFileError

_GAP = r"(?: \w+){0,5}? "
_PART = re.compile(r"\{([a-z_]+)\}")


class Entry(BaseModel):
    """One kind of danger: what the caller hears (`closed` where nobody is at work), and what is asked on suspicion."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z][a-z_]*$")
    say: str = ""
    closed: str = ""
    ask: str = ""
    ask_means: Literal["yes", "no"] = "yes"
    record: str = Field(min_length=1)
    fetch_person: bool = False
    end_call: bool = False
    goes_on: bool = False
    hazard: str | None = None
    due_hours: int | None = Field(default=None, ge=1)
    due_working_days: int | None = Field(default=None, ge=1)
    detector: Literal["card_number"] | None = None
    patterns: tuple[str, ...] = ()
    maybe: tuple[str, ...] = ()
    at_home: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _heard(self) -> Entry:
        if not (self.say or self.goes_on):
            raise ValueError("expected `say`, or `goes_on` where nothing has to be said")
        return self


class SafetyFile(BaseModel):
    """The whole file; `parts` are alternatives that patterns name as `{part}`."""

    model_config = ConfigDict(extra="forbid")

    parts: dict[str, str] = Field(default_factory=dict)
    entries: tuple[Entry, ...] = Field(min_length=1)


Compiled = tuple[Entry, re.Pattern[str], re.Pattern[str], re.Pattern[str]]
"""An entry with its `patterns`, `maybe` and `unless`, each as one expression on whole words."""

_KEYS = ("patterns", "maybe", "unless")


def read_entries(path: Path) -> tuple[Compiled, ...]:
    """The entries of a file, in its order; raises `ServiceFileError` with every problem and its line."""
    document = read(path.name, path.read_text(encoding="utf-8"))
    if isinstance(document, Problem):
        raise ServiceFileError((str(document),))
    try:
        file = SafetyFile.model_validate(document.data)
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)
        raise ServiceFileError(tuple(_problem(document, detail["loc"], detail["msg"]) for detail in details)) from None
    problems = [
        str(document.problem(("entries", index, key, place), f"{key}: {message}"))
        for index, entry in enumerate(file.entries)
        for key in _KEYS
        for place, pattern in enumerate(getattr(entry, key))
        if (message := _fault(pattern, file.parts))
    ]
    if problems:
        raise ServiceFileError(tuple(problems))
    one = partial(_one, parts=file.parts)
    return tuple((entry, one(entry.patterns), one(entry.maybe), one(entry.unless)) for entry in file.entries)


def _problem(document: Document, place: tuple[int | str, ...], message: str) -> str:
    return str(document.problem(place, f"{place[-1]}: {message}" if place else message))


def _fault(pattern: str, parts: dict[str, str]) -> str | None:
    try:
        re.compile(_whole(pattern, parts))
    except KeyError as error:
        return f"there is no part {error}"
    except re.error as error:
        return str(error)
    return None


def _whole(pattern: str, parts: dict[str, str]) -> str:
    return _PART.sub(lambda found: parts[found.group(1)], pattern).replace(" .. ", _GAP)


def _one(patterns: tuple[str, ...], parts: dict[str, str]) -> re.Pattern[str]:
    """All patterns as one, on whole words; one that can never match when there are none."""
    joined = "|".join(f"(?:{_whole(pattern, parts)})" for pattern in patterns)
    return re.compile(rf"(?<!\w)(?:{joined})(?!\w)" if joined else r"(?!)")
