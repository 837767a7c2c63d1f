"""The configuration as every command takes it: whole, checked, or the command ends with all of its faults."""

from __future__ import annotations

from pathlib import Path

import typer

from agent.errors import ConfigError
from agent.settings import Settings, config_path, load
from desk.settings import DeskSettings
from intents.errors import IntentsError, ModelMissingError

BROKEN = 2
"""The exit code of a command that was given a broken configuration."""


class Configuration(Settings):
    """All sections, the web's included."""

    desk: DeskSettings = DeskSettings()


def configuration(path: Path | None = None) -> Configuration:
    """`config.yaml`, or every fault on the terminal and exit code 2."""
    try:
        return load(path or config_path(), Configuration)
    except ConfigError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(BROKEN) from error


def exit_code(error: Exception) -> int:
    """What a command ends with: `BROKEN` for a fault in a file of the council's, 1 for everything else."""
    written = isinstance(error, ConfigError | IntentsError) and not isinstance(error, ModelMissingError)
    return BROKEN if written else 1
