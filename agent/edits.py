"""Changes to services that are not published yet: one text a file, kept on disk until they are published or dropped."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from agent.errors import NotOnRecordError


class Edits:
    """What admins have changed since the last release, in `folder`. A restart loses nothing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def changed(self) -> Mapping[str, str]:
        """File name → text of every changed file, in order of the names."""
        files = sorted(self._folder.glob("*.yaml")) if self._folder.is_dir() else []
        return MappingProxyType({file.name: file.read_text(encoding="utf-8") for file in files})

    def over(self, documents: Mapping[str, str]) -> dict[str, str]:
        """The published documents with the changes laid over them."""
        return {**documents, **self.changed()}

    def save(self, name: str, text: str) -> None:
        """Keep a changed file; it is there as a whole or not at all."""
        self._folder.mkdir(parents=True, exist_ok=True)
        file = self._file(name)
        beside = file.with_suffix(".new")
        beside.write_text(text, encoding="utf-8")
        os.replace(beside, file)

    def drop(self, name: str) -> None:
        """Forget the changes to one file; nothing happens when there are none."""
        self._file(name).unlink(missing_ok=True)

    def clear(self) -> None:
        """Forget all changes: they are published, or not wanted."""
        for name in self.changed():
            self.drop(name)

    def _file(self, name: str) -> Path:
        if Path(name).name != name or not name.endswith(".yaml"):
            raise NotOnRecordError(f"{name!r} is not a service file")
        return self._folder / name
