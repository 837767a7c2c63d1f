"""One caller on a real line in real time, and everything that happened on one clock: the call's own."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

import numpy as np

from agent.caller import RecordedCaller, Recording
from agent.direct_call import DirectCall
from agent.events import Event
from agent.line import Line
from bench.callers.dialogues import Caller, Dialogue, asked_for
from bench.callers.synthesis import TELEPHONE_RATE
from bench.callers.voices import LONGEST, PAUSE, SHORTEST, CallerVoice, Noise, Said, hiss, said, telephone
from telephony.direct import CALLER_RATE
from telephony.recording import Channel
from voices.turn_taking import Over

_PIECE = CALLER_RATE // 50
_BETWEEN = 10 * TELEPHONE_RATE
_MOST_TURNS = 16
_LONGEST_SECONDS = 240.0
_GOODBYE_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Uttered:
    """What the caller said, when it was asked for what, and the seconds of the call at which its audio lies."""

    said: Said
    asked: str
    entity: str | None
    begin: float
    end: float


@dataclass
class CallRecord:
    """One call. Times are seconds since it began; the channels hold both sides' audio on the same clock."""

    call_id: str
    service: str
    uttered: list[Uttered] = field(default_factory=list)
    events: list[tuple[float, Event]] = field(default_factory=list)
    overs: list[tuple[float, Over]] = field(default_factory=list)
    caller: Channel = field(default_factory=lambda: Channel(CALLER_RATE))
    line: Channel = field(default_factory=lambda: Channel(CALLER_RATE))
    silences: int = 0
    finished: bool = False
    noise: str = ""


class Utterances:
    """What one caller may say, rendered before the call: the caller's own making is not to be measured."""

    def __init__(
        self, dialogue: Dialogue, voice: CallerVoice, *, seed: int, pausing: float = 0.5, noise: Noise | None = None
    ) -> None:
        """`pausing`: the share of utterances with places for a pause that really have one."""
        self.noise = noise
        self.between = hiss() if noise is None else telephone(np.zeros(_BETWEEN), noise=noise)
        """The line while the caller does not speak (int16 mono, 16 kHz)."""
        chance = random.Random(f"{seed} {dialogue.service}")
        self._made: dict[str, Said] = {}
        for text in dict.fromkeys(dialogue.all_texts()):
            places = text.count(PAUSE)
            pauses = [chance.uniform(SHORTEST, LONGEST) for _ in range(places)] if chance.random() < pausing else []
            self._made[text] = said(text, voice, pauses, noise=noise)

    def of(self, text: str) -> Said:
        """The utterance for a text of the dialogue."""
        return self._made[text]


class BenchCaller(RecordedCaller):
    """Answers what the line asks after a moment of thought; the line is never quite silent."""

    def __init__(
        self, call: DirectCall, caller: Caller, utterances: Utterances, record: CallRecord, think: Callable[[], float]
    ) -> None:
        super().__init__(call, ())
        self._caller = caller
        self._rendered = utterances
        self._record = record
        self._think = think

    async def run(self) -> None:
        """Talk until the goodbye, or hang up after too many turns."""
        microphone = asyncio.create_task(self._microphone(), name="bench caller")
        try:
            await self._line_finished()
            while not self._over and self._caller.turns < _MOST_TURNS:
                await asyncio.sleep(self._think())
                conversation = self._call.call.conversation
                text = self._caller.next(conversation.state)
                if text is None or self._over:
                    break
                await self._utter(self._rendered.of(text), conversation.decision.listening.entity)
                await self._line_finished()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._call.call.ended.wait(), _GOODBYE_SECONDS)
            self._record.finished = self._over
            if not self._over:
                await self._call.hang_up()
        finally:
            microphone.cancel()
            await asyncio.gather(microphone, return_exceptions=True)

    async def _utter(self, spoken: Said, entity: str | None) -> None:
        asked = asked_for(self._call.call.conversation.state)
        begin = self._call.caller_track.seconds
        await self._say(Recording(spoken.pcm))
        end = self._call.caller_track.seconds
        self._record.uttered.append(Uttered(spoken, asked, entity, begin, end))

    async def _microphone(self) -> None:
        """A piece of 20 ms every 20 ms: the caller's words, or what else is on the line."""
        noise, at = self._rendered.between, 0
        due = time.perf_counter()
        while True:
            speaking = not self._sending.empty()
            at = (at + _PIECE) % (len(noise) - _PIECE)
            piece = self._sending.get_nowait() if speaking else noise[at : at + _PIECE]
            due += _PIECE / CALLER_RATE
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            self._call.push_audio(np.pad(piece, (0, _PIECE - len(piece))).tobytes())
            if speaking:
                self._sending.task_done()


async def ring(
    line: Line,
    dialogue: Dialogue,
    utterances: Utterances,
    think: Callable[[], float],
    longest: float = _LONGEST_SECONDS,
) -> CallRecord:
    """One whole call; after `longest` seconds the caller hangs up. Raises `LineBusyError`."""
    events: list[tuple[float, Event]] = []
    overs: list[tuple[float, Over]] = []
    call = await line.start(
        channel="bench", on_event=lambda event: events.append((time.perf_counter(), event)), keep_audio=True
    )
    call.call.hearing.on_turn = lambda over: overs.append((time.perf_counter(), over))
    record = CallRecord(call.id, dialogue.service, noise=str(utterances.noise or ""))
    try:
        async with asyncio.timeout(longest):
            await BenchCaller(call, Caller(dialogue), utterances, record, think).run()
            await call.over.wait()
    except TimeoutError:
        await call.hang_up()
        await call.over.wait()
    record.caller, record.line, record.silences = call.caller_track, call.line_track, call.call.speaking.silences
    zero = call.began
    record.events = [(at - zero, event) for at, event in events]
    record.overs = [(at - zero, over) for at, over in overs]
    return record
