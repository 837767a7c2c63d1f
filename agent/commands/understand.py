"""`townline understand`: what the line makes of an utterance, one JSON object a line."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from agent.commands.configuration import configuration
from agent.commands.opening import open_release
from agent.understood import Expected, Understood, UnknownSlotError, expected, understood

USAGE = 2


def understand(
    files: Annotated[
        list[Path] | None, typer.Argument(help="one utterance a line; standard input for - or none")
    ] = None,
    release: Annotated[int | None, typer.Option(help="a release by its number; else the one that is live")] = None,
    expect: Annotated[str | None, typer.Option(help="the slot that was asked for: a type, or a slot's name")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object a line")] = False,
) -> None:
    """Say what each utterance means: intent, probability, safety and values."""
    settings = configuration()
    loaded = open_release(settings, release)
    try:
        asked = expected(expect, loaded) if expect else Expected()
    except UnknownSlotError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(USAGE) from error
    today = dt.datetime.now(ZoneInfo(settings.hours.timezone)).date()
    try:
        for line in _lines(files or []):
            _show(understood(loaded, line, asked, today), as_json=as_json)
    except BrokenPipeError:
        # Whoever reads this had enough; the interpreter would complain once more when it closes the pipe.
        sys.stdout = None
    except OSError as error:
        typer.echo(f"{error.filename}: {error.strerror}", err=True)
        raise typer.Exit(1) from error


def _lines(files: list[Path]) -> Iterator[str]:
    """Every line, whatever its bytes; an empty one is somebody who said nothing."""
    for file in files or [Path("-")]:
        if str(file) == "-":
            yield from (_text(line) for line in sys.stdin.buffer)
            continue
        with file.open("rb") as stream:
            yield from (_text(line) for line in stream)


def _text(line: bytes) -> str:
    return line.decode("utf-8", errors="replace").rstrip("\r\n")


def _show(found: Understood, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(found.as_json(), ensure_ascii=False) + "\n")
    else:
        sys.stdout.write("\n".join(found.in_words()) + "\n")
    sys.stdout.flush()
