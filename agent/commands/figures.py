"""What every evaluation shares: where its files come from, how figures are shown, and what stops one."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import typer

from agent.errors import AgentError
from intents.errors import IntentsError


@contextmanager
def told() -> Iterator[None]:
    """What is wrong with a file or a model ends the command with one line and exit code 1."""
    try:
        yield
    except (AgentError, IntentsError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error


@contextmanager
def given(path: Path) -> Iterator[Path]:
    """The file itself, or for `-` one with what stands on standard input, JSON or YAML."""
    if str(path) != "-":
        yield path
        return
    content = sys.stdin.buffer.read()
    with TemporaryDirectory() as folder:
        kept = Path(folder) / f"standard input.{'json' if content.lstrip().startswith(b'[') else 'yaml'}"
        kept.write_bytes(content)
        yield kept


def show(figures: Mapping[str, float | int | None], *, as_json: bool) -> None:
    """One JSON object, or a figure a line."""
    if as_json:
        typer.echo(json.dumps(figures))
        return
    for name, value in figures.items():
        typer.echo(f"{name:<20} {_number(value)}")


def _number(value: float | int | None) -> str:
    if value is None:
        return "-"
    return str(value) if isinstance(value, int) else f"{value:.4f}"
