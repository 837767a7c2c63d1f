"""The services that have no file of their own: a number of the Local Government Services List, names, and a team."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from intents.document import Document, Problem, read
from intents.service import About, Response, Service, Thresholds

FILE = "directory.yaml"
"""The file's name, among the service files."""
ASK_BELOW = 0.9
"""What is known by its names alone is asked about before anybody is fetched, unless it was all but spelled out."""

_Names = Annotated[tuple[str, ...], Field(min_length=1)]
_Group = Mapping[int, _Names]


class _Directory(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    source: Mapping[str, str] = Field(default_factory=dict)
    teams: Mapping[str, _Group] = Field(default_factory=dict)
    """Team → number → names, the first of which is how it is said in "Is it about …?"."""
    services: Mapping[str, _Group] = Field(default_factory=dict)
    """The id of a service with a file → further numbers that it deals with."""


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    version: str = "3.1"
    directory: _Directory


@dataclass(frozen=True, slots=True)
class Entry:
    """One number of the list: the names it goes by, and the intent that it leads to."""

    number: int
    names: tuple[str, ...]
    intent: str


@dataclass(frozen=True, slots=True)
class Directory:
    """All entries, and the services that are made of those which have a team and no file."""

    entries: tuple[Entry, ...] = ()
    services: Mapping[str, Service] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ParsedDirectory:
    """What the file gave, with every problem in it."""

    directory: Directory
    document: Document | None
    problems: tuple[Problem, ...]


NOTHING = ParsedDirectory(Directory(), None, ())


def parse(name: str, text: str) -> ParsedDirectory:
    """Read the directory; never raises for what is in it."""
    document = read(name, text)
    if isinstance(document, Problem):
        return ParsedDirectory(NOTHING.directory, None, (document,))
    try:
        listed = _File.model_validate(document.data).directory
    except ValidationError as error:
        return ParsedDirectory(NOTHING.directory, document, tuple(_described(document, error)))
    services = {
        service.id: service
        for team, group in listed.teams.items()
        for number, names in group.items()
        for service in (_service(name, team, number, names),)
    }
    entries = tuple(_entries(listed))
    return ParsedDirectory(Directory(entries, services), document, tuple(_repeated(document, listed)))


def unknown_services(parsed: ParsedDirectory, known: Mapping[str, Service]) -> Iterator[Problem]:
    """The entries that lead to a service which does not exist."""
    missing = {entry.intent for entry in parsed.directory.entries} - known.keys() - parsed.directory.services.keys()
    for intent in sorted(missing):
        if parsed.document is not None:
            path = ("directory", "services", intent)
            yield parsed.document.problem(path, f"directory.services: there is no service {intent!r}")


def listed_id(number: int) -> str:
    """The intent of a number that has no file: `lgsl_508`."""
    return f"lgsl_{number}"


def _entries(listed: _Directory) -> Iterator[Entry]:
    for group in listed.teams.values():
        yield from (Entry(number, names, listed_id(number)) for number, names in group.items())
    for intent, group in listed.services.items():
        yield from (Entry(number, names, intent) for number, names in group.items())


def _service(path: str, team: str, number: int, names: tuple[str, ...]) -> Service:
    noun, spoken_team = names[0], team[:1].lower() + team[1:]
    about = About(
        id=listed_id(number),
        title=noun[:1].upper() + noun[1:],
        lgsl=number,
        kind="route",
        team=team,
        aliases=names[1:],
        thresholds=Thresholds(accept=ASK_BELOW),
    )
    responses = {
        "utter_intent": (Response(text=noun),),
        "utter_route": (Response(text=f"That's for our {spoken_team} team."),),
    }
    return Service(about=about, responses=responses, path=path, listed=True)


def _described(document: Document, error: ValidationError) -> Iterator[Problem]:
    for detail in error.errors(include_url=False, include_input=False, include_context=False):
        path = detail["loc"]
        yield document.problem(path, f"{'.'.join(str(part) for part in path)}: {detail['msg']}")


def _repeated(document: Document, listed: _Directory) -> Iterator[Problem]:
    seen: set[int] = set()
    for kind, groups in (("teams", listed.teams), ("services", listed.services)):
        for head, group in groups.items():
            for number in group:
                if number in seen:
                    yield document.problem(("directory", kind, head, str(number)), f"{number} stands here twice")
                seen.add(number)
