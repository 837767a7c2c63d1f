"""The real recogniser, loaded once."""

from __future__ import annotations

import pytest

from agent import models
from voices.whisper import Recogniser


@pytest.fixture(scope="session")
def recogniser() -> Recogniser:
    return Recogniser(models.path("whisper-tiny-en"))
