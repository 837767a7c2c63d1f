"""`townline evaluate intents`: how well utterances are understood, on any data set."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from agent import models
from agent.errors import AgentError
from intents.encoder import Encoder
from intents.errors import IntentsError
from intents.evaluate import Report, evaluate
from intents.examples import DataSet

app = typer.Typer(help="Measure what the line understands.", no_args_is_help=True)


@app.callback()
def _every() -> None:
    """Measure what the line understands."""


@app.command()
def intents(  # noqa: PLR0917 - typer takes them by name
    train: Annotated[Path, typer.Option(help="what is trained on: JSON [[text, intent], …] or Rasa YAML")],
    test: Annotated[Path, typer.Option(help="what is measured on")],
    val: Annotated[Path | None, typer.Option(help="what probabilities are calibrated on; else out of fold")] = None,
    shots: Annotated[int | None, typer.Option(min=1, help="at most so many training utterances an intent")] = None,
    seed: Annotated[int, typer.Option(help="which ones")] = 0,
    encoder: Annotated[str, typer.Option(help="a model in models.yaml, or a folder")] = "minilm",
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object")] = False,
) -> None:
    """Train on one data set and measure on another; `oos` marks out-of-scope utterances."""
    try:
        learned = DataSet.load(train)
        learned = learned if shots is None else learned.few(shots, seed)
        held_out = None if val is None else DataSet.load(val)
        folder = Path(encoder) if Path(encoder).is_dir() else models.path(encoder)
        report = evaluate(learned, held_out, DataSet.load(test), Encoder(folder, threads=2))
    except (AgentError, IntentsError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    typer.echo(json.dumps(report.figures()) if as_json else _table(report))


def _table(report: Report) -> str:
    rows = (f"{name:<20} {_number(value)}" for name, value in report.figures().items())
    return "\n".join(rows)


def _number(value: float | int | None) -> str:
    if value is None:
        return "-"
    return str(value) if isinstance(value, int) else f"{value:.4f}"
