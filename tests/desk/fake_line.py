"""A line written by hand: it hears with a loudness threshold, answers from a script, and speaks real recordings."""

from __future__ import annotations

import asyncio
import wave
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from agent.errors import AgentError
from agent.events import ClearEvent, EndEvent, Event, GapEvent, HandoffEvent, Listener, ReplyEvent, TranscriptEvent
from desk.calls import CALLER_RATE, AdviserLeg, LiveCall

LOUD = 500.0
PAUSE = int(CALLER_RATE * 0.6)


@dataclass(frozen=True, slots=True)
class Turn:
    """What the line publishes and says once the caller has finished."""

    heard: str
    events: tuple[Event, ...]
    reply: str


@dataclass
class FakeLeg:
    """The adviser's end: hears the caller, and is heard."""

    call: FakeCall
    heard: bytearray = field(default_factory=bytearray)
    loud: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once somebody was heard."""
    left: asyncio.Event = field(default_factory=asyncio.Event)
    sample_rate: int = CALLER_RATE

    def push_audio(self, pcm: bytes) -> None:
        self.heard += pcm
        if np.abs(np.frombuffer(pcm, dtype=np.int16)).max() > LOUD:
            self.loud.set()

    async def audio(self) -> AsyncIterator[bytes]:
        while not self.left.is_set() and not self.call.over.is_set():
            yield bytes(640)
            await asyncio.sleep(0.02)

    async def leave(self) -> None:
        self.left.set()
        self.call.end("done by a person")


class FakeCall:
    """One call. Each pause after loud enough audio, each typed text and each key takes the next turn of the script."""

    def __init__(self, call_id: str, script: Iterator[Turn], speech: Path, publish: Listener) -> None:
        self.id = call_id
        self.heard = bytearray()
        self.keys: list[str] = []
        self.typed: list[str] = []
        self.legs: list[FakeLeg] = []
        self.advisers: list[str] = []
        self.over = asyncio.Event()
        self.publish = publish
        self._script = script
        self._quiet = 0
        self._speaking = False
        self._to_say = 0
        with wave.open(str(speech)) as recording:
            self.sample_rate = recording.getframerate()
            self._speech = recording.readframes(recording.getnframes())

    def greet(self, words: str) -> None:
        self.publish(ReplyEvent(text=words))
        self._to_say += 1

    def push_audio(self, pcm: bytes) -> None:
        self.heard += pcm
        samples = np.frombuffer(pcm, dtype=np.int16).astype(np.float64)
        if np.sqrt(np.mean(samples**2)) > LOUD:
            if not self._speaking:
                self.publish(TranscriptEvent(kind="interim", text="my bin", confidence=0.6))
            self._speaking, self._quiet = True, 0
            return
        self._quiet += len(samples)
        if self._speaking and self._quiet >= PAUSE:
            self._speaking = False
            self.answer()

    def answer(self, words: str | None = None) -> None:
        turn = next(self._script, None)
        if turn is None:
            return self.end("completed")
        self.publish(ClearEvent())
        self.publish(TranscriptEvent(kind="final", text=words or turn.heard, confidence=0.91))
        for event in turn.events:
            self.publish(event)
        self.publish(ReplyEvent(text=turn.reply))
        self._to_say += 1
        self.publish(GapEvent(ms=612))
        return None

    def press(self, key: str) -> None:
        self.keys.append(key)

    def type_text(self, text: str) -> None:
        self.typed.append(text)
        self.answer(text)

    async def audio(self) -> AsyncIterator[bytes]:
        chunk = self.sample_rate // 50 * 2
        while not self.over.is_set():
            if self._to_say:
                self._to_say -= 1
                for start in range(0, len(self._speech), chunk):
                    yield self._speech[start : start + chunk]
                    await asyncio.sleep(0.02)
            await asyncio.sleep(0.02)

    async def join(self, adviser: str) -> AdviserLeg:
        leg = FakeLeg(self)
        self.advisers.append(adviser)
        self.legs.append(leg)
        self.publish(HandoffEvent(status="accepted"))
        return leg

    def end(self, outcome: str) -> None:
        if not self.over.is_set():
            self.publish(EndEvent(outcome=outcome))
            self.over.set()

    async def hang_up(self) -> None:
        self.end("caller hung up")


class FakeLine:
    """Takes calls until told not to."""

    def __init__(self, script: tuple[Turn, ...], speech: Path, greeting: str) -> None:
        self.script = script
        self.speech = speech
        self.greeting = greeting
        self.calls: list[FakeCall] = []
        self.refusal: AgentError | None = None

    async def start(self, *, channel: str, on_event: Listener) -> LiveCall:
        if self.refusal is not None:
            raise self.refusal
        call = FakeCall(f"{channel}-{len(self.calls) + 1}", iter(self.script), self.speech, on_event)
        self.calls.append(call)
        call.greet(self.greeting)
        return call

    def find(self, call_id: str) -> LiveCall | None:
        return next((call for call in self.calls if call.id == call_id and not call.over.is_set()), None)
