"""`townline voices`: the speech server alone, for every call on the machine and for other Wyoming clients."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from agent.commands.configuration import configuration
from agent.errors import AgentError
from agent.speech import server_settings
from voices.errors import VoicesError
from voices.server import Server, serving
from voices.server_settings import ServerSettings
from voices.serving.sockets import tcp_socket, unix_socket

_SOCKET = "voices.sock"


def voices(
    path: Annotated[Path | None, typer.Option("--socket", help="listen on this Unix socket")] = None,
    host: Annotated[str, typer.Option(help="listen on this address, together with --port")] = "127.0.0.1",
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="listen on TCP")] = None,
    metrics_port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Prometheus metrics, on loopback only")
    ] = None,
) -> None:
    """Hold the speech models and speak Wyoming, on a Unix socket in the data folder unless told otherwise."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    settings = configuration()
    if path is not None and port is not None:
        raise typer.BadParameter("give either --socket or --port")
    try:
        with ExitStack() as stack:
            if port is not None:
                listening = stack.enter_context(tcp_socket(host, port))
                where = f"tcp://{host}:{port}"
            else:
                path = (path or settings.data_dir / _SOCKET).absolute()
                path.parent.mkdir(parents=True, exist_ok=True)
                listening = stack.enter_context(unix_socket(path))
                where = f"unix://{path}"
            asyncio.run(_serve(server_settings(settings, metrics_port=metrics_port), listening, where))
    except (AgentError, VoicesError) as error:
        typer.echo(" ".join(str(error).split()), err=True)
        raise typer.Exit(1) from error
    except OSError as error:
        typer.echo(f"{error.filename}: {error.strerror}", err=True)
        raise typer.Exit(1) from error


async def _serve(settings: ServerSettings, listening: socket.socket, where: str) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with serving(settings) as server:
        typer.echo(_greeting(server, where))
        serve = asyncio.create_task(server.listen([listening]), name="listen")
        await stop.wait()
        serve.cancel()
        await asyncio.gather(serve, return_exceptions=True)


def _greeting(server: Server, where: str) -> str:
    status = server.status()
    plan = f"{status['workers']} workers of {status['threads']} threads, up to {status['capacity']} calls"
    return f"{where}: {status['sample_rate']} Hz, {plan}"
