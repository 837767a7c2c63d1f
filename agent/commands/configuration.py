"""The configuration as every command takes it: whole, checked, or the command ends with all of its faults."""

from __future__ import annotations

from pathlib import Path

import typer

from agent.errors import ConfigError
from agent.settings import Settings, config_path, load
from desk.settings import DeskSettings

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
