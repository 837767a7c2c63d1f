"""`townline sip setup`: make the LiveKit server's trunks and dispatch rule what `config.yaml` says."""

from __future__ import annotations

import asyncio
from typing import Annotated

import aiohttp
import typer
from livekit import api

from agent.commands.configuration import configuration
from agent.credentials import livekit_api, livekit_settings, refusal, sip_passwords
from agent.settings import Settings
from telephony.errors import LiveKitUnavailableError, TelephonyError, TrunkError
from telephony.sip import Wanted, apply, differences, present, wanted

app = typer.Typer(help="The telephone network.", no_args_is_help=True)


@app.callback()
def sip() -> None:
    """The telephone network."""


@app.command()
def setup(
    yes: Annotated[bool, typer.Option("--yes", "-y", help="do not ask")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="show the difference and change nothing")] = False,
) -> None:
    """Show what would change, ask, and change it. What was not made here is never touched."""
    settings = configuration()
    try:
        asyncio.run(_setup(settings, yes=yes, dry_run=dry_run))
    except TelephonyError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error


async def _setup(settings: Settings, *, yes: bool, dry_run: bool) -> None:
    want = _wanted(settings)
    url = livekit_settings(settings).url
    try:
        async with livekit_api(settings) as lkapi:
            changes = differences(want, await present(lkapi))
            for change in changes:
                typer.echo(str(change))
            if dry_run or all(change.what == "keep" for change in changes):
                return
            if yes or typer.confirm("Go ahead?"):
                await apply(lkapi, want, changes)
    except api.ServerError as error:
        raise LiveKitUnavailableError(refusal(error)) from error
    except (aiohttp.ClientError, TimeoutError) as error:
        raise LiveKitUnavailableError(f"{url} cannot be reached") from error


def _wanted(settings: Settings) -> Wanted:
    if settings.telephony.sip is None:
        raise TrunkError("config.yaml has no telephony: sip: section")
    longest = settings.agent.longest_call_minutes
    return wanted(livekit_settings(settings), settings.telephony.sip, sip_passwords(), longest_minutes=longest)
