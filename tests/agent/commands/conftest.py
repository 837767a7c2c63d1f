"""A small council for commands: four services, its own data folder, Ashcombe's places and safety net."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.settings import ROOT
from tests.intents.conftest import _EXAMPLES, _ROUTED, SERVICE

_CONFIG = """\
council: {{name: Testham, website: testham.gov.example, telephone: "01632 960 100", postcode_areas: [QA1]}}
agent: {{data_dir: {data}}}
intents: {{services: {services}, gazetteer: {intents}/ashcombe, safety: {intents}/safety.yaml,
  strays: {intents}/strays.yaml}}
"""


@pytest.fixture(scope="session")
def council(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with `config.yaml`; its release is trained once, by the first test that asks."""
    folder = tmp_path_factory.mktemp("testham")
    services = folder / "services"
    services.mkdir()
    (services / "missed_bin.yaml").write_text(SERVICE)
    for name, texts in _EXAMPLES.items():
        examples = "\n".join(f"    - {text}" for text in texts)
        (services / f"{name}.yaml").write_text(_ROUTED.format(id=name, title=name.replace("_", " "), examples=examples))
    config = _CONFIG.format(data=folder / "var", services=services, intents=ROOT / "intents")
    (folder / "config.yaml").write_text(config)
    return folder


@pytest.fixture(autouse=True)
def at_the_council(council: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command here reads the small council's configuration."""
    monkeypatch.setenv("TOWNLINE_CONFIG", str(council / "config.yaml"))
