"""What every test may count on: no secret and no configuration of the machine it happens to run on."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from agent import models
from agent.settings import secrets

KEPT = {"TOWNLINE_CACHE"}


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("TOWNLINE_") and name not in KEPT]:
        monkeypatch.delenv(name)
    secrets.cache_clear()


@pytest.fixture(scope="session")
def language_model_file() -> Path:
    """The default language model; `make test` fetches it."""
    return models.path("qwen-coder-1.5b") / "model.gguf"
