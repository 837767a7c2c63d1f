"""What has to be in order before anything is started: the services' files, and the models."""

from __future__ import annotations

from agent import models
from agent.errors import ModelMissingError
from agent.settings import Settings
from intents.catalogue import Catalogue


def check(settings: Settings) -> None:
    """Look at everything that is read later, so that a line that cannot run does not begin to.

    Raises `ServiceFileError` with every fault of every service file, and `ModelMissingError` with the command that
    fetches all models that are missing.
    """
    Catalogue.load(settings.file(settings.intents.services))
    voices = settings.voices
    elsewhere = () if voices.server in ("embedded", "in-process") else (voices.whisper, voices.voice)
    needed = [name for name in settings.models_named() if name not in elsewhere]
    missing = [name for name in needed if not models.present(name)]
    if len(missing) == 1:
        models.path(missing[0])
    if missing:
        fetch = f"townline models fetch {' '.join(missing)}"
        raise ModelMissingError(f"the models {', '.join(missing)} are not here yet: run `{fetch}`")
