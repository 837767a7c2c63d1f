"""Looking through services, and the page about them."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from agent.cli import app


def test_thin_services_and_actions_that_do_not_exist_are_found(council: Path, tmp_path: Path) -> None:
    services = tmp_path / "services"
    services.mkdir()
    for file in (council / "services").iterdir():
        text = file.read_text().replace("action_report_missed_bin", "action_fly")
        (services / file.name).write_text(text)
    result = CliRunner().invoke(app, ["services", "check", str(services), "--json"])
    findings = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 1
    assert ("dead_link", "missed_bin") in {(finding["kind"], finding["service"]) for finding in findings}
    assert "thin" in {finding["kind"] for finding in findings}


def test_broken_files_end_with_2_and_their_lines(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("service: {id: other}\n")
    result = CliRunner().invoke(app, ["services", "check", str(tmp_path)])
    assert result.exit_code == 2
    assert "bad.yaml:1" in result.stderr


def test_a_report_is_a_whole_page(council: Path, tmp_path: Path) -> None:
    (tmp_path / "test.json").write_text(json.dumps([["<b>dead</b> fox", "dead_animal"], ["a dead fox", "noise"]]))
    result = CliRunner().invoke(app, ["report", "first", "--test", str(tmp_path / "test.json")])
    assert result.exit_code == 0, result.output
    page = (council / "var" / "reports" / "first.html").read_text()
    assert "<svg" in page
    assert "<td>noise</td><td>dead_animal</td>" in page
    found = CliRunner().invoke(app, ["report", "first", "--test=-", "--json"], input='[["a dead fox", "dead_animal"]]')
    figures = json.loads(found.stdout)
    assert figures["page"] == str(council / "var" / "reports" / "first.html")
    assert figures["accuracy"] == 1
    assert CliRunner().invoke(app, ["report", "../evil"]).exit_code == 2
    assert CliRunner().invoke(app, ["report", "first", "--train", "train.json"]).exit_code == 2


def test_help_lists_every_command() -> None:
    output = CliRunner().invoke(app, ["--help"]).output
    assert all(name in output for name in ("call", "evaluate", "knowledge", "models", "report", "serve", "understand"))
