"""A task is on only where this machine showed that this model passes it in time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from agent.llm.cases import cases
from agent.llm.evaluation import FEWEST, Evaluation, Result, allowed, identity, machine, save
from agent.llm.settings import Deadlines, LlmSettings, Task

SETTINGS = LlmSettings(mode="embedded")
GOOD: dict[str, Any] = {"passed": 20, "of": 20, "p50": 0.4, "p95": 0.9, "deadline": 1.5}


def shown(folder: Path, result: dict[str, Any] | None = None, **about: Any) -> None:
    known: dict[str, Any] = {"model": "m", "machine": machine(), "threads": 2, "made": "2026-11-23T10:30:00+00:00"}
    results = {Task.CHOOSE: Result(**(GOOD | (result or {})))}
    save(Evaluation(**{**known, **about}, results=results), folder)


def test_a_task_that_passed_in_time_is_on(tmp_path: Path) -> None:
    shown(tmp_path)

    assert allowed(SETTINGS, "m", tmp_path) == {Task.CHOOSE}


@pytest.mark.parametrize(
    "result", [{"passed": 16}, {"p95": 1.6}, {"passed": 10, "of": 10}, {"passed": 0, "of": 0}], ids=str
)
def test_a_task_that_did_not_is_off(tmp_path: Path, result: dict[str, Any]) -> None:
    shown(tmp_path, result)

    assert allowed(SETTINGS, "m", tmp_path) == frozenset()


@pytest.mark.parametrize("about", [{"model": "another"}, {"machine": "another"}, {"threads": 8}], ids=str)
def test_nothing_is_on_for_another_model_or_machine(tmp_path: Path, about: dict[str, Any]) -> None:
    shown(tmp_path, **about)

    assert allowed(SETTINGS, "m", tmp_path) == frozenset()


def test_nothing_is_on_when_the_deadline_became_shorter(tmp_path: Path) -> None:
    shown(tmp_path)
    hasty = LlmSettings(mode="embedded", deadline_seconds=Deadlines(choose=0.5))

    assert allowed(hasty, "m", tmp_path) == frozenset()


@pytest.mark.parametrize("content", [None, "", "{}", '{"model": "m"}'])
def test_nothing_is_on_without_an_evaluation(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "llm-evaluation.json").write_text(content)

    assert allowed(SETTINGS, "m", tmp_path) == frozenset()


def test_a_model_is_known_by_its_content(tmp_path: Path) -> None:
    gguf = tmp_path / "a.gguf"
    gguf.write_bytes(b"one")
    first = identity(SETTINGS, gguf, tmp_path)
    assert identity(SETTINGS, gguf, tmp_path) == first

    gguf.write_bytes(b"other")

    assert identity(SETTINGS, gguf, tmp_path) != first
    assert identity(LlmSettings(mode="remote", url="http://a/v1"), None, tmp_path) != first


@pytest.mark.parametrize("task", Task)
def test_every_task_has_enough_cases(task: Task) -> None:
    found = cases(task)

    assert len(found) >= FEWEST
    assert len({case.name for case in found}) == len(found)
