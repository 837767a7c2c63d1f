"""Figures as every evaluation shows them, and what stops one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

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
