"""`townline doctor`: what a running installation lacks, from the trunk to the voice."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from json import dumps
from typing import Annotated

import typer

from agent.commands.configuration import configuration
from agent.doctor import examine, sound

_MARKS = {"well": "✓", "warning": "!", "broken": "✗"}


def doctor(as_json: Annotated[bool, typer.Option("--json", help="for a machine")] = False) -> None:
    """Check the trunk, LiveKit, the watch, a worker, the voice, the files and the database. Exit code 1: broken."""
    findings = asyncio.run(examine(configuration()))
    if as_json:
        typer.echo(dumps([asdict(finding) for finding in findings], indent=2))
    for finding in () if as_json else findings:
        typer.echo(f"{_MARKS[finding.verdict]} {finding.part:9} {finding.says}")
        if finding.advice:
            typer.echo(f"            → {finding.advice}")
    raise typer.Exit(0 if sound(findings) else 1)
