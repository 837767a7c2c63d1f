"""From a changed wording to the release that the next call uses: check, train, publish, and go back."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from agent.edits import Edits
from agent.errors import AgentError, NotOnRecordError
from agent.records import ReleaseNote, Store
from agent.release import LoadedRelease
from agent.settings import Settings
from agent.training import School, TrainingError, fingerprint
from intents.catalogue import Catalogue
from intents.checks import Finding, check_services
from intents.errors import IntentsError, ServiceFileError

DRAFT = 0
"""The number of what is not published yet."""


class BrokenDraftError(AgentError):
    """The draft's services do not pass the checks; nothing was published."""

    code = "broken-draft"


@dataclass(frozen=True, slots=True)
class Training:
    """How training the draft stands. `stale`: the draft was changed after it was trained."""

    state: Literal["none", "training", "ready", "failed"]
    stale: bool = False
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Warm:
    """What takes seconds to load, loaded before a call needs it."""

    school: School
    release: LoadedRelease | None = None


class Publisher:
    """The releases of one council, and the changes that are not published yet."""

    def __init__(self, store: Store, school: School, folder: Path) -> None:
        folder = folder.resolve()
        self.edits = Edits(folder / "edits")
        self._store = store
        self._school = school
        self._releases = folder / "releases"
        self._loaded: LoadedRelease | None = None
        self._draft: LoadedRelease | None = None
        self._draft_of = ""
        self._training: asyncio.Task[None] | None = None
        self._problem = ""
        self._checked: tuple[str, tuple[str, ...]] | None = None
        # One at a time leaves the other core to the calls.
        self._one = asyncio.Lock()

    @classmethod
    async def open(cls, settings: Settings, store: Store, warm: Warm | None = None) -> Publisher:
        """Open, and publish the services that were delivered when nothing is published yet.

        Raises `ServiceFileError` (with every problem), `ModelMissingError`, `StoreUnavailableError`.
        """
        warm = warm or Warm(await asyncio.to_thread(School.open, settings))
        publisher = cls(store, warm.school, settings.data_dir)
        publisher._loaded = warm.release
        await publisher.begin(settings.file(settings.intents.services))
        return publisher

    async def begin(self, delivered: Path) -> None:
        """Make release 1 of the folder `delivered` if there is no release; load the active one."""
        if not await self._store.releases():
            documents = await asyncio.to_thread(_read, delivered)
            await self._store.publish(documents, "As delivered", "townline")
        await self.active()

    async def active(self) -> LoadedRelease:
        """The release that a call beginning now uses."""
        number = await self._active_number()
        if self._loaded is None or self._loaded.number != number:
            self._loaded = await self._load(number)
        return self._loaded

    async def release(self, number: int) -> LoadedRelease:
        """One release, for a call that began with it. Raises `NotOnRecordError`."""
        if self._loaded is not None and self._loaded.number == number:
            return self._loaded
        return await self._load(number)

    async def published(self, number: int | None = None) -> Mapping[str, str]:
        """The documents of one release, or of the active one. Raises `NotOnRecordError`."""
        release = await (self._store.active_release() if number is None else self._store.release(number))
        return release.documents

    async def documents(self) -> Mapping[str, str]:
        """The active release's documents, with the changes that are not published yet."""
        return self.edits.over(await self.published())

    async def problems(self) -> tuple[str, ...]:
        """What is wrong with the draft, as `file:line: …`; empty when it may be published."""
        documents = await self.documents()
        mark = fingerprint(documents)
        if self._checked is None or self._checked[0] != mark:
            self._checked = mark, await asyncio.to_thread(_problems, documents)
        return self._checked[1]

    async def train(self) -> None:
        """Begin training the draft, unless that is being done."""
        if self._training is None or self._training.done():
            self._training = asyncio.create_task(self._train(), name="train the draft")

    async def training(self) -> Training:
        """How training the draft stands."""
        if self._training is not None and not self._training.done():
            return Training("training")
        if self._problem:
            return Training("failed", problem=self._problem)
        if self._draft is None:
            return Training("none")
        return Training("ready", stale=self._draft_of != fingerprint(await self.documents()))

    async def draft(self) -> LoadedRelease:
        """The draft as it was last trained. Raises `NotOnRecordError` before that."""
        if self._draft is None:
            raise NotOnRecordError("the draft was not trained yet")
        return self._draft

    async def findings(self) -> tuple[Finding, ...]:
        """What would confuse callers in the draft as it was last trained; empty before that."""
        if self._draft is None:
            return ()
        return await asyncio.to_thread(check_services, self._draft.services, self._draft.classifier)

    async def publish(self, note: str, author: str) -> int:
        """Publish the draft; the next call uses it. Returns its number; raises `BrokenDraftError`."""
        documents = await self.documents()
        await self._learn(documents)
        number = await self._store.publish(documents, note, author)
        await asyncio.to_thread(_copy, self._folder(DRAFT), self._folder(number))
        self.edits.clear()
        self._loaded = await self._load(number)
        return number

    async def go_back(self, number: int) -> None:
        """Make an earlier (or later) release the active one, once it is ready for calls."""
        loaded = await self._load(number)
        await self._store.activate(number)
        self._loaded = loaded

    async def releases(self) -> tuple[ReleaseNote, ...]:
        """All releases, newest first."""
        return await self._store.releases()

    async def aclose(self) -> None:
        """Break off training that was begun."""
        if self._training is not None:
            self._training.cancel()
            await asyncio.gather(self._training, return_exceptions=True)

    async def _train(self) -> None:
        self._problem = ""
        with contextlib.suppress(BrokenDraftError):
            await self._learn(await self.documents())

    async def _learn(self, documents: Mapping[str, str]) -> None:
        mark = fingerprint(documents)
        if self._draft is not None and self._draft_of == mark:
            return
        try:
            async with self._one:
                self._draft = await self._school.release(DRAFT, documents, self._folder(DRAFT))
        except (IntentsError, TrainingError, OSError) as error:
            self._problem = str(error)
            raise BrokenDraftError(str(error)) from error
        self._draft_of, self._problem = mark, ""

    async def _load(self, number: int) -> LoadedRelease:
        documents = (await self._store.release(number)).documents
        async with self._one:
            return await self._school.release(number, documents, self._folder(number))

    async def _active_number(self) -> int:
        for note in await self._store.releases():
            if note.active:
                return note.number
        raise NotOnRecordError("nothing has been published yet")

    def _folder(self, number: int) -> Path:
        return self._releases / (str(number) if number else "draft")


def _problems(documents: Mapping[str, str]) -> tuple[str, ...]:
    try:
        Catalogue.from_documents(documents)
    except ServiceFileError as error:
        return error.problems
    return ()


def _read(folder: Path) -> dict[str, str]:
    Catalogue.load(folder)
    return {str(file.relative_to(folder)): file.read_text(encoding="utf-8") for file in sorted(folder.rglob("*.yaml"))}


def _copy(trained: Path, folder: Path) -> None:
    # A crash before or during this costs a second training at the next start, and nothing else.
    shutil.copytree(trained, folder, dirs_exist_ok=True)
