"""`townline watch`: see to it that nobody is left ringing, or in silence."""

from __future__ import annotations

import asyncio
import logging
import signal

import typer
from aiohttp import web

from agent.commands.configuration import configuration
from agent.credentials import livekit_api, livekit_key, livekit_settings, signed_in
from agent.settings import Settings
from telephony.errors import TelephonyError
from telephony.rescue import Figures, Rescuer
from telephony.webhooks import Webhooks, watch_app


def watch() -> None:
    """Watch the LiveKit server's calls: one process an installation, beside any number of workers."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    settings = configuration()
    try:
        asyncio.run(_watch(settings))
    except TelephonyError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    except OSError as error:
        typer.echo(f"cannot listen: {error.strerror}", err=True)
        raise typer.Exit(1) from error


async def _watch(settings: Settings) -> None:
    livekit = livekit_settings(settings)
    key = livekit_key()
    await signed_in(settings)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with livekit_api(settings) as lkapi:
        rescuer = Rescuer(lkapi, livekit, settings.telephony.sip, Figures())
        runner = web.AppRunner(watch_app(rescuer, Webhooks(key)))
        await runner.setup()
        await web.TCPSite(runner, livekit.watch_host, livekit.watch_port).start()
        typer.echo(f"watching {livekit.url}; webhooks at http://{livekit.watch_host}:{livekit.watch_port}")
        watching = asyncio.create_task(rescuer.run(), name="watch")
        stopping = asyncio.create_task(stop.wait(), name="stop")
        try:
            await asyncio.wait({watching, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if watching.done():
                await watching
        finally:
            for task in (watching, stopping):
                task.cancel()
            await asyncio.gather(watching, stopping, return_exceptions=True)
            await runner.cleanup()
