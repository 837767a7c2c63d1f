"""How real callers' dialogues are read: in folds of callers where they were learnt from, else with what is shipped."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.understanding import evi, typed
from bench.understanding.evi_people import load_register
from bench.understanding.values import line, own, real
from intents.examples import DataSetError

ROWS = [
    ("d1", "anna", "postcode", 0, ["q a 1 4 t b"], "QA1 4TB"),
    ("d1", "anna", "postcode", 1, ["cue a one four tea bee", "q a 1 4 d b"], "QA1 4TB"),
    ("d2", "anna", "postcode", 0, ["l s 2 7 b x"], "LS2 7BX"),
    ("d3", "bert", "postcode", 0, ["m 1 1 a e"], "M1 1AE"),
    ("d1", "anna", "dob", 0, ["28th of March 1949"], "1949-03-28"),
    ("d3", "bert", "dob", 0, ["4th of May 1962"], "1962-05-04"),
]


@pytest.fixture
def dialogues(tmp_path: Path) -> Path:
    names = ("dialogue_id", "speaker_id", "item", "attempt", "nbest", "truth")
    file = tmp_path / "dialogues.jsonl"
    file.write_text("".join(json.dumps(dict(zip(names, row, strict=True))) + "\n" for row in ROWS), encoding="utf-8")
    return file


def test_all_that_one_caller_said_is_in_one_fold(dialogues: Path) -> None:
    fold = evi.folds(evi.load(dialogues))
    assert fold["d1"] == fold["d2"]


def test_dialogues_that_nothing_was_learnt_from_are_read_with_what_is_shipped(dialogues: Path) -> None:
    found = {figures["type"]: figures for figures in real(dialogues, None)}
    assert {figures["learned"] for figures in found.values()} == {"shipped"}
    assert found["postcode_without_gazetteer"]["n"] == 3
    assert found["postcode_with_gazetteer"]["dialogue"] == pytest.approx(1.0)
    assert found["date_of_birth"]["dialogue"] == pytest.approx(1.0)
    assert "100.0" in line(found["date_of_birth"])


@pytest.mark.parametrize(
    ("content", "complaint"),
    [("", "no dialogues"), ("{", r"jsonl:1: expected JSON"), ('{"item": "dob"}', "with attempt, dialogue_id")],
)
def test_a_file_that_holds_no_dialogues_is_named(tmp_path: Path, content: str, complaint: str) -> None:
    (tmp_path / "bad.jsonl").write_text(content)
    with pytest.raises(DataSetError, match=complaint):
        next(real(tmp_path / "bad.jsonl", None))


def test_dialogues_about_one_thing_alone_have_its_figures_alone(dialogues: Path) -> None:
    rows = dialogues.read_text().splitlines(keepends=True)
    dialogues.write_text("".join(row for row in rows if '"dob"' in row))
    assert [figures["type"] for figures in real(dialogues, None)] == ["date_of_birth"]


def test_a_register_of_other_people_is_refused(dialogues: Path) -> None:
    records = dialogues.parent / "records.csv"
    records.write_text("postcode,name\nQA1 4TB,Anna Ash\n")
    with pytest.raises(DataSetError, match="the column dob is missing"):
        load_register(records)
    records.write_text("postcode,name,dob\nQA1 4TB,Anna Ash,1949-03-28\n")
    with pytest.raises(DataSetError, match="no dialogue has all items"):
        list(real(dialogues, records))


def test_dialogues_that_were_learnt_from_are_read_in_folds(dialogues: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = dialogues.parent / "evi.yaml"
    shipped.write_text(f"dialogues: {evi.mark('d3')}\nthresholds: {{}}\nweights: {{}}\n", encoding="utf-8")
    monkeypatch.setattr(evi, "LESSONS", shipped)
    assert evi.lessons(evi.load(dialogues)).learned == "folds"


def test_a_threshold_is_where_enough_are_right() -> None:
    outcomes = [evi.Outcome("a", ("a", "a"), ("a",), 0.9 - n / 100) for n in range(10)]
    wrong = evi.Outcome("a", ("b", "b"), ("b",), 0.5)
    assert evi.limit([*outcomes, wrong]) == outcomes[-1].probability
    assert evi.figures([*outcomes, wrong], 0.7).precision == pytest.approx(1.0)


def test_nearly_everything_that_is_typed_is_read() -> None:
    figures, readings = own()
    right = sum(row["right"] * row["n"] for row in figures) / sum(row["n"] for row in figures)
    assert right >= 0.95
    assert {row["type"] for row in figures} >= {"postcode", "address", "date:past", "registration", "email", "choice"}
    assert all(row["n"] + row["n_development"] >= 40 for row in figures)
    assert any(typed.held_out(reading.said.text) for reading in readings)
