"""`townline evaluate values`: how often a value that was said reaches the right postcode, address or date."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

import intents
from bench import evi
from bench.values import addresses, row
from intents.gazetteer import Gazetteer


def values(
    file: Annotated[Path | None, typer.Option("--evi", help="dialogues of EVI, as JSON lines", exists=True)] = None,
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
