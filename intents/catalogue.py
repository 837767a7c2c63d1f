"""All services of the council, read from one folder and checked as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from intents import directory, responsibility
from intents.directory import Entry
from intents.document import Problem
from intents.errors import ServiceFileError
from intents.responsibility import Responsibility
from intents.service import Service
from intents.service_file import Parsed, parse

_NOT_SERVICES = (directory.FILE, responsibility.FILE)
"""Files among the service files that hold something else than one service."""


class Catalogue:
    """The services by id, in order of their ids; `entries` are the directory's; `who` says what others do."""

    def __init__(
        self, services: Mapping[str, Service], entries: tuple[Entry, ...] = (), who: Responsibility = Responsibility()
    ) -> None:
        self.services: Mapping[str, Service] = MappingProxyType(dict(sorted(services.items())))
        self.entries, self.who = entries, who

    @classmethod
    def load(cls, folder: Path) -> Catalogue:
        """Read every `*.yaml` below `folder`; raises `ServiceFileError` with all problems of all files."""
        files = sorted(folder.rglob("*.yaml"))
        if not files:
            raise ServiceFileError((f"{folder}:1: expected a folder with service files (*.yaml)",))
        documents: dict[str, str] = {}
        unreadable: list[str] = []
        for file in files:
            name = str(file.relative_to(folder))
            try:
                documents[name] = file.read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError) as error:
                unreadable.append(f"{name}:1: cannot be read as UTF-8 text: {error}")
        catalogue, problems = _assemble(documents)
        if problems or unreadable:
            raise ServiceFileError((*unreadable, *problems))
        return catalogue

    @classmethod
    def from_documents(cls, documents: Mapping[str, str]) -> Catalogue:
        """Read services from `{file name: YAML text}`, as a release keeps them; raises `ServiceFileError`."""
        catalogue, problems = _assemble(documents)
        if problems:
            raise ServiceFileError(problems)
        return catalogue

    def get(self, service_id: str) -> Service:
        """The service with this id; raises `KeyError`."""
        return self.services[service_id]

    def __len__(self) -> int:
        return len(self.services)


def _assemble(documents: Mapping[str, str]) -> tuple[Catalogue, tuple[str, ...]]:
    parsed = [parse(name, text) for name, text in documents.items() if name not in _NOT_SERVICES]
    services = {file.service.id: file.service for file in parsed if file.service is not None}
    listed = directory.parse(directory.FILE, documents[directory.FILE]) if directory.FILE in documents else None
    known = {**services, **(listed.directory.services if listed else {})}
    problems = [problem for file in parsed for problem in file.problems]
    problems += _repeated_ids(parsed)
    problems += _repeated_examples(parsed)
    if listed is not None:
        problems += [*listed.problems, *directory.unknown_services(listed, services)]
    who = Responsibility()
    if (text := documents.get(responsibility.FILE)) is not None:
        shared = responsibility.parse(responsibility.FILE, text)
        who = shared.responsibility
        problems += [*shared.problems, *responsibility.unknown_services(shared, known)]
    problems.sort(key=lambda problem: (problem.name, problem.line))
    entries = listed.directory.entries if listed else ()
    return Catalogue(known, entries, who), tuple(str(problem) for problem in problems)


def _repeated_ids(parsed: list[Parsed]) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for file in parsed:
        if file.service is None or file.document is None:
            continue
        service_id = file.service.id
        if service_id in first:
            path = ("service", "id")
            yield file.document.problem(path, f"service.id: {service_id!r} is taken by {first[service_id]}")
        first.setdefault(service_id, file.document.name)


def _repeated_examples(parsed: list[Parsed]) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for file in parsed:
        if file.service is None or file.document is None:
            continue
        name = file.document.name
        for line, example in zip(file.example_lines, file.service.examples, strict=True):
            key = example.text.casefold().strip(" .!?")
            if key in first:
                yield Problem(name, line, f"this example stands at {first[key]} already")
            first.setdefault(key, f"{name}:{line}")
