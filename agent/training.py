"""Making a release that calls can use: read its documents, train its classifier, keep what was trained."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from agent import models
from agent.errors import AgentError
from agent.published_pages import open_library
from agent.release import LoadedRelease
from agent.safety_net import open_safety
from agent.settings import ROOT, Settings
from intents.catalogue import Catalogue
from intents.classifier import Classifier
from intents.encoder import Encoder
from intents.examples import DataSet
from intents.gazetteer import Gazetteer
from intents.library import Library
from intents.remembered import RememberingEncoder
from intents.responsibility import Tier
from intents.safety import Safety

_FINGERPRINT = "fingerprint.txt"


class TrainingError(AgentError):
    """Training did not come to its end; what is live is untouched."""

    code = "training"
    retryable = True


@dataclass(frozen=True, slots=True)
class School:
    """What a release needs besides its services; opened once and shared by all releases."""

    encoder_folder: Path
    encoder: Encoder
    gazetteer: Gazetteer
    safety: Safety
    strays: tuple[str, ...] = ()
    """Utterances that mean none of the services."""
    library: Library | None = None
    tier: Tier = "unitary"
    """What kind of council it is, and so what others do for it."""

    @classmethod
    def open(cls, settings: Settings) -> School:
        """Load encoder, places and safety net; raises `ModelMissingError` and the errors of `intents`."""
        folder = models.path(settings.intents.encoder)
        encoder = Encoder(folder)
        return cls(
            encoder_folder=folder,
            encoder=encoder,
            gazetteer=Gazetteer.load(settings.file(settings.intents.gazetteer)),
            safety=open_safety(settings, encoder),
            strays=strays(settings),
            library=open_library(settings, encoder),
            tier=settings.council.tier,
        )

    async def release(self, number: int, documents: Mapping[str, str], folder: Path) -> LoadedRelease:
        """The release made of `documents`; trained once, read from `folder` afterwards.

        Raises `ServiceFileError` for broken documents, `TrainingError` when training was broken off.
        """
        catalogue = await asyncio.to_thread(Catalogue.from_documents, documents)
        classifier = await asyncio.to_thread(self._kept, documents, folder)
        if classifier is None:
            await self._train(documents, folder)
            classifier = await asyncio.to_thread(self._kept, documents, folder)
        if classifier is None:
            raise TrainingError("what was trained cannot be read")
        services = catalogue.who.applied(catalogue.services, self.tier)
        return LoadedRelease(number, services, classifier, self.gazetteer, self.safety, self.library)

    def _kept(self, documents: Mapping[str, str], folder: Path) -> Classifier | None:
        """What was trained before, unless it was trained on something else or is damaged."""
        try:
            if (folder / _FINGERPRINT).read_text(encoding="utf-8") != fingerprint(documents, self.strays):
                return None
            return Classifier.load(folder, self.encoder)
        except (OSError, ValueError, KeyError, TypeError):
            return None

    async def _train(self, documents: Mapping[str, str], folder: Path) -> None:
        # A process of its own, with low priority: training computes for a minute, and calls go on meanwhile.
        command = (sys.executable, "-m", "agent.training", str(self.encoder_folder), str(folder))
        process = await asyncio.create_subprocess_exec(
            *command, stdin=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, cwd=ROOT
        )
        try:
            _, complaint = await process.communicate(json.dumps([dict(documents), self.strays]).encode())
        except asyncio.CancelledError:
            process.kill()
            await process.wait()
            raise
        if process.returncode != 0:
            last = complaint.decode(errors="replace").strip().splitlines()[-1:]
            raise TrainingError(last[0] if last else f"training ended with {process.returncode}")


def strays(settings: Settings) -> tuple[str, ...]:
    """The utterances in `intents.strays` that mean none of the services; raises `DataSetError`."""
    return DataSet.load(settings.file(settings.intents.strays)).strays


def train(documents: Mapping[str, str], encoder: Encoder, folder: Path, strays: Sequence[str] = ()) -> None:
    """Train on `documents` and put the result in the place of `folder`, as a whole or not at all."""
    catalogue = Catalogue.from_documents(documents)
    classifier = Classifier.train(catalogue.services, encoder, strays=strays, entries=catalogue.entries)
    folder.parent.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    classifier.save(making)
    # Written last: a folder without it was never finished, and is trained again.
    (making / _FINGERPRINT).write_text(fingerprint(documents, strays), encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    os.replace(making, folder)


def fingerprint(documents: Mapping[str, str], strays: Sequence[str] = ()) -> str:
    """The same for the same documents and strays, and for no others."""
    digest = hashlib.sha256()
    for part in (*(part for item in sorted(documents.items()) for part in item), *strays):
        digest.update(len(part.encode()).to_bytes(8, "big") + part.encode())
    return digest.hexdigest()


if __name__ == "__main__":
    os.nice(10)
    _documents, _strays = json.load(sys.stdin)
    _encoder = RememberingEncoder(Path(sys.argv[1]), models.cache_dir() / "vectors", threads=2)
    train(_documents, _encoder, Path(sys.argv[2]), _strays)
    _encoder.keep()
