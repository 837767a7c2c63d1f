"""`townline knowledge`: what the council has published, for questions that no service answers."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent import models
from agent.commands.configuration import configuration
from agent.commands.figures import told

if TYPE_CHECKING:
    from intents.encoder import Encoder
    from intents.library import Library

app = typer.Typer(help="What the council has published.", no_args_is_help=True)


@app.callback()
def knowledge() -> None:
    """What the council has published."""


@app.command("import")
def import_(
    place: Annotated[str, typer.Argument(help="a folder of Markdown or HTML, or a sitemap's address or file")],
) -> None:
    """Read pages and keep their passages, in the place of those imported before."""
    from agent.sitemap import read_sitemap
    from intents.library import Library
    from intents.pages import read_folder

    settings = configuration()
    with told():
        if Path(place).is_dir():
            passages = read_folder(Path(place))
        else:
            passages = asyncio.run(read_sitemap(place, lambda what: typer.echo(what, err=True)))
        library = Library.of(passages, _encoder())
        library.save(settings.knowledge_dir)
    pages = len({passage.source.url for passage in passages})
    typer.echo(f"{len(passages)} passages of {pages} pages")
    _report(library, as_json=False)


@app.command()
def check(as_json: Annotated[bool, typer.Option("--json", help="one JSON object a line")] = False) -> None:
    """List pages that are out of date or undated, and passages that contradict each other."""
    with told():
        library = open_library()
    _report(library, as_json=as_json)


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="as a caller would ask it")],
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object")] = False,
) -> None:
    """Say what would be said to a question, and where it is published."""
    from intents.library import Published

    with told():
        answer = open_library().answer(question)
    if isinstance(answer, Published):
        about = {"answer": answer.text, "score": round(answer.score, 4), **answer.source.model_dump()}
        typer.echo(json.dumps(about, ensure_ascii=False) if as_json else f"{answer.text}\n    {answer.source.url}")
    else:
        typer.echo(json.dumps({"answer": None}) if as_json else "Nothing that is published answers this.")


def open_library() -> Library:
    """What was imported last. Raises `PageError` and `ModelMissingError`."""
    from intents.library import Library

    return Library.load(configuration().knowledge_dir, _encoder())


def _encoder() -> Encoder:
    from intents.encoder import Encoder

    return Encoder(models.path(configuration().intents.encoder), threads=2)


def _report(library: Library, *, as_json: bool) -> None:
    from intents.page_problems import STALE_DAYS, page_problems

    before = (dt.datetime.now(dt.UTC).date() - dt.timedelta(days=STALE_DAYS)).isoformat()
    for problem in page_problems(library, before=before):
        if as_json:
            typer.echo(json.dumps(asdict(problem), ensure_ascii=False))
        else:
            both = f" and {problem.other}" if problem.other else ""
            typer.echo(f"{problem.kind:<14} {problem.url}{both}: {problem.message}")
