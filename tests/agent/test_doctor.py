"""What `townline doctor` says of installations that are not well."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent import doctor
from agent.settings import Settings, load, secrets
from bench.telephone.installation import configured
from tests.telephony.livekit import KEY, SECRET, LiveKit, livekit_server

SIP = {"numbers": ["+441632960100"], "addresses": ["192.0.2.10"]}


@pytest.fixture(scope="module")
def livekit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveKit]:
    with livekit_server(tmp_path_factory.mktemp("livekit")) as server:
        yield server


@pytest.fixture
def settings(livekit: LiveKit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("TOWNLINE_LIVEKIT_KEY", KEY)
    monkeypatch.setenv("TOWNLINE_LIVEKIT_SECRET", SECRET)
    secrets.cache_clear()
    return load(configured(tmp_path, livekit, sip=SIP), Settings)


async def test_a_server_that_answers_is_well(settings: Settings) -> None:
    assert (await doctor.server(settings)).verdict == "well"


async def test_a_wrong_key_is_named(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOWNLINE_LIVEKIT_SECRET", "a-secret-that-is-another-one-altogether")
    secrets.cache_clear()
    found = await doctor.server(settings)
    assert (found.verdict, found.says) == ("broken", "the server refuses the key")
    assert "TOWNLINE_LIVEKIT_SECRET" in found.advice or "_SECRET" in found.advice


async def test_no_key_at_all_is_named(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TOWNLINE_LIVEKIT_KEY")
    secrets.cache_clear()
    assert "TOWNLINE_LIVEKIT_KEY" in (await doctor.server(settings)).says


async def test_sip_without_redis_is_named(settings: Settings) -> None:
    found = await doctor.trunk(settings)
    assert found.verdict == "broken"
    assert "redis" in found.advice


async def test_a_missing_worker_and_a_missing_watch_are_named(settings: Settings) -> None:
    assert (await doctor.worker(settings)).advice == "run townline worker"
    assert (await doctor.watch(settings)).advice == "run townline watch"


async def test_a_speech_server_that_is_not_there_is_named(settings: Settings) -> None:
    nowhere = settings.voices.model_copy(update={"server": "tcp://127.0.0.1:9"})
    assert (await doctor.speech(settings.model_copy(update={"voices": nowhere}))).advice == "run townline voices"


async def test_a_database_that_cannot_be_opened_is_named(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOWNLINE_DATABASE_URL", "postgresql://townline@127.0.0.1:9/townline")
    secrets.cache_clear()
    assert (await doctor.store(settings)).verdict == "broken"


async def test_every_part_is_looked_at_in_the_order_of_a_call(settings: Settings) -> None:
    found = await doctor.examine(settings)
    assert [one.part for one in found] == ["trunk", "livekit", "watch", "worker", "speech", "files", "database"]
    assert not doctor.sound(found)
