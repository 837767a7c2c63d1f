"""`townline worker`: take calls from LiveKit."""

from __future__ import annotations

import asyncio
import logging
from typing import Annotated

import typer

from agent.commands.configuration import configuration, exit_code
from agent.errors import AgentError
from agent.settings import config_path
from agent.worker import Door, work
from intents.errors import IntentsError
from telephony.errors import TelephonyError
from voices.errors import VoicesError


def worker(
    health_port: Annotated[int, typer.Option(min=0, max=65535, help="port of the health check")] = 8081,
    metrics_port: Annotated[int | None, typer.Option(min=1, max=65535, help="port of the Prometheus figures")] = None,
    host: Annotated[str, typer.Option(help="where both listen")] = "127.0.0.1",
) -> None:
    """Take calls until SIGTERM; then take no more, and end when the last one is over."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    settings = configuration()
    try:
        door = Door(host, health_port, metrics_port)
        asyncio.run(work(settings, config_path().resolve(), door=door))
    except (AgentError, IntentsError, TelephonyError, VoicesError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(exit_code(error)) from error
