"""Figures on a test set."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from intents.catalogue import Catalogue
from intents.encoder import Encoder
from intents.evaluate import evaluate
from intents.examples import DataSet, DataSetError


@pytest.fixture
def train(catalogue: Catalogue) -> DataSet:
    return DataSet.of((e.text, service.id) for service in catalogue.services.values() for e in service.examples)


def test_an_easy_test_set_is_understood_and_strays_are_told_apart(train: DataSet, encoder: Encoder) -> None:
    test = DataSet.of(
        [
            ("you've not emptied my bin", "missed_bin"),
            ("there's a hole in the road", "pothole"),
            ("loud music next door", "noise"),
            ("a dead fox in the road", "dead_animal"),
            ("convert five dollars to yen", "oos"),
            ("who wrote hamlet", "oos"),
        ]
    )
    report = evaluate(train, None, test, encoder)
    assert (report.utterances, report.strays) == (4, 2)
    assert report.accuracy == 1
    assert report.auroc == 1
    assert report.oos_recall_at_95 == 1
    assert set(report.figures()) >= {
        "in_scope_accuracy",
        "oos_recall",
        "oos_precision",
        "coverage_at_95",
        "ece",
        "ece_by_chance",
        "ms_p50",
    }


def test_mistakes_are_listed_and_figures_without_strays_are_empty(train: DataSet, encoder: Encoder) -> None:
    report = evaluate(train, train, DataSet.of([("my bin was missed", "noise"), ("the dog barks", "noise")]), encoder)
    assert report.accuracy == 0.5
    assert [(mistake.intent, mistake.guessed) for mistake in report.worst] == [("noise", "missed_bin")]
    assert report.auroc is None
    assert report.oos_recall is None


def test_json_and_rasa_yaml_are_read_alike(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps([["my blue bin", "bin"], ["hello", "oos"]]))
    (tmp_path / "a.yaml").write_text(
        "nlu:\n- intent: bin\n  examples: |\n    - my [blue](colour) bin\n- intent: oos\n  examples: |\n    - hello\n"
    )
    assert DataSet.load(tmp_path / "a.json") == DataSet.load(tmp_path / "a.yaml")
    assert DataSet.load(tmp_path / "a.json").strays == ("hello",)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.json", "{"),
        ("a.json", "[[1, 2]]"),
        ("a.json", "[]"),
        ("a.yaml", "nlu: 3"),
        ("a.yaml", "nlu: ["),
        ("b.txt", "x"),
    ],
)
def test_what_is_no_data_set_is_refused_by_name(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(DataSetError, match=name):
        DataSet.load(tmp_path / name)


def test_a_few_shots_are_the_same_ones_for_the_same_seed(train: DataSet) -> None:
    few = train.few(2, seed=1)
    assert len(few.texts) == 8
    assert few == train.few(2, seed=1)
    assert few != train.few(2, seed=2)
