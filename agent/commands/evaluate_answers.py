"""`townline evaluate answers`: whether questions are answered from the right page, or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from agent.commands.figures import given, show, told
from agent.commands.knowledge import open_library


def answers(
    questions: Annotated[
        Path,
        typer.Argument(
            help="YAML `page: [question, …]` or JSON [[question, page], …]; `none` has no answer; - is standard input"
        ),
    ],
    pages: Annotated[Path | None, typer.Option(help="a folder of pages; else what was imported")] = None,
    held_out: Annotated[bool, typer.Option(help="only every second question, which set no threshold")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object")] = False,
) -> None:
    """Measure answers from published pages."""
    from agent import models
    from agent.commands.configuration import configuration
    from intents.answer_evaluation import evaluate_answers, every_second
    from intents.encoder import Encoder
    from intents.library import Library
    from intents.pages import read_folder
    from intents.safety_evaluation import load_phrasings

    with told(), given(questions) as file:
        if pages is None:
            library = open_library()
        else:
            library = Library.of(read_folder(pages), Encoder(models.path(configuration().intents.encoder)))
        asked = load_phrasings(file)
        report = evaluate_answers(library, every_second(asked) if held_out else asked)
    show(report.figures(), as_json=as_json)
