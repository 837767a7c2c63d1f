"""Waiting for speech that is late, without leaving the caller in silence."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable

from voices.speech import Pcm


async def meanwhile(
    chunks: AsyncIterator[Pcm], filler: Callable[[], Pcm | None], *, first: float, later: float
) -> AsyncGenerator[Pcm, None]:
    """`chunks`, and what `filler` gives for as long as the first of them does not come.

    first: seconds until the first filler; later: seconds from each filler to the next one.
    """
    chunk = asyncio.ensure_future(anext(chunks, None))
    seconds = first
    try:
        while not (await asyncio.wait({chunk}, timeout=seconds))[0]:
            seconds = later
            if (sound := filler()) is not None:
                yield sound
        while (pcm := await chunk) is not None:
            yield pcm
            chunk = asyncio.ensure_future(anext(chunks, None))
    finally:
        chunk.cancel()
        await asyncio.gather(chunk, return_exceptions=True)
