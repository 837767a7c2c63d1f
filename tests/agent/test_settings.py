"""`config.yaml`: the sample is right, and every fault of another is told at once with its line."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer

from agent import models
from agent.commands.configuration import Configuration, configuration
from agent.errors import ConfigError
from agent.settings import ROOT, config_path, load, secrets

COUNCIL = 'council:\n  name: Ashcombe\n  website: ashcombe.gov.example\n  telephone: "01632 960100"\n'
MINIMAL = f"{COUNCIL}  postcode_areas: [QA1]\n"


def config(folder: Path, text: str) -> Path:
    path = folder / "config.yaml"
    path.write_text(text)
    return path


def test_the_sample_council_is_configured() -> None:
    settings = configuration(ROOT / "config.yaml")

    assert settings.council.name == "Ashcombe Borough Council"
    assert settings.data_dir == ROOT / "var"
    assert settings.llm.mode == "off"
    assert set(settings.models_named()) <= set(models.listed())


def test_what_is_not_said_has_a_default(tmp_path: Path) -> None:
    settings = load(config(tmp_path, MINIMAL), Configuration)

    assert settings.data_dir == tmp_path / "var"
    assert settings.file(Path("/srv/places")) == Path("/srv/places")
    assert settings.desk.port == 8080


def test_every_fault_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    text = COUNCIL + "voices:\n  threads: many\nllm:\n  mode: remote\n  treads: 2\ndesk:\n  port: 99999\n"

    with pytest.raises(ConfigError) as broken:
        load(config(tmp_path, text), Configuration)

    assert broken.value.problems == (
        "config.yaml:1: council.postcode_areas: this key is missing",
        "config.yaml:6: voices.threads: expected a valid integer (it is 'many')",
        "config.yaml:9: llm.treads: expected no such key here",
        "config.yaml:11: desk.port: expected less than or equal to 65535 (it is 99999)",
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("council: [\n", "config.yaml:2: expected YAML"),
        ("council:\n  name: a\n  name: b\n", "config.yaml:3: expected YAML"),
        ("", "config.yaml:1: council: this key is missing"),
        ("- council\n", "config.yaml:1: the file: expected"),
        (f"{MINIMAL}llm:\n  mode: remote\n", "config.yaml:6: llm: expected url, as mode is remote"),
        (f"{MINIMAL}hours:\n  people: nobody\n", "config.yaml:6: hours: expected"),
    ],
)
def test_a_broken_file_says_where(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(ConfigError) as broken:
        load(config(tmp_path, text), Configuration)

    assert broken.value.problems[0].startswith(problem)


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"config\.yaml:1: cannot be read"):
        load(tmp_path / "config.yaml", Configuration)


def test_a_command_ends_with_the_faults_and_exit_code_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOWNLINE_CONFIG", str(config(tmp_path, COUNCIL)))

    with pytest.raises(typer.Exit) as ended:
        configuration()

    assert ended.value.exit_code == 2
    assert capsys.readouterr().err == "config.yaml:1: council.postcode_areas: this key is missing\n"
    assert config_path() == tmp_path / "config.yaml"


def test_an_embedded_model_is_one_of_the_models_that_are_needed(tmp_path: Path) -> None:
    named = load(config(tmp_path, f"{MINIMAL}llm:\n  mode: embedded\n"), Configuration)
    own = load(config(tmp_path, f"{MINIMAL}llm:\n  mode: embedded\n  model: /srv/big.gguf\n"), Configuration)

    assert "qwen-coder-1.5b" in named.models_named()
    assert own.models_named() == ["whisper-tiny-en", "piper-joe", "minilm"]


def test_secrets_come_from_the_environment_and_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOWNLINE_DATABASE_URL", "postgresql://line:very-secret@db/line")
    secrets.cache_clear()

    found = secrets()

    assert found.database_url is not None
    assert found.database_url.get_secret_value().startswith("postgresql://")
    assert "very-secret" not in repr(found)
    secrets.cache_clear()
