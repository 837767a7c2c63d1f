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


needs_helm = pytest.mark.skipif(shutil.which("helm") is None, reason="rendering the chart needs helm on the PATH")


def helm(*command: str, config: Path = ROOT / "config.yaml") -> subprocess.CompletedProcess[str]:
    said = ["helm", *command, str(DEPLOY / "helm/townline"), "--set-file", f"config={config}"]
    return subprocess.run(said, check=False, capture_output=True, text=True)


def chart(*values: str, config: Path = ROOT / "config.yaml") -> list[Any]:
    done = helm("template", *(word for value in values for word in ("--set", value)), "line", config=config)
    assert done.returncode == 0, done.stderr
    return read(done.stdout)


def configuration(documents: list[Any], folder: Path) -> Configuration:
    """What the processes get to read."""
    config = folder / "rendered.yaml"
    config.write_text(next(one for one in documents if one["kind"] == "ConfigMap")["data"]["config.yaml"])
    return load(config, Configuration)


@needs_helm
def test_the_chart_gives_every_process_a_configuration_that_is_right(tmp_path: Path) -> None:
    rendered = chart()
    assert configuration(rendered, tmp_path).voices.server == "tcp://line-voices:10300"
    assert {one["metadata"]["name"] for one in rendered if one["kind"] == "Deployment"} == {
        "line-worker",
        "line-voices",
        "line-watch",
        "line-web",
    }


@needs_helm
def test_what_the_chart_relies_on_is_its_own_and_the_councils_words_stay_words(tmp_path: Path) -> None:
    # Given a council in the north of London, whose own machine listens elsewhere.
    own = {"[QA1, QA2, QA3, QA4]": "[NW, N]", "port: 8080": "port: 9000", "data_dir: var": "data_dir: /srv/line"}
    text = (ROOT / "config.yaml").read_text()
    for old, new in own.items():
        assert old in text
        text = text.replace(old, new)
    (tmp_path / "config.yaml").write_text(text)
    read_back = configuration(chart(config=tmp_path / "config.yaml"), tmp_path)
    assert read_back.council.postcode_areas == ("NW", "N")
    assert read_back.llm.mode == "off"
    assert (read_back.desk.port, read_back.agent.data_dir) == (8080, Path("var"))


@needs_helm
def test_the_chart_has_what_its_values_ask_for() -> None:
    assert helm("lint", "--strict").returncode == 0
    rendered = chart(
        "worker.scaleBy=load", "web.host=line.example", "web.ingressClass=nginx", "image.pullSecrets={shop}"
    )
    found = {(one["kind"], one["metadata"]["name"]): one["spec"] for one in rendered if "spec" in one}
    metric = found["HorizontalPodAutoscaler", "line-worker"]["metrics"][0]
    assert metric["pods"]["metric"]["name"] == "townline_worker_load"
    assert found["Ingress", "line-web"]["ingressClassName"] == "nginx"
    pods = [spec["template"]["spec"] for (kind, _), spec in found.items() if kind == "Deployment"]
    assert [pod["imagePullSecrets"] for pod in pods] == [[{"name": "shop"}]] * 4


@needs_helm
@pytest.mark.parametrize(("name", "value"), [("scaleBy", "calls"), ("minimun", "1"), ("graceSeconds", "600")])
def test_values_that_are_wrong_are_named(name: str, value: str) -> None:
    done = helm("template", "line", "--set", f"worker.{name}={value}")
    assert done.returncode != 0
    assert name in done.stderr
