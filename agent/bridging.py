"""A caller who has spoken, and whose words nobody makes out because the speech models are away, is not left in silence.

The other half, words of the line that cannot be spoken yet, is bridged where they are spoken (`voices.speaking`).
"""

from __future__ import annotations

from livekit.agents import AgentSession
from livekit.agents.voice import SpeechHandle

from agent.phrases import phrase

_FIRST_SECONDS, _AGAIN_SECONDS = 3.0, 5.0


class Bridging:
    """In one session: asks for a moment's patience."""

    def __init__(self, session: AgentSession[None]) -> None:
        self._session = session
        self._due = _FIRST_SECONDS
        self._speech: SpeechHandle | None = None

    def look(self, awaited: float) -> None:
        """Ask, if it is time to. `awaited`: for how many seconds the caller's words have been awaited, 0 if they are
        not. Looked at several times a second."""
        if awaited < _FIRST_SECONDS:
            self._due = _FIRST_SECONDS
        elif awaited >= self._due:
            self._due = awaited + _AGAIN_SECONDS
            # To LiveKit the caller speaks until their words are there, and until then it holds back what may be
            # interrupted.
            self._speech = self._session.say(phrase("one_moment"), allow_interruptions=False)

    def give_way(self) -> None:
        """The caller's words are there: they are a turn like any other, whatever is being said."""
        if self._speech is not None:
            self._speech.allow_interruptions = True
            self._speech = None
