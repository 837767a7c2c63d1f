"""The fixed wording of a release, rendered ahead so that replies start at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

from agent.phrases import fixed_wording
from agent.publishing import Publisher
from voices.ready import ReadySpeech

Progress = Callable[[int, int], None]
"""Called with how many texts are rendered, of how many."""

_NEW_RELEASE_SECONDS = 10.0
"""How often it is looked whether another release is the active one."""


class Rendering:
    """Renders what the line says, what it says most first. Nothing is rendered while a call goes on."""

    def __init__(self, ready: ReadySpeech, publisher: Publisher, idle: asyncio.Event, council: str) -> None:
        self._ready = ready
        self._publisher = publisher
        self._idle = idle
        self._council = council

    async def follow(self, progress: Progress = lambda done, of: None) -> None:
        """Render the active release and, for ever, every one that becomes the active one."""
        rendered = None
        while True:
            number = (await self._publisher.active()).number
            if number != rendered:
                async for done, of in self._texts():
                    progress(done, of)
                rendered = number
            await asyncio.sleep(_NEW_RELEASE_SECONDS)

    async def within(self, seconds: float, progress: Progress = lambda done, of: None) -> None:
        """Render the active release for at most so long; the next time goes on from there."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        async for done, of in self._texts():
            progress(done, of)
            if loop.time() > until:
                return

    async def _texts(self) -> AsyncIterator[tuple[int, int]]:
        release = await self._publisher.active()
        texts = list(dict.fromkeys(fixed_wording(release.services, self._council)))
        for done, text in enumerate(texts, start=1):
            await self._idle.wait()
            await self._ready.prepare([text])
            yield done, len(texts)
