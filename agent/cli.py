"""The `townline` command."""

from __future__ import annotations

import os
import sys

import typer

from agent.commands.call import call
from agent.commands.models import app as models_app

app = typer.Typer(help="The phone line of a local council that answers itself.", no_args_is_help=True)
app.command()(call)
app.add_typer(models_app, name="models")


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def serve(context: typer.Context) -> None:
    """Start the line on this machine: test-call page, desk, admin and calls."""
    os.execv(sys.executable, [sys.executable, "-m", "desk", *context.args])  # noqa: S606 - our own interpreter and module
