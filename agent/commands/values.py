"""`townline evaluate values`: how often a value that was said reaches the right postcode, address or date."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

import intents
from bench import evi
from bench.evi_people import load_register, people
from bench.values import addresses, row
from intents.gazetteer import Gazetteer


def values(
    file: Annotated[Path | None, typer.Option("--evi", help="dialogues of EVI, as JSON lines", exists=True)] = None,
    register: Annotated[
        Path | None, typer.Option(help="EVI's records.csv: names, the right person and verification", exists=True)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object a line")] = False,
) -> None:
    """Print the figures of each value type; those on EVI are cross-validated."""
    count, right, wrong = addresses(Gazetteer.load(Path(intents.__file__).parent / "ashcombe"))
    if as_json:
        typer.echo(json.dumps({"type": "address", "n": count, "right": right, "wrong_when_sure": wrong}))
    else:
        typer.echo(f"addresses as written: {count}, right {100 * right:.1f}%, wrong among the sure {100 * wrong:.1f}%")
    if file is None:
        return
    items = evi.load(file)
    parts = evi.folds(evi.of(items, "postcode"))
    figures = {
        "postcode": evi.postcodes(parts, gazetteer=False),
        "postcode with a gazetteer": evi.postcodes(parts, gazetteer=True),
        "date of birth": evi.births(evi.of(items, "dob")),
    }
    for name, found in figures.items():
        typer.echo(json.dumps({"type": name, **asdict(found)}) if as_json else row(name, found))
    if register is not None:
        _people(items, register, as_json=as_json)


def _people(items: tuple[evi.Attempts, ...], register: Path, *, as_json: bool) -> None:
    found = people(items, load_register(register))
    count = found.name.dialogues
    if as_json:
        typer.echo(json.dumps({"type": "name", **asdict(found.name)}))
        typer.echo(json.dumps({"type": "person", "n": count, "right": found.right_person}))
        typer.echo(json.dumps({"type": "verification", "n": count, "equal_error_rate": found.equal_error_rate}))
        return
    typer.echo(row("full name", found.name))
    typer.echo(f"right person of the register: {100 * found.right_person:.1f}%")
    typer.echo(f"verification, equal error rate: {100 * found.equal_error_rate:.2f}%")
