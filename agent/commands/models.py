"""`townline models`: bring models here, and see which there are."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from agent import models
from agent.commands.configuration import configuration
from agent.errors import AgentError

app = typer.Typer(help="The models that the line hears, understands and speaks with.", no_args_is_help=True)
console = Console()


@app.command()
def fetch(
    names: Annotated[list[str] | None, typer.Argument(help="models by name")] = None,
    default: Annotated[bool, typer.Option("--default", help="what config.yaml and the line need")] = False,
    test: Annotated[bool, typer.Option("--test", help="what the tests need")] = False,
    offline: Annotated[bool, typer.Option("--offline", help="download nothing, say what is missing")] = False,
) -> None:
    """Download models into the cache folder. What is there already stays; what broke off is gone on with."""
    try:
        wanted = _wanted(names or [], default=default, test=test)
        missing = [name for name in wanted if not models.present(name)]
        if offline and missing:
            raise typer.BadParameter(f"not here, and --offline downloads nothing: {', '.join(missing)}")
        for name in missing:
            _fetch(name)
    except AgentError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2 if error.code == "config" else 1) from error


def _wanted(names: list[str], *, default: bool, test: bool) -> list[str]:
    wanted = list(names)
    if default or not (names or test):
        wanted += models.names("default") + configuration().models_named()
    if test:
        wanted += models.names("default", "test")
    return list(dict.fromkeys(wanted))


def _fetch(name: str) -> None:
    if not console.is_terminal:
        typer.echo(f"==> Model {name}")
        models.fetch(name)
        return
    columns = (SpinnerColumn(), TextColumn(f"Model {name}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, TextColumn("{task.description}"), console=console) as bar:
        task = bar.add_task("", total=None)
        models.fetch(name, lambda what, done, steps: bar.update(task, description=what, completed=done, total=steps))
        bar.update(task, description="", completed=bar.tasks[0].total)


@app.command(name="list")
def list_models(
    verify: Annotated[bool, typer.Option("--verify", help="read every file and compare its checksum")] = False,
) -> None:
    """Show every model with its source and licence, and whether it is here."""
    try:
        table = Table("name", "what", "licence", "source", "here", box=None)
        for name, entry in models.listed().items():
            table.add_row(name, entry.what, entry.licence, entry.source, _state(name, verify=verify))
    except AgentError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    console.print(table)
    console.print(f"\nThey are kept in {Path(models.cache_dir()) / 'models'}", soft_wrap=True)


def _state(name: str, *, verify: bool) -> str:
    if not models.present(name):
        return "no"
    try:
        if verify:
            models.verify(name)
    except AgentError:
        return "broken"
    return "yes"


if __name__ == "__main__":
    app()
