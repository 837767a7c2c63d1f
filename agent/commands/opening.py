"""A release as commands open it: without speech models, so that they start fast."""

from __future__ import annotations

import asyncio

import typer

from agent.errors import AgentError
from agent.publishing import Publisher
from agent.records import Store
from agent.release import LoadedRelease
from agent.settings import Settings, secrets
from agent.training import School
from intents.errors import IntentsError


def open_release(settings: Settings, number: int | None = None) -> LoadedRelease:
    """The release of that number or the active one, or what is in the way on the terminal and exit code 1.

    Where nothing is published yet, the services that were delivered are.
    """
    try:
        return asyncio.run(_open(settings, number))
    except (AgentError, IntentsError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error


async def _open(settings: Settings, number: int | None) -> LoadedRelease:
    url = secrets().database_url
    database = url.get_secret_value() if url else f"sqlite:///{settings.data_dir / 'townline.db'}"
    async with Store.open(database) as store:
        if number is not None:
            documents = (await store.release(number)).documents
            school = await asyncio.to_thread(School.open, settings)
            return await school.release(number, documents, settings.data_dir / "releases" / str(number))
        publisher = await Publisher.open(settings, store)
        try:
            return await publisher.active()
        finally:
            await publisher.aclose()
