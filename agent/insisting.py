"""What the line says to its end, whoever else speaks: only keys, danger and the wish for a person come before it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

from livekit.agents import AgentSession
from livekit.agents.voice import SpeechHandle

from voices.transcript import Heard, Transcript


class Insisting:
    """In one session. `urgent` says which words come before everything else."""

    def __init__(self, session: AgentSession[None], urgent: Callable[[str], bool]) -> None:
        self._session = session
        self._urgent = urgent
        self._speech: SpeechHandle | None = None

    def __bool__(self) -> bool:
        """Whether the line insists right now."""
        return self._speech is not None and not self._speech.done() and not self._speech.allow_interruptions

    def say(self, words: AsyncIterator[str]) -> None:
        """Break in with these."""
        self._session.interrupt(force=True)
        self._speech = self._session.say(words, allow_interruptions=False)

    def gives_way_to(self, transcript: Transcript) -> bool:
        """Whether it stops for what the caller said, which is then a turn like any other."""
        urgent = isinstance(transcript, Heard) and self._urgent(transcript.text)
        if urgent and self._speech is not None:
            self._speech.allow_interruptions = True
        return urgent
