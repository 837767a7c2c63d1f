"""Figures about the safety net."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.settings import ROOT
from intents.examples import DataSetError
from intents.safety import Safety
from intents.safety_evaluation import evaluate_safety, load_harmless, load_phrasings


def test_what_was_missed_is_listed() -> None:
    safety = Safety.load(ROOT / "intents" / "safety.yaml")
    said = [("my house is on fire", "fire"), ("the weather is nice", "gas"), ("I can smell gas", "fire")]
    report = evaluate_safety(safety, said, [("my bin was missed", "missed_bin"), ("I can smell gas", "gas_emergency")])
    assert (report.phrasings, report.harmless, report.false_alarms) == (3, 2, 0.0)
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


def test_harmless_utterances_come_from_parts_of_a_data_set_and_from_services(tmp_path: Path) -> None:
    (tmp_path / "parts.json").write_text('{"train": [["hello", "greet"]], "oos": [["what is love", "oos"]]}')
    assert load_harmless(tmp_path / "parts.json") == (("hello", "greet"), ("what is love", "oos"))
    (tmp_path / "set.json").write_text('[["my bin", "missed_bin"], ["what is love", "oos"]]')
    assert load_harmless(tmp_path / "set.json") == (("my bin", "missed_bin"), ("what is love", "oos"))
    assert ("gas_emergency" in {service for _, service in load_harmless(ROOT / "intents" / "services")}) is True
