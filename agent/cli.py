"""The `townline` command."""

from __future__ import annotations

import os
import sys
from collections import UserDict
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

COMMANDS = {
    "bench": "agent.commands.bench:app",
    "call": "agent.commands.call:call",
    "doctor": "agent.commands.doctor:doctor",
    "evaluate": "agent.commands.evaluate:app",
    "gazetteer": "agent.commands.gazetteer:app",
    "knowledge": "agent.commands.knowledge:app",
    "models": "agent.commands.models:app",
    "report": "agent.commands.report:report",
    "services": "agent.commands.services:app",
    "sip": "agent.commands.sip:app",
    "understand": "agent.commands.understand:understand",
    "voices": "agent.commands.voices:voices",
    "watch": "agent.commands.watch:watch",
    "worker": "agent.commands.worker:worker",
}
"""Each command's module, and in it a Typer app or a function. Only the one that is asked for is imported."""


class _Commands(UserDict[str, Any]):
    """The commands by name; a value that is still a place in a module becomes a command when it is looked up."""

    def __getitem__(self, name: str) -> Any:
        found = self.data[name]
        if isinstance(found, str):
            self.data[name] = found = _command(name, found)
        return found


def _command(name: str, place: str) -> Any:
    module, _, attribute = place.partition(":")
    found = getattr(import_module(module), attribute)
    if not isinstance(found, typer.Typer):
        single = typer.Typer(add_completion=False)
        single.command()(found)
        found = single
    command = get_command(found)
    command.name = name
    return command


class Lazy(TyperGroup):
    """The commands of `COMMANDS` besides those that are defined here."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands = _Commands(sorted({**COMMANDS, **self.commands}.items()))


app = typer.Typer(cls=Lazy, no_args_is_help=True)


@app.callback()
def townline() -> None:
    """The phone line of a local council that answers itself."""


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def serve(context: typer.Context) -> None:
    """Start the line on this machine: test-call page, desk, admin and calls."""
    os.execv(sys.executable, [sys.executable, "-m", "desk", *context.args])  # noqa: S606 - our own interpreter and module
