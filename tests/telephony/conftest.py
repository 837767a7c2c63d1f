"""One livekit-server and one worker for all tests that only ring."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.telephone.installation import configured, worker
from tests.telephony.livekit import LiveKit, livekit_server


@pytest.fixture(scope="session")
def livekit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveKit]:
    with livekit_server(tmp_path_factory.mktemp("livekit")) as server:
        yield server


@pytest.fixture(scope="module")
def own_livekit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveKit]:
    """One for a worker that is unlike `line`'s: a server gives a call to any of its workers."""
    with livekit_server(tmp_path_factory.mktemp("own_livekit")) as server:
        yield server


@pytest.fixture(scope="session")
def line(livekit: LiveKit, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The configuration of a worker that is running."""
    config = configured(tmp_path_factory.mktemp("line"), livekit)
    with worker(config):
        yield config
