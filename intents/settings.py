"""The `intents` section of `config.yaml`."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict


class IntentsSettings(BaseModel):
    """Where the council's services and places are. Folders and files are relative to `config.yaml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    encoder: str = "minilm"
    """The model in `models.yaml` that turns sentences into vectors."""
    services: Path = Path("intents/services")
    """The services that the first release is made from."""
    gazetteer: Path = Path("intents/ashcombe")
    """Addresses, streets and landmarks, as CSV files."""
    safety: Path = Path("intents/safety.yaml")
    """What is danger, and what is said then."""
    safety_examples: Path | None = None
    """What danger sounds like, for the second look; beside `safety` unless it says otherwise."""
    pages: Path | None = None
    """A folder of published pages to answer from until others are imported."""
    strays: Path = Path("intents/strays.yaml")
    """Utterances that mean none of the services; what "out of scope" is learnt from."""
