"""The files an administrator deploys with."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from agent.commands.configuration import Configuration
from agent.settings import ROOT, load
from deploy.livekit.build import version

DEPLOY = ROOT / "deploy"


def read(text: str) -> list[Any]:
    return [document for document in YAML(typ="safe").load_all(text) if document]


def test_compose_runs_the_server_that_the_tests_run() -> None:
    services = read((DEPLOY / "compose.yaml").read_text())[0]["services"]
    assert services["livekit"]["image"].endswith(f":v{version()}")


def test_compose_gives_a_worker_as_long_as_its_longest_call() -> None:
    services = read((DEPLOY / "compose.yaml").read_text())[0]["services"]
    longest = load(ROOT / "config.yaml", Configuration).agent.longest_call_minutes
    assert int(services["worker"]["stop_grace_period"].removesuffix("m")) > longest


def test_nothing_has_a_secret_in_it() -> None:
    example = (DEPLOY / "compose.env.example").read_text()
    given = dict(line.split("=", 1) for line in example.splitlines() if "=" in line and not line.startswith("#"))
    assert {name: value for name, value in given.items() if "SECRET" in name or "PASSWORD" in name} == {
        "LIVEKIT_SECRET": "",
        "POSTGRES_PASSWORD": "",
        "SIP_PASSWORD": "",
        "SIP_OUTBOUND_PASSWORD": "",
    }


@pytest.mark.skipif(shutil.which("helm") is None, reason="rendering the chart needs helm on the PATH")
def test_the_chart_gives_every_process_a_configuration_that_is_right(tmp_path: Path) -> None:
    command = ["helm", "template", "line", str(DEPLOY / "helm/townline"), "--set-file", f"config={ROOT}/config.yaml"]
    rendered = read(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    config = tmp_path / "config.yaml"
    config.write_text(next(one for one in rendered if one["kind"] == "ConfigMap")["data"]["config.yaml"])
    assert load(config, Configuration).voices.server == "tcp://line-voices:10300"
    assert {one["metadata"]["name"] for one in rendered if one["kind"] == "Deployment"} == {
        "line-worker",
        "line-voices",
        "line-watch",
        "line-web",
    }
