"""What the web pages need from the line: a call that can be talked to, and a leg for an adviser who joins it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol

from agent.events import Listener

CALLER_RATE = 16_000
"""Samples a second of all audio that a browser sends: int16 mono."""


class AudioLeg(Protocol):
    """One person's end of a call: their voice goes in, what they should hear comes out."""

    @property
    def sample_rate(self) -> int:
        """Samples a second of `audio()`."""

    def push_audio(self, pcm: bytes) -> None:
        """Take what the microphone heard: int16 mono, 16 kHz, any length. Never blocks."""

    def audio(self) -> AsyncIterator[bytes]:
        """What to play: int16 mono at `sample_rate`, at most 20 ms a chunk, paced in real time.

        Ends when the call (or this leg) is over, after the call's `end` event was published.
        """


class AdviserLeg(AudioLeg, Protocol):
    """An adviser's end of a call that a caller is still in."""

    async def leave(self) -> None:
        """Put the adviser's end down. The call goes on or ends as the line sees fit. May be called twice."""


class LiveCall(AudioLeg, Protocol):
    """A call that is going on."""

    @property
    def id(self) -> str:
        """The call's id, the one in the store."""

    def press(self, key: str) -> None:
        """A key of the keypad: one of `0`-`9`, `*`, `#`."""

    def type_text(self, text: str) -> None:
        """Take an utterance that was typed in place of speaking."""

    async def join(self, adviser: str) -> AdviserLeg:
        """Connect an adviser with the caller; from here on the line itself is silent."""

    async def hang_up(self) -> None:
        """The caller is gone. May be called twice, and after the end."""


class CallLine(Protocol):
    """The line. It takes calls and knows which ones are going on."""

    async def start(self, *, channel: str, on_event: Listener) -> LiveCall:
        """Begin a call. `on_event` is called from the event loop and must not block.

        Raises an error whose message may be shown when no more calls can be taken.
        """

    def find(self, call_id: str) -> LiveCall | None:
        """The call with that id while it goes on."""
