"""What changed between two sets of services, in the words of the form."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from desk import service_form


@dataclass(frozen=True, slots=True)
class Change:
    """One field that differs: the lines that went and the lines that came."""

    label: str
    gone: tuple[str, ...]
    came: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """One service that differs. `how` is what happened to it as a whole."""

    name: str
    title: str
    how: str
    changes: tuple[Change, ...] = ()

    @property
    def id(self) -> str:
        """The service's id."""
        return self.name.removesuffix(".yaml")


def differences(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[Difference, ...]:
    """Every file that differs, in order of the names."""
    names = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
    return tuple(_difference(name, before.get(name), after.get(name)) for name in names)


def _difference(name: str, before: str | None, after: str | None) -> Difference:
    title = _title(after or before or "")
    if before is None:
        return Difference(name, title, "New service")
    if after is None:
        return Difference(name, title, "Taken out")
    changes = tuple(_fields(before, after)) or tuple(_rest(before, after))
    return Difference(name, title, "Changed", changes)


def _title(text: str) -> str:
    return next((field.value for field in service_form.read(text) if field.id == "title"), "")


def _fields(before: str, after: str) -> Iterator[Change]:
    old = {field.id: field for field in service_form.read(before)}
    new = {field.id: field for field in service_form.read(after)}
    for name in {**old, **new}:
        was, now = (fields[name].value if name in fields else "" for fields in (old, new))
        if was != now:
            yield _change((new.get(name) or old[name]).label, was.splitlines(), now.splitlines())


def _rest(before: str, after: str) -> Iterator[Change]:
    """Parts of the file that the form does not show."""
    yield _change("Other parts of the file", before.splitlines(), after.splitlines())


def _change(label: str, was: list[str], now: list[str]) -> Change:
    compared = list(difflib.ndiff(was, now))
    gone = tuple(line[2:].strip() for line in compared if line.startswith("- "))
    came = tuple(line[2:].strip() for line in compared if line.startswith("+ "))
    return Change(label, gone, came)
