"""The speech server is killed in the middle of a call: it is started again, and the call goes on."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

import numpy as np
import pytest
import soxr

from agent import models
from agent.actions.runner import ActionRunner
from agent.call import Call
from agent.caller import RecordedCaller, Recording
from agent.direct_call import DirectCall
from agent.errors import AgentError
from agent.events import ReplyEvent
from agent.fetching import Fetching
from agent.phrases import phrase
from agent.records import Store
from agent.state import Phase
from telephony.direct import CALLER_RATE
from telephony.recording import Channel, voiced_blocks
from tests.agent.typed_call import FRIDAY_MORNING, TypedCall, typed_call
from tests.calls.voices import VOICES, spoken
from voices.child import SpeechServer
from voices.client import SpeechClient
from voices.hearing import Hearing
from voices.ready import ReadySpeech
from voices.server_settings import Plan, ServerSettings
from voices.speaking import Speaking

pytestmark = [pytest.mark.timeout(300)]

log = logging.getLogger(__name__)

READY = ("not_heard", "not_understood", "one_moment", "still_there", "ask_request", "ask_request_again")


class RealCall:
    """A caller and the line, with a speech server that can be killed."""

    def __init__(self, server: SpeechServer, direct: DirectCall, typed: TypedCall) -> None:
        self._server = server
        self.direct = direct
        self.typed = typed
        self.caller = RecordedCaller(direct, ())

    def kill_the_server(self) -> None:
        assert self._server.pid is not None
        os.kill(self._server.pid, signal.SIGKILL)

    def freeze_the_server(self) -> None:
        assert self._server.pid is not None
        os.kill(self._server.pid, signal.SIGSTOP)

    async def say(self, words: str) -> None:
        await self.caller._say(Recording(await asyncio.to_thread(spoken, words, VOICES[0])))

    @property
    def phase(self) -> Phase:
        return self.typed.conversation.state.phase

    @property
    def said(self) -> str:
        return " ".join(event.text for event in self.typed.events if isinstance(event, ReplyEvent))


@asynccontextmanager
async def real_call(folder: Path) -> AsyncIterator[RealCall]:
    try:
        settings = ServerSettings(models.path("whisper-tiny-en"), models.path("piper-joe"), plan=Plan(2, 1, 4))
        models.path("minilm")
    except AgentError as error:
        pytest.skip(str(error))
    async with (
        SpeechServer(settings) as server,
        SpeechClient(server.uri) as speech,
        Store.open(f"sqlite:///{folder / 'townline.db'}", clock=lambda: FRIDAY_MORNING) as store,
        ActionRunner.in_process(database=folder / "office.db") as runner,
        typed_call(store, runner) as typed,
    ):
        ready = ReadySpeech(folder / "wording", speech)
        await ready.prepare([phrase(name) for name in READY])
        speaking = Speaking(speech, ready=ready, call="call-1", holding=phrase("one_moment"))
        hearing = Hearing(speech, call="call-1")
        await asyncio.to_thread(hearing.prewarm)
        direct = DirectCall("call-1", speech.sample_rate, typed.events.append)
        direct.keep_audio = True
        await direct.begin(Call(typed.conversation, hearing, speaking), cast(Fetching, None))
        call = RealCall(server, direct, typed)
        microphone = asyncio.create_task(call.caller._microphone())
        try:
            await call.caller._line_finished()
            yield call
        finally:
            microphone.cancel()
            await asyncio.gather(microphone, return_exceptions=True)
            await direct.finish("the test is over")


def longest_silence(call: DirectCall, since: float) -> float:
    """Seconds for which neither side was heard, after `since` seconds of the call."""

    def voiced(track: Channel) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        pcm = track.rendered(track.sample_rate, seconds)
        return voiced_blocks(soxr.resample(pcm, track.sample_rate, CALLER_RATE), CALLER_RATE)

    seconds = max(call.line_track.seconds, since)
    either = voiced(call.line_track)
    caller = voiced(call.caller_track)[: len(either)]
    either[: len(caller)] |= caller
    heard = np.flatnonzero(either[int(since * 100) :])
    return float(np.diff(np.concatenate([[0], heard])).max()) / 100


async def test_a_server_that_dies_while_the_caller_speaks_still_hears_them(tmp_path: Path) -> None:
    # Given a caller who says what it is about, when the speech server dies meanwhile, then they are heard or asked
    # again, and they are answered.
    async with real_call(tmp_path) as call:
        began = call.direct.line_track.seconds
        call.kill_the_server()
        await call.say("There's a big pothole in the road.")
        await call.caller._line_finished()
        if call.phase is Phase.REQUEST:
            await call.say("There's a big pothole in the road.")
            await call.caller._line_finished()
        assert call.phase is Phase.SLOT, call.said
        log.info("the longest silence was %.1f s", longest_silence(call.direct, began))


async def test_a_server_that_dies_before_the_line_answers_is_waited_for(tmp_path: Path) -> None:
    # Given a caller whose words are known, when the server dies before the reply is spoken, then the reply is spoken
    # all the same.
    async with real_call(tmp_path) as call:
        began = call.direct.line_track.seconds
        call.kill_the_server()
        call.direct.type_text("There's a big pothole in the road.")
        await call.caller._line_finished()
        assert call.phase is Phase.SLOT
        log.info("the longest silence was %.1f s", longest_silence(call.direct, began))
        await call.say("On Station Road, outside number ten.")
        await call.caller._line_finished()
        assert "location" in call.typed.conversation.state.slots, call.said


async def test_a_caller_whom_a_frozen_server_does_not_hear_is_asked_for_a_moment(tmp_path: Path) -> None:
    # Given a server that froze, when the caller has spoken, then they hear the line before anybody knows what they
    # said, and are answered when it was started again: nothing need be said twice.
    async with real_call(tmp_path) as call:
        call.freeze_the_server()
        await call.say("There's a big pothole in the road.")
        spoken_until = call.direct.caller_track.seconds
        async with asyncio.timeout(60):
            while not _sounds(call.direct.line_track, spoken_until):  # noqa: ASYNC110 - a call in real time
                await asyncio.sleep(0.1)
        known = call.phase
        async with asyncio.timeout(60):
            while call.phase is known:  # noqa: ASYNC110 - the same
                await asyncio.sleep(0.1)
        await call.caller._line_finished()
        assert (known, call.phase) == (Phase.REQUEST, Phase.SLOT)
        assert phrase("not_heard") not in call.said


def _sounds(track: Channel, since: float) -> bool:
    """Whether there is more than 0.3 s of speech."""
    heard = [pcm for at, pcm in track.pieces if at >= since]
    return bool(heard) and bool(voiced_blocks(np.concatenate(heard), track.sample_rate).sum() > 30)
