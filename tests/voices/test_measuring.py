"""Given what was measured, which arrangement is taken; and that measuring happens once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from agent import models
from voices import measuring
from voices.measuring import Arrangement, best, candidates, measured_plan
from voices.server_settings import Plan, ServerSettings

ONE = Arrangement(
    workers=1,
    threads=1,
    hearing=0.1,
    speaking=0.2,
    hearing_busy=0.1,
    speaking_busy=0.2,
    hearing_cpu=0.1,
    speaking_cpu=0.2,
)


def test_two_workers_that_do_twice_as_much_are_taken() -> None:
    assert best([ONE, replace(ONE, workers=2)]).workers == 2


def test_of_two_that_do_about_as_much_the_quicker_answer_is_taken() -> None:
    slow = replace(ONE, workers=2, hearing_busy=0.2, speaking_busy=0.4)
    quick = replace(ONE, threads=2, hearing=0.06, speaking=0.1)
    assert best([slow, quick]) is quick


def test_places_follow_from_processor_time() -> None:
    assert ONE.plan == Plan(workers=1, threads=1, calls=8)
    assert replace(ONE, hearing_busy=9.0).plan.calls == 8
    assert replace(ONE, hearing_cpu=60.0).plan.calls == 1


@pytest.mark.parametrize(
    ("cores", "threads", "expected"),
    [(1, None, [(1, 1)]), (2, None, [(2, 1), (1, 2), (1, 1)]), (8, 2, [(4, 2)]), (2, 8, [(1, 8)])],
)
def test_what_is_tried(cores: int, threads: int | None, expected: list[tuple[int, int]]) -> None:
    assert candidates(cores, threads) == expected


def test_it_is_measured_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = ServerSettings(models.path("whisper-tiny-en"), models.path("piper-joe"), kept=tmp_path, threads=1)
    monkeypatch.setattr(measuring, "_QUIET", 1_000.0)
    found = measured_plan(settings)
    assert found.threads == 1
    assert found.calls >= 1
    monkeypatch.setattr(measuring, "_measured", None)
    assert measured_plan(settings) == found


def test_what_was_measured_on_a_busy_machine_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = ServerSettings(models.path("whisper-tiny-en"), models.path("piper-joe"), kept=tmp_path, threads=1)
    monkeypatch.setattr(measuring, "_QUIET", -1.0)
    assert measured_plan(settings).calls >= 1
    assert not list(tmp_path.iterdir())
