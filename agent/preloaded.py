"""What every call needs, loaded once by the process that all call processes are forked from, and shared by them.

`townline worker` names the configuration in the environment before it starts that process; anywhere else importing this
loads nothing.
"""

from __future__ import annotations

import asyncio
import logging
import os
from pathlib import Path

from agent.keeping import open_store
from agent.publishing import Publisher, Warm
from agent.settings import Settings, load
from agent.training import School

log = logging.getLogger(__name__)

CONFIG = "TOWNLINE_PRELOAD"
"""The environment variable with the path of the configuration. It is taken out when read: calls do not inherit it."""


async def warmed(settings: Settings, warm: Warm | None = None) -> Warm:
    """Encoder, safety net, places and the active release; of `warm` whatever is still right."""
    school = warm.school if warm is not None else School.open(settings)
    async with open_store(settings) as store:
        publisher = await Publisher.open(settings, store, warm or Warm(school))
        return Warm(school, await publisher.active())


def _loaded() -> Warm | None:
    config = os.environ.pop(CONFIG, "")
    if not config:
        return None
    try:
        return asyncio.run(warmed(load(Path(config), Settings)))
    except Exception as error:  # noqa: BLE001 - what cannot be loaded here is loaded, and complained about, by each call
        log.warning("nothing is shared between calls: %s", type(error).__name__)
        return None


warm = _loaded()
"""`None` where nothing was asked for."""
