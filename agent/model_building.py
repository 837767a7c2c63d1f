"""Models that are made on this machine from what was fetched, because nobody publishes them as they are needed."""

from __future__ import annotations

from pathlib import Path
from zipfile import BadZipFile

from agent.errors import ModelBrokenError
from agent.model_list import Build


def make(build: Build, folder: Path) -> None:
    """Make a model's files in `folder` from the inputs there. Raises `ModelBrokenError` for inputs of another kind."""
    # Only the few who fetch such a model wait for ONNX to be imported.
    from agent import mpnet

    builders = {"mpnet": mpnet.build}
    try:
        builders[build](folder)
    except (BadZipFile, KeyError, ValueError) as error:
        raise ModelBrokenError(f"{build} could not be made from what was fetched: {error}") from error
