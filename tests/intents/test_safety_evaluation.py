"""Figures about the safety net."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.settings import ROOT
from intents.examples import DataSetError
from intents.safety import Safety
from intents.safety_evaluation import evaluate_safety, load_phrasings


def test_what_was_missed_is_listed() -> None:
    safety = Safety.load(ROOT / "intents" / "safety.yaml")
    said = [("my house is on fire", "fire"), ("the weather is nice", "gas"), ("I can smell gas", "fire")]
    report = evaluate_safety(safety, said, ["my bin was missed"])
    assert (report.phrasings, report.harmless, report.false_alarms) == (3, 1, 0.0)
    assert report.recall == pytest.approx(2 / 3)
    assert report.right_entry == pytest.approx(1 / 3)
    assert [(missed.entry, missed.found) for missed in report.missed] == [("gas", "none"), ("fire", "gas")]


def test_nothing_measured_gives_no_figures() -> None:
    report = evaluate_safety(Safety.load(ROOT / "intents" / "safety.yaml"), [])
    assert (report.recall, report.false_alarms) == (None, None)


def test_lists_and_data_sets_are_read_alike(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("fire:\n- it burns\nnone:\n- hello\n")
    (tmp_path / "b.json").write_text('[["it burns", "fire"], ["hello", "oos"]]')
    assert load_phrasings(tmp_path / "a.yaml") == load_phrasings(tmp_path / "b.json")
    with pytest.raises(DataSetError, match=r"c\.yaml"):
        load_phrasings(tmp_path / "c.yaml")
