"""Given what Townline is compared with, whether it answers a caller at all."""

from __future__ import annotations

import asyncio

import pytest

from agent import models
from bench.callers.voices import VOICES, said
from bench.peers.assemblies import others
from bench.peers.handset import Handset
from bench.peers.programs import PYTHON

needs_peers = pytest.mark.skipif(
    not PYTHON.exists(), reason="`make test` installs bench/peers/requirements.lock into .venv/peers"
)


@needs_peers
@pytest.mark.parametrize("place", [0, 1])
async def test_it_takes_the_turn_and_answers(place: int) -> None:
    assembly = others(models.path("whisper-tiny-en"), models.path("piper-joe"))[place]
    handset = Handset()
    async with assembly.answers(handset) as processes:
        microphone = asyncio.create_task(handset.run())
        await asyncio.sleep(1)
        await handset.say(said("My bin has not been collected.", VOICES[0]))
        async with asyncio.timeout(120):
            while not handset.line_speaks:  # noqa: ASYNC110 - it is a line, it tells nobody
                await asyncio.sleep(0.1)
        microphone.cancel()
        await asyncio.gather(microphone, return_exceptions=True)
    assert processes
    assert handset.taken
