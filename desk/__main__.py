"""`townline serve`: the line and its web pages in one process, on one machine."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
import sys

from aiohttp import web
from rich.console import Console

from agent.commands.configuration import Configuration, exit_code
from agent.credentials import livekit_key
from agent.errors import AgentError, ConfigError
from agent.line import Line
from agent.opening import open_line
from agent.settings import config_path, load
from desk.app import DeskServices, create_app
from desk.exchange import Exchange
from intents.errors import IntentsError
from telephony.errors import LiveKitUnavailableError
from voices.errors import VoicesError

console = Console()


def main() -> None:
    """Start, and run until interrupted. Exits with 2 for broken configuration or services, 1 for anything else."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        settings = load(config_path(), Configuration)
    except ConfigError as error:
        _complain(str(error))
        sys.exit(exit_code(error))
    try:
        asyncio.run(_serve(settings))
    except (AgentError, IntentsError, VoicesError) as error:
        _complain(str(error))
        sys.exit(exit_code(error))
    except OSError as error:
        place = error.filename or f"cannot listen on {settings.desk.host}:{settings.desk.port}"
        _complain(f"{place}: {error.strerror}")
        sys.exit(1)


def _complain(words: str) -> None:
    Console(stderr=True).print(words, style="red", highlight=False, markup=False, soft_wrap=True)


async def _serve(settings: Configuration) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    with console.status("starting") as status:
        async with open_line(
            settings, lambda what: status.update(f"starting: {what}"), owner=f"serve:{socket.gethostname()}"
        ) as line:
            status.stop()
            rendering = asyncio.create_task(line.rendering.follow(_rendered), name="render the wording")
            try:
                await _run(settings, line, stop)
            finally:
                rendering.cancel()
                await asyncio.gather(rendering, return_exceptions=True)


def _rendered(done: int, of: int) -> None:
    if done == of:
        console.print(f"All {of} fixed texts are rendered: replies start at once.", highlight=False)


async def _run(settings: Configuration, line: Line, stop: asyncio.Event) -> None:
    services = DeskServices(
        council=settings.council.name,
        line=line,
        store=line.store,
        queue=line.queue,
        publisher=line.publisher,
        data_dir=settings.data_dir,
        hours=tuple(settings.hours.open),
        settings=settings.desk,
        exchange=_exchange(settings),
    )
    runner = web.AppRunner(create_app(services))
    await runner.setup()
    try:
        await web.TCPSite(runner, settings.desk.host, settings.desk.port).start()
        address = f"http://{settings.desk.host}:{settings.desk.port}/"
        console.print(f"Ring the line: {address}", highlight=False)
        if not await line.store.has_password("admin"):
            console.print(
                f"First start: set the passwords at {address}sign-in with the code {services.set_up_code}",
                soft_wrap=True,
            )
        await stop.wait()
    finally:
        await runner.cleanup()


def _exchange(settings: Configuration) -> Exchange | None:
    """The LiveKit server, where config.yaml names one and its key is in the environment."""
    livekit = settings.telephony.livekit
    if livekit is None:
        return None
    try:
        return Exchange(livekit, livekit_key())
    except LiveKitUnavailableError:
        return None


if __name__ == "__main__":
    main()
