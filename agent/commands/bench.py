"""`townline bench`: measure what a caller waits for, here and now."""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from typing import Annotated

import typer

from agent.settings import ROOT


class Bench(StrEnum):
    """What can be measured; each is a module of `bench`."""

    response = "response"
    load = "load"
    calls = "calls"
    faults = "faults"
    peers = "peers"
    endpoints = "endpoints"
    finishing = "finishing"
    interruptions = "interruptions"
    hearing = "hearing"
    speaking = "speaking"
    intents = "intents"
    values = "values"
    sizing = "sizing"
    plots = "plots"


app = typer.Typer(add_completion=False)


@app.command(context_settings={"allow_extra_args": True, "allow_interspersed_args": False})
def bench(
    context: typer.Context,
    name: Annotated[Bench, typer.Argument(help="what is measured")],
) -> None:
    """Print a table and write var/bench/NAME.json. What follows NAME goes to the bench: try `--help`."""
    os.chdir(ROOT)
    os.execv(sys.executable, [sys.executable, "-m", f"bench.{name}", *context.args])  # noqa: S606 - our own module
