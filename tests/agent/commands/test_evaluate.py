"""Figures on the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from agent.cli import app
from agent.settings import ROOT

DOCUMENTED = {
    "accuracy", "in_scope_accuracy", "oos_recall", "oos_precision", "auroc", "oos_recall_at_95", "coverage_at_95",
    "ece", "ece_by_chance", "ms_p50",
}  # fmt: skip
TRAIN = [
    *((text, "bin") for text in ("empty my bin", "the bin is full", "bins were missed", "rubbish not taken")),
    *((text, "road") for text in ("a hole in the road", "pothole outside", "the tarmac is broken", "crater in road")),
    *((text, "oos") for text in ("sing a song", "who is the king of Spain")),
]


def run(*arguments: str, said: str | None = None) -> dict[str, Any]:
    result = CliRunner().invoke(app, ["evaluate", *arguments, "--json"], input=said)
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "train.json").write_text(json.dumps(TRAIN))
    test = [("my bin was not emptied", "bin"), ("there is a hole in my road", "road"), ("play some jazz", "oos")]
    (tmp_path / "test.json").write_text(json.dumps(test))
    return tmp_path


def test_any_data_set_gives_the_documented_figures(data: Path) -> None:
    files = [f"--{name}={data / 'test.json'}" for name in ("val", "test")]
    figures = run("intents", f"--train={data / 'train.json'}", *files)
    assert set(figures) >= DOCUMENTED
    assert figures["accuracy"] == 1
    few = run("intents", f"--train={data / 'train.json'}", f"--test={data / 'test.json'}", "--shots=2", "--seed=1")
    assert few["utterances"] == 2


def test_what_is_live_is_measured_where_nothing_is_trained_on(tmp_path: Path) -> None:
    (tmp_path / "test.json").write_text(json.dumps([["a dead fox", "dead_animal"], ["loud music", "noise"]]))
    assert run("intents", f"--test={tmp_path / 'test.json'}")["accuracy"] == 1


def test_a_broken_data_set_is_named_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text("{")
    result = CliRunner().invoke(app, ["evaluate", "intents", f"--test={tmp_path / 'bad.json'}"])
    assert result.exit_code == 1
    assert "bad.json" in result.stderr


def test_what_is_measured_on_may_come_from_standard_input(data: Path) -> None:
    train = f"--train={data / 'train.json'}"
    assert run("intents", train, "--test=-", said=(data / "test.json").read_text())["utterances"] == 2
    rasa = "nlu:\n- intent: bin\n  examples: |\n    - my bin was not emptied\n"
    assert run("intents", train, "--test=-", said=rasa)["accuracy"] == 1
    figures = run("safety", "-", said="fire:\n- my house is on fire\nnone:\n- I was fired from my job\n")
    assert (figures["phrasings"], figures["recall"], figures["false_alarms"]) == (1, 1.0, 0.0)
    nothing = CliRunner().invoke(app, ["evaluate", "intents", train, "--test=-"], input="")
    assert nothing.exit_code == 1
    assert len(nothing.stderr.splitlines()) == 1


def test_a_test_set_of_strays_alone_has_figures_for_strays_alone(data: Path) -> None:
    figures = run("intents", f"--train={data / 'train.json'}", "--test=-", said=json.dumps([["play some jazz", "oos"]]))
    assert (figures["utterances"], figures["strays"]) == (0, 1)
    assert figures["oos_recall"] is not None
    assert {figures[key] for key in ("accuracy", "top_two", "in_scope_accuracy", "auroc", "ece")} == {None}


def test_a_label_that_was_never_trained_on_counts_as_wrong(data: Path) -> None:
    said = json.dumps([["my bin was not emptied", "bin"], ["the cat is up a tree", "tree"]])
    assert run("intents", f"--train={data / 'train.json'}", "--test=-", said=said)["accuracy"] == 0.5


@pytest.mark.parametrize("option", ["--shots=5", "--val=x.json", "--encoder=mpnet"])
def test_options_of_training_without_training_are_refused(data: Path, option: str) -> None:
    result = CliRunner().invoke(app, ["evaluate", "intents", f"--test={data / 'test.json'}", option])
    assert result.exit_code == 2
    assert "--train" in result.stderr


def test_danger_is_counted_and_false_alarms_too(tmp_path: Path) -> None:
    (tmp_path / "said.yaml").write_text("fire:\n- my house is on fire\nnone:\n- I was fired from my job\n")
    (tmp_path / "calm.json").write_text(json.dumps([["my bin was missed", "bin"], ["sing a song", "oos"]]))
    figures = run("safety", str(tmp_path / "said.yaml"), f"--harmless={tmp_path / 'calm.json'}")
    assert (figures["phrasings"], figures["harmless"], figures["recall"], figures["false_alarms"]) == (1, 3, 1.0, 0.0)


def test_answers_are_measured_on_pages(tmp_path: Path) -> None:
    (tmp_path / "asked.yaml").write_text(
        "licensing/busking:\n- do I need a licence to busk\nnone:\n- who won the football\n"
    )
    pages = ROOT / "intents" / "ashcombe" / "pages"
    figures = run("answers", str(tmp_path / "asked.yaml"), f"--pages={pages}")
    assert (figures["found"], figures["answered"], figures["none_recall"]) == (1.0, 1.0, 1.0)


def test_values_and_llm_are_there() -> None:
    for command in ("values", "llm"):
        assert CliRunner().invoke(app, ["evaluate", command, "--help"]).exit_code == 0
