"""The council's pages as calls answer from them: what was imported, or the delivered ones until something is."""

from __future__ import annotations

from agent.settings import Settings
from intents.encoder import Encoder
from intents.library import Library
from intents.pages import read_folder


def open_library(settings: Settings, encoder: Encoder) -> Library:
    """What `townline knowledge import` kept; where nothing was, the folder `intents.pages`. Raises `PageError`."""
    delivered = settings.intents.pages
    if not Library.kept_in(settings.knowledge_dir) and delivered is not None:
        Library.of(read_folder(settings.file(delivered)), encoder).save(settings.knowledge_dir)
    return Library.load(settings.knowledge_dir, encoder)
