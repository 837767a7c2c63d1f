"""Speech that is late, and speech that breaks off."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from pathlib import Path

import numpy as np
import pytest
from livekit.agents import APIError

from tests.voices.speech_fixtures import RealSpeech, understood
from voices.errors import ServerUnavailableError
from voices.meanwhile import meanwhile
from voices.ready import ReadySpeech
from voices.speaking import Speaking
from voices.speech import IN_HAND_SECONDS, Pcm, Priority, Voice

FILLER, WORDS = np.full(3, 7, dtype=np.int16), np.full(3, 9, dtype=np.int16)


async def after(*waits: asyncio.Event) -> AsyncGenerator[Pcm, None]:
    for wait in waits:
        await wait.wait()
        yield WORDS


async def test_speech_that_comes_at_once_is_left_alone() -> None:
    there = asyncio.Event()
    there.set()
    heard = [pcm async for pcm in meanwhile(after(there, there), lambda: FILLER, first=60, later=60)]
    assert [pcm[0] for pcm in heard] == [9, 9]


async def test_speech_that_is_late_is_bridged_until_it_comes() -> None:
    there = asyncio.Event()
    heard = []
    async for pcm in meanwhile(after(there), lambda: FILLER, first=0.01, later=0.01):
        heard.append(int(pcm[0]))
        if len(heard) == 3:
            there.set()
    assert heard[:3] == [7, 7, 7]
    assert heard[-1] == 9


async def test_nothing_is_said_where_nothing_is_ready() -> None:
    there = asyncio.Event()
    asyncio.get_running_loop().call_later(0.05, there.set)
    assert len([pcm async for pcm in meanwhile(after(there), lambda: None, first=0.01, later=0.01)]) == 1


async def test_who_stops_listening_stops_the_work() -> None:
    chunks = after(asyncio.Event())
    async with aclosing(meanwhile(chunks, lambda: FILLER, first=0.01, later=0.01)) as heard:
        await anext(heard)
    await chunks.aclose()
    assert [pcm async for pcm in chunks] == []


class Falling(RealSpeech):
    """The real voice on a server that falls over in the middle of a clause, `times` times."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self._left = times

    async def synthesise(
        self,
        text: str,
        *,
        voice: Voice = Voice(),
        priority: Priority = Priority.FIRST_SENTENCE,
        call: str = "",
        in_hand: float = IN_HAND_SECONDS,
    ) -> AsyncIterator[Pcm]:
        async for pcm in super().synthesise(text, voice=voice, priority=priority, call=call, in_hand=in_hand):
            if self._left:
                self._left -= 1
                yield pcm[: len(pcm) // 3]
                raise ServerUnavailableError("gone")
            yield pcm


async def clauses(*texts: str) -> AsyncIterator[str]:
    for text in texts:
        yield text


async def test_a_clause_that_was_cut_off_is_said_again_from_its_beginning() -> None:
    falling = Falling(1)
    pcm = [pcm async for pcm in Speaking(falling).speak(clauses("Your bin is collected on Tuesday."))]
    assert len(falling.asked) == 2
    assert understood(np.concatenate(pcm[1:]), "your bin is collected on tuesday")


async def test_a_server_that_does_not_come_back_is_an_error() -> None:
    with pytest.raises(APIError, match="server-unavailable"):
        async for _ in Speaking(Falling(100)).speak(clauses("Your bin is collected on Tuesday.")):
            pass


async def test_only_what_is_ready_can_bridge(tmp_path: Path) -> None:
    ready = ReadySpeech(tmp_path, RealSpeech())
    speaking = Speaking(RealSpeech(), ready=ready, holding="One moment, please.")
    assert speaking._hold() is None
    await ready.prepare(["One moment, please."])
    at_own_pace = speaking._hold()
    speaking.pace = 1.25
    slower = speaking._hold()
    assert at_own_pace is not None
    assert slower is not None
    assert understood(slower, "one moment please")
