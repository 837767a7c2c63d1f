"""The sample council's gazetteer, loaded once."""

from __future__ import annotations

from pathlib import Path

import pytest

import intents
from intents.gazetteer import Gazetteer


@pytest.fixture(scope="session")
def gazetteer() -> Gazetteer:
    return Gazetteer.load(Path(intents.__file__).parent / "ashcombe")
