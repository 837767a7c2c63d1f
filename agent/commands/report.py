"""`townline report`: a page about how well utterances are understood."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent import models
from agent.commands.configuration import configuration
from agent.commands.figures import given, told
from agent.commands.opening import open_release

if TYPE_CHECKING:
    from intents.encoder import Encoder
    from intents.evaluate import Report

HELD_OUT = 5
"""Every so manieth example of our own is held out where nothing else is given."""


def report(
    name: Annotated[str, typer.Argument(help="what the page is called: letters, digits, - and _")],
    test: Annotated[
        Path | None, typer.Option(help="what is measured on, - is standard input; else every fifth of our own examples")
    ] = None,
    train: Annotated[Path | None, typer.Option(help="what is trained on; else what is live")] = None,
    val: Annotated[Path | None, typer.Option(help="what probabilities are calibrated on; else out of fold")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object: the page, and its figures")] = False,
) -> None:
    """Write a page with the reliability diagram, the confusion pairs and the worst utterances."""
    from agent.report import render

    if not name.replace("-", "").replace("_", "").isalnum():
        raise typer.BadParameter("expected a name of letters, digits, - and _")
    if (train and test is None) or (val and train is None):
        raise typer.BadParameter("--train needs --test, and --val needs --train")
    with told():
        found, about = _measured(test, train, val)
    page = configuration().data_dir / "reports" / f"{name}.html"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(render(name, about, found), encoding="utf-8")
    typer.echo(json.dumps({"page": str(page), **found.figures()}) if as_json else page)


def _measured(test: Path | None, train: Path | None, val: Path | None) -> tuple[Report, str]:
    from intents.encoder import Encoder
    from intents.evaluate import evaluate, measure
    from intents.examples import DataSet

    settings = configuration()
    if test is None:
        encoder = Encoder(models.path(settings.intents.encoder), threads=2)
        return _own(encoder), "Trained on four fifths of our own examples, measured on the others."
    with given(test) as file:
        tested, name = DataSet.load(file), file.name
    if train is None:
        release = open_release(settings)
        return measure(release.classifier, tested), f"Release {release.number}, measured on {name}."
    encoder = Encoder(models.path(settings.intents.encoder), threads=2)
    found = evaluate(DataSet.load(train), DataSet.load(val) if val else None, tested, encoder)
    return found, f"Trained on {train.name}, measured on {name}."


def _own(encoder: Encoder) -> Report:
    from agent.training import strays
    from intents.classifier import Classifier
    from intents.evaluate import measure
    from intents.examples import DataSet
    from intents.lesson import Labelled

    settings = configuration()
    every = Labelled.of(open_release(settings).services)
    pairs = list(zip(every.texts, every.intents, strict=True))
    kept = [pair for at, pair in enumerate(pairs) if at % HELD_OUT]
    known = {intent for _, intent in (*kept, *every.names)}
    data = Labelled(tuple(text for text, _ in kept), tuple(intent for _, intent in kept), every.names)
    away = strays(settings)
    tested = [pair for pair in pairs[::HELD_OUT] if pair[1] in known]
    classifier = Classifier.fit(data, encoder, strays=[s for at, s in enumerate(away) if at % HELD_OUT])
    return measure(classifier, DataSet.of([*tested, *((stray, "oos") for stray in away[::HELD_OUT])]))
