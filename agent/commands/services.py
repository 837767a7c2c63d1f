"""`townline services check`: what would confuse callers, or leave them waiting."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from agent import models
from agent.commands.configuration import configuration
from agent.commands.figures import told

app = typer.Typer(help="The council's services.", no_args_is_help=True)
SEVERE = 1


@app.callback()
def services() -> None:
    """The council's services."""


@app.command()
def check(
    folder: Annotated[Path | None, typer.Argument(help="service files; those of config.yaml if none")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object a line")] = False,
) -> None:
    """Find examples that two services fight over, thin services, long wording, and links that lead nowhere.

    Ends with 1 where something is severe, and with 2 where the files are broken.
    """
    from rasa_sdk.executor import ActionExecutor

    from agent.training import strays
    from intents.catalogue import Catalogue
    from intents.checks import check_services
    from intents.classifier import Classifier
    from intents.encoder import Encoder
    from intents.errors import ServiceFileError

    settings = configuration()
    try:
        catalogue = Catalogue.load(folder or settings.file(settings.intents.services))
    except ServiceFileError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    with told():
        encoder = Encoder(models.path(settings.intents.encoder), threads=2)
        away = strays(settings)
        classifier = Classifier.train(catalogue.services, encoder, strays=away, entries=catalogue.entries)
        executor = ActionExecutor()
        executor.register_package("agent.actions")
        actions = None if settings.agent.action_server else executor.actions.keys()
        findings = check_services(catalogue.services, classifier, actions=actions)
    for finding in findings:
        if as_json:
            typer.echo(json.dumps(asdict(finding), ensure_ascii=False))
        else:
            mark = "!" if finding.severe else " "
            typer.echo(f"{mark} {finding.service:<24} {finding.kind:<12} {finding.where}: {finding.message}")
    severe = sum(finding.severe for finding in findings)
    typer.echo(f"{len(catalogue)} services, {len(findings)} findings, {severe} severe", err=True)
    if severe:
        raise typer.Exit(SEVERE)
