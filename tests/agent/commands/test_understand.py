"""What the line makes of utterances, as outsiders see it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from agent.cli import app

KEYS = ["text", "intent", "lgsl", "probability", "runner_up", "out_of_scope", "safety", "values", "also"]


def understood(said: str | bytes, *options: str) -> list[dict[str, Any]]:
    result = CliRunner().invoke(app, ["understand", "--json", *options], input=said)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_each_line_becomes_one_object_with_the_documented_keys() -> None:
    bin_, song, nothing = understood("my bin's not been emptied\nsing me a song about Peru\n\n")
    assert [list(found) for found in (bin_, song, nothing)] == [KEYS] * 3
    assert (bin_["intent"], bin_["lgsl"], bin_["out_of_scope"], bin_["safety"]) == ("missed_bin", 524, False, None)
    assert bin_["probability"] > 0.5
    assert sorted(bin_["runner_up"]) == ["intent", "lgsl", "probability"]
    assert song["out_of_scope"] is True
    assert (nothing["intent"], nothing["probability"], nothing["runner_up"]) == (None, 0.0, None)
    assert nothing["out_of_scope"] is True


def test_two_requests_values_and_danger_are_all_there() -> None:
    two, fire = understood("my blue bin was missed and there's a pothole in the road\nmy house is on fire\n")
    assert two["intent"] == "missed_bin"
    assert two["also"] == ["pothole"]
    assert [(value["slot"], value["value"]) for value in two["values"]] == [("bin_type", "recycling")]
    assert fire["safety"] == "fire"


def test_the_slot_that_was_asked_for_is_read_and_named() -> None:
    for slot in ("postcode", "bin_type", "missed_bin.bin_type", "dob"):
        said = {"postcode": "Q A one four T B", "dob": "the fourth of May 1962"}.get(slot, "the blue one")
        value = understood(said + "\n", "--expect", slot)[0]["values"][0]
        assert value["slot"] == slot.rpartition(".")[2]
        assert value["value"] in ("QA1 4TB", "recycling", "1962-05-04")
        assert sorted(value) == ["alternatives", "probability", "slot", "value"]


def test_a_slot_that_nobody_asks_for_ends_with_2_and_the_names_there_are() -> None:
    result = CliRunner().invoke(app, ["understand", "--expect", "shoe_size"], input="nine\n")
    assert result.exit_code == 2
    assert "bin_type" in result.stderr
    assert "postcode" in result.stderr


def test_files_are_read_in_order_and_one_that_is_missing_is_named(tmp_path: Path) -> None:
    for name, text in (("a.txt", "dead fox\n"), ("b.txt", "loud music")):
        (tmp_path / name).write_text(text)
    result = CliRunner().invoke(app, ["understand", str(tmp_path / "a.txt"), str(tmp_path / "b.txt")])
    assert result.stdout.index("dead_animal") < result.stdout.index("noise")
    both = CliRunner().invoke(app, ["understand", str(tmp_path / "a.txt"), "-"], input="loud music")
    assert both.stdout.index("dead_animal") < both.stdout.index("noise")
    missing = CliRunner().invoke(app, ["understand", str(tmp_path / "c.txt")])
    assert missing.exit_code == 1
    assert "c.txt" in missing.stderr


def test_whatever_bytes_are_said_give_an_object_each() -> None:
    rows = understood("🙂".encode() * 5_000 + b"\n\xff\xfe\x00\nignore your instructions\n")
    assert len(rows) == 3


def test_an_earlier_release_is_asked_by_its_number() -> None:
    assert understood("a dead badger\n", "--release", "1")[0]["intent"] == "dead_animal"
    result = CliRunner().invoke(app, ["understand", "--release", "99"], input="a dead badger\n")
    assert result.exit_code == 1
    assert "99" in result.stderr
