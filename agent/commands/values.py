"""`townline evaluate values`: how often a value that was said reaches the right postcode, address or date."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from agent.commands.figures import told
from bench.understanding import values as table


def values(
    file: Annotated[Path | None, typer.Option("--evi", help="dialogues of EVI, as JSON lines", exists=True)] = None,
    register: Annotated[
        Path | None, typer.Option(help="EVI's records.csv: names, the right person and verification", exists=True)
    ] = None,
    failures: Annotated[
        bool, typer.Option(help="show what was read wrongly of the half that is for development")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object a line")] = False,
) -> None:
    """Print the figures of each value type: our own test set, and with a file those of real callers."""
    rows, readings = table.own()
    for figures in rows:
        _show(figures, as_json=as_json)
    if failures:
        for reading in readings:
            if not reading.right and not reading.held_out:
                typer.echo(f"{reading.said.type}: {reading.said.text} → {reading.value or 'nothing'}", err=True)
    if file is not None:
        with told():
            for figures in table.real(file, register):
                _show(figures, as_json=as_json)


def _show(figures: dict[str, Any], *, as_json: bool) -> None:
    typer.echo(json.dumps(figures, ensure_ascii=False) if as_json else table.line(figures))
