"""`townline bench`: measure what a caller waits for, here and now."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from agent.settings import ROOT

BENCHES = {
    "response": "bench.line.response",
    "load": "bench.line.load",
    "interruptions": "bench.line.interruptions",
    "calls": "bench.telephone.calls",
    "faults": "bench.telephone.faults",
    "peers": "bench.peers.comparison",
    "endpoints": "bench.speech.endpoints",
    "finishing": "bench.speech.finishing",
    "hearing": "bench.speech.hearing",
    "short-answers": "bench.speech.short_answers",
    "speaking": "bench.speech.speaking",
    "intents": "bench.understanding.intents",
    "values": "bench.understanding.values",
    "sizing": "bench.figures.sizing",
    "plots": "bench.figures.plots",
}
"""What can be measured, and the module that measures it."""

app = typer.Typer(add_completion=False)


@app.command(context_settings={"allow_extra_args": True, "allow_interspersed_args": False})
def bench(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="what is measured", metavar="|".join(BENCHES))],
) -> None:
    """Print a table and write var/bench/NAME.json. What follows NAME goes to the bench: try `--help`."""
    if name not in BENCHES:
        raise typer.BadParameter(f"{name} is none of {', '.join(BENCHES)}", param_hint="NAME")
    os.chdir(ROOT)
    os.execv(sys.executable, [sys.executable, "-m", BENCHES[name], *context.args])  # noqa: S606 - our own module
