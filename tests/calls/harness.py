"""Callers who answer what they are asked, out loud, on a real line: audio in, audio out, the store at the end."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
import soxr

from agent import models
from agent.caller import RecordedCaller, Recording
from agent.direct_call import DirectCall
from agent.errors import AgentError
from agent.events import EffectEvent, Event, GapEvent, ReplyEvent, TranscriptEvent
from agent.line import Line
from agent.opening import open_line
from agent.settings import ROOT, Settings, load
from agent.state import Phase
from telephony.direct import CALLER_RATE
from telephony.recording import Pcm
from tests.calls.voices import CallerVoice, spoken

FRIDAY_MORNING = dt.datetime(2026, 11, 27, 10, 0, tzinfo=dt.UTC)
"""People are at work, so what the line says does not depend on when it is tested."""
_MODELS = ("whisper-tiny-en", "piper-joe", "minilm")
_MOST_TURNS = 18
_YES_NO = (Phase.CONFIRM_INTENT, Phase.CONFIRM_SLOT, Phase.READ_BACK)


@asynccontextmanager
async def real_line(folder: Path, **telephony: float) -> AsyncIterator[Line]:
    """The line as it is delivered, on a Friday morning, with its data in `folder`; skips where a model is missing."""
    try:
        for name in _MODELS:
            models.path(name)
    except AgentError as error:
        pytest.skip(str(error))
    settings = load(ROOT / "config.yaml", Settings)
    changed = settings.model_copy(
        update={
            "agent": settings.agent.model_copy(update={"data_dir": folder}),
            "telephony": settings.telephony.model_copy(update=telephony),
        }
    )
    changed.located(ROOT)
    began = time.monotonic()
    async with open_line(
        changed, clock=lambda: FRIDAY_MORNING + dt.timedelta(seconds=time.monotonic() - began)
    ) as line:
        yield line


@dataclass(frozen=True)
class Script:
    """What a caller says: `opening` first, then by what is asked.

    `answers` maps a slot, or a phase of the call (`read_back`, `anything_else`, …), to one answer or to several, used
    one after the other (the last one again and again).
    """

    service: str
    opening: str
    answers: Mapping[str, str | tuple[str, ...]]


@dataclass
class Heard:
    """What came of a call."""

    call_id: str = ""
    events: list[Event] = field(default_factory=list)
    line_audio: Pcm = field(default_factory=lambda: np.zeros(0, dtype=np.int16))

    @property
    def effects(self) -> list[EffectEvent]:
        """What was kept."""
        return [e for e in self.events if isinstance(e, EffectEvent)]

    @property
    def gaps(self) -> list[int]:
        """Milliseconds, a turn each."""
        return [e.ms for e in self.events if isinstance(e, GapEvent)]

    @property
    def said(self) -> str:
        """All the line's words."""
        return " ".join(e.text for e in self.events if isinstance(e, ReplyEvent))

    def __str__(self) -> str:
        lines = []
        for event in self.events:
            if isinstance(event, TranscriptEvent) and event.kind == "final":
                lines.append(f"caller  {event.text} ({event.confidence:.2f})")
            elif isinstance(event, ReplyEvent):
                lines.append(f"line    {event.text}")
            elif isinstance(event, EffectEvent):
                lines.append(f"        {event.kind} {event.reference} delivered={event.delivered}")
        return "\n".join(lines)


class ScriptedCaller(RecordedCaller):
    """Listens to the end of each of the line's turns, then says the script's answer to what was asked."""

    def __init__(self, call: DirectCall, script: Script, voice: CallerVoice) -> None:
        super().__init__(call, ())
        self._script = script
        self._voice = voice
        self._used: dict[str, int] = {}

    async def run(self) -> None:
        """Talk until the line says goodbye, or hang up after too many turns."""
        microphone = asyncio.create_task(self._microphone())
        try:
            await self._line_finished()
            for turn in range(_MOST_TURNS):
                words = self._script.opening if turn == 0 else self._answer()
                if self._over or words is None:
                    break
                await self._say(Recording(await asyncio.to_thread(spoken, words, self._voice)))
                await self._line_finished()
            if not self._over:
                await self._call.hang_up()
        finally:
            microphone.cancel()
            await asyncio.gather(microphone, return_exceptions=True)

    def _answer(self) -> str | None:
        state = self._call.call.conversation.state
        if state.phase is Phase.PERSON:
            return None
        asked = state.asked if state.phase in (Phase.SLOT, Phase.CHOOSE_VALUE) else str(state.phase)
        given = self._script.answers.get(asked or "", self._script.answers.get(str(state.phase)))
        if given is None:
            return (
                "Yes."
                if state.phase in (Phase.CONFIRM_INTENT, Phase.CONFIRM_SLOT, Phase.READ_BACK)
                else "No thank you."
            )
        if isinstance(given, str):
            return given
        count = self._used.get(asked or "", 0)
        self._used[asked or ""] = count + 1
        return given[min(count, len(given) - 1)]


async def ring(line: Line, script: Script, voice: CallerVoice) -> Heard:
    """One whole call."""
    heard = Heard()
    call = await line.start(channel="test", on_event=heard.events.append, keep_audio=True)
    heard.call_id = call.id
    await ScriptedCaller(call, script, voice).run()
    await asyncio.wait_for(call.over.wait(), 30)
    track = call.line_track
    heard.line_audio = soxr.resample(track.rendered(track.sample_rate, track.seconds), track.sample_rate, CALLER_RATE)
    return heard
