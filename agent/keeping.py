"""What a process opens to keep promises: the store, the actions, and the outbox that delivers in the background."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from agent.actions.runner import ActionRunner
from agent.errors import StoreUnavailableError
from agent.notifier import GovUkNotify, NoNotifier, Notifier
from agent.outbox import Outbox
from agent.records import Store
from agent.records.database import Clock, utc_now
from agent.settings import Settings, secrets

log = logging.getLogger(__name__)

_DAY_SECONDS = 86_400


def open_store(
    settings: Settings, *, owner: str | None = None, clock: Clock = utc_now
) -> AbstractAsyncContextManager[Store]:
    """The store. `owner` names the process in the records; without it, machine and process id do."""
    url = secrets().database_url
    return Store.open(
        url.get_secret_value() if url else f"sqlite:///{settings.data_dir / 'townline.db'}",
        owner=owner or f"{socket.gethostname()}:{os.getpid()}",
        clock=clock,
    )


def open_runner(settings: Settings) -> ActionRunner:
    """The actions: on the council's own action server, or in this process."""
    if settings.agent.action_server:
        return ActionRunner.remote(settings.agent.action_server)
    return ActionRunner.in_process(
        database=settings.data_dir / "back_office.db", council=settings.file(settings.intents.gazetteer)
    )


def notifier() -> Notifier:
    """GOV.UK Notify where there is a key for it."""
    key = secrets().notify_key
    return GovUkNotify(key.get_secret_value()) if key else NoNotifier()


@asynccontextmanager
async def tended(store: Store, outbox: Outbox) -> AsyncIterator[None]:
    """Deliver what is in the outbox, and delete what is past its retention, for as long as the context is open."""
    tasks = (
        asyncio.create_task(outbox.run(), name="outbox"),
        asyncio.create_task(_purge_daily(store), name="purge"),
    )
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _purge_daily(store: Store) -> None:
    """Now and every day."""
    while True:
        try:
            await store.purge(store.now())
        except StoreUnavailableError as error:
            log.warning("purge put off: %s", error.code)
        await asyncio.sleep(_DAY_SECONDS)
