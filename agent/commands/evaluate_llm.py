"""`townline evaluate llm`: what the configured language model can be trusted with on this machine."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import time
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from agent.commands.configuration import configuration
from agent.errors import AgentError
from agent.llm.cases import cases
from agent.llm.evaluation import BARS, Evaluation, Result, identity, machine, save
from agent.llm.opening import gguf, language_model
from agent.llm.settings import Deadlines, Task
from agent.llm.tasks import LanguageModel
from agent.settings import Settings

console = Console()

PATIENT = Deadlines(choose=60, extract=60, phrase=60, summarise=120)
"""Every answer is waited for, so that a late one and a wrong one are told apart; the time is judged afterwards."""


def evaluate_llm(
    task: Annotated[list[Task] | None, typer.Option(help="only these tasks; nothing is written then")] = None,
    limit: Annotated[int | None, typer.Option(help="only the first cases of each; nothing is written then")] = None,
    failures: Annotated[bool, typer.Option(help="show every case that did not pass")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object a line")] = False,
) -> None:
    """Try the configured language model on the cases in bench/llm, and write down which tasks are on."""
    settings = configuration()
    if settings.llm.mode == "off":
        typer.echo("config.yaml says llm.mode: off, so there is no language model to evaluate", err=True)
        raise typer.Exit(1)
    try:
        results = asyncio.run(_run(settings, task or list(Task), limit))
    except AgentError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    if as_json:
        _print_json(results, failures=failures)
    else:
        _show(results, failures=failures)
    if task or limit:
        return
    evaluation = Evaluation(
        model=identity(settings.llm, gguf(settings), settings.data_dir),
        machine=machine(),
        threads=settings.llm.threads,
        made=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        results=results,
    )
    typer.echo(f"Written to {save(evaluation, settings.data_dir)}", err=True)


async def _run(settings: Settings, tasks: list[Task], limit: int | None) -> dict[Task, Result]:
    patient = settings.model_copy(update={"llm": settings.llm.model_copy(update={"deadline_seconds": PATIENT})})
    async with language_model(patient, tasks=tasks) as model:
        assert model is not None
        return {task: await _try(model, task, settings.llm.deadline_seconds.of(task), limit) for task in tasks}


async def _try(model: LanguageModel, task: Task, deadline: float, limit: int | None) -> Result:
    seconds: list[float] = []
    wrong: list[str] = []
    for case in track(cases(task)[:limit], task.value, console=console, disable=not console.is_terminal):
        started = time.perf_counter()
        verdict = await case.attempt(model)
        seconds.append(time.perf_counter() - started)
        if not verdict.passed:
            wrong.append(f"{case.name} → {verdict.got}")
    p50, p95 = np.percentile(seconds, (50, 95))
    return Result(
        passed=len(seconds) - len(wrong),
        of=len(seconds),
        p50=round(float(p50), 3),
        p95=round(float(p95), 3),
        deadline=deadline,
        failures=tuple(wrong),
    )


def _print_json(results: dict[Task, Result], *, failures: bool) -> None:
    for task, result in results.items():
        figures = result.model_dump(exclude=set() if failures else {"failures"})
        typer.echo(json.dumps({"task": task.value, **figures, "bar": BARS[task], "on": result.on(task)}))


def _show(results: dict[Task, Result], *, failures: bool) -> None:
    table = Table("task", "passed", "bar", "p50", "p95", "deadline", "on", box=None)
    for task, result in results.items():
        passed = f"{result.passed} of {result.of} ({result.rate:.0%})"
        times = (f"{result.p50:.2f} s", f"{result.p95:.2f} s", f"{result.deadline:.2f} s")
        table.add_row(task.value, passed, f"{BARS[task]:.0%}", *times, "yes" if result.on(task) else "no")
    console.print(f"{machine()}")
    console.print(table)
    for task, result in results.items() if failures else ():
        for failure in result.failures:
            console.print(f"{task.value}: {failure}", soft_wrap=True, highlight=False)
