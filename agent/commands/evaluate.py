"""`townline evaluate`: what the line understands, measured on any data set."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from agent import models
from agent.commands.configuration import configuration
from agent.commands.evaluate_answers import answers
from agent.commands.evaluate_llm import evaluate_llm
from agent.commands.figures import given, show, told
from agent.commands.opening import open_release
from agent.commands.values import values

app = typer.Typer(help="Measure what the line understands.", no_args_is_help=True)
app.command("llm")(evaluate_llm)
app.command("values")(values)
app.command("answers")(answers)


@app.callback()
def _every() -> None:
    """Measure what the line understands."""


@app.command()
def intents(  # noqa: PLR0917 - typer takes them by name
    test: Annotated[Path, typer.Option(help="what is measured on; - is standard input")],
    train: Annotated[
        Path | None, typer.Option(help="what is trained on: JSON [[text, intent], …] or Rasa YAML; else our services")
    ] = None,
    val: Annotated[
        Path | None,
        typer.Option(help="what is calibrated on, then learnt from unless --shots is given; else out of fold"),
    ] = None,
    shots: Annotated[int | None, typer.Option(min=1, help="at most so many training utterances an intent")] = None,
    seed: Annotated[int, typer.Option(help="which ones")] = 0,
    encoder: Annotated[str | None, typer.Option(help="a model in models.yaml, or a folder; else config.yaml's")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object")] = False,
) -> None:
    """Train on one data set and measure on another; `oos` marks out-of-scope utterances."""
    from intents.encoder import Encoder
    from intents.evaluate import evaluate, measure
    from intents.examples import DataSet

    if train is None and (val or shots is not None or encoder):
        raise typer.BadParameter("--val, --shots and --encoder need --train; without it, what is live is measured")
    with told(), given(test) as file:
        tested = DataSet.load(file)
        if train is None:
            report = measure(open_release(configuration()).classifier, tested)
        else:
            learned = DataSet.load(train)
            learned = learned if shots is None else learned.few(shots, seed)
            held_out = None if val is None else DataSet.load(val)
            name = encoder or configuration().intents.encoder
            folder = Path(name) if Path(name).is_dir() else models.path(name)
            # Few-shot figures would say nothing if the rest of the examples were learnt from after all.
            whole = held_out is not None and shots is None
            report = evaluate(learned, held_out, tested, Encoder(folder, threads=2), relearn=whole)
    show(report.figures(), as_json=as_json)


@app.command()
def safety(
    phrasings: Annotated[
        Path,
        typer.Argument(help="YAML `entry: [text, …]` or a data set, `none` must not fire; - is standard input"),
    ],
    harmless: Annotated[
        list[Path] | None,
        typer.Option(help="data sets or a folder of services in which nothing must fire"),
    ] = None,
    failures: Annotated[bool, typer.Option(help="show what was missed or mistaken")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object")] = False,
) -> None:
    """Measure how much danger is caught, and how often there was none."""
    from agent.safety_net import open_safety
    from intents.encoder import Encoder
    from intents.safety_evaluation import evaluate_safety, load_harmless, load_phrasings

    settings = configuration()
    with told(), given(phrasings) as file:
        loaded = open_safety(settings, Encoder(models.path(settings.intents.encoder)))
        calm = [pair for path in harmless or () for pair in load_harmless(path)]
        report = evaluate_safety(loaded, load_phrasings(file), calm)
    show(report.figures(), as_json=as_json)
    if failures:
        for missed in report.missed:
            typer.echo(f"{missed.entry} → {missed.found}: {missed.text}")
