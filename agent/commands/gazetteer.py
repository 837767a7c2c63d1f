"""`townline gazetteer import`: a council's own addresses from AddressBase Plus."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from intents.gazetteer import Gazetteer
from intents.places import GazetteerError

app = typer.Typer(help="The council's streets and addresses.", no_args_is_help=True)


@app.callback()
def gazetteer() -> None:
    """The council's streets and addresses."""


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="AddressBase Plus as CSV, with or without column names")],
    folder: Annotated[Path, typer.Argument(help="where addresses.csv and streets.csv are written")],
) -> None:
    """Turn AddressBase Plus into the line's gazetteer; every broken row is named and nothing is written then."""
    try:
        done = Gazetteer.import_addressbase(file, folder)
    except GazetteerError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    typer.echo(f"{done.addresses} addresses on {done.streets} streets, {done.left} rows left out")
