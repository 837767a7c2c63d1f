"""The caller speaks while the line speaks, or just after it took a turn: who gives way, and what was heard by then."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from livekit.agents import AgentSession, UserStateChangedEvent
from livekit.agents.voice.io import AudioOutput, PlaybackFinishedEvent, PlaybackStartedEvent

from agent import backchannel
from agent.conversation import Conversation, Stage
from agent.insisting import Insisting
from agent.state import CallState
from agent.turn import Plan
from voices.hearing import Hearing
from voices.transcript import Heard, Nothing, Transcript, Unclear

_JOIN_SECONDS = 1.2
"""A caller who speaks again this soon after the line took the turn was cut off: the halves are joined."""


class BargeIn:
    """Of one call. `say` says a plan that was taken; `run` carries something out beside the call."""

    def __init__(
        self,
        session: AgentSession[None],
        line: AudioOutput,
        conversation: Conversation,
        hearing: Hearing,
        insisting: Insisting,
        *,
        say: Callable[[Plan], None],
        run: Callable[[Awaitable[None], str], None],
    ) -> None:
        self._session, self._line, self._conversation = session, line, conversation
        self._hearing, self._insisting = hearing, insisting
        self._say, self._run = say, run
        self._taken_at = 0.0
        self._sounding: CallState | None = None
        """Where the call stood when the reply that is heard now began to sound."""
        hearing.passes_over = self._only_listens
        session.on("user_state_changed", self._caller_changed)
        line.on("playback_started", self._begins_to_sound)
        line.on("playback_finished", self._ended_sounding)

    def turn_taken(self, now: float) -> None:
        """The line took a turn, at `now` on the event loop's clock."""
        self._taken_at = now

    def heard(self, transcript: Transcript, stage: Stage) -> None:
        """Words, or noise that is none: the line falls silent for good, or goes on where it paused."""
        if self._insisting and not self._insisting.gives_way_to(transcript):
            return
        if self._conversation.joining and stage == "final" and self._went_on_or_not(transcript):
            return
        if self._session.agent_state != "speaking":
            return
        if isinstance(transcript, Heard):
            self._session.interrupt()
        elif stage == "final" or isinstance(transcript, Nothing):
            self._line.resume()

    def _went_on_or_not(self, transcript: Transcript) -> bool:
        """Somebody spoke right after a turn was taken: the caller, who was cut off, or it was noise, and the line says
        again what it was about to say. Whether it was noise."""
        if not isinstance(transcript, Nothing):
            self._hearing.patience.was_cut()
            return False
        again = self._conversation.was_done()
        if again is not None:
            self._say(again)
        return again is not None

    def _only_listens(self, heard: Heard | Unclear) -> bool:
        """ "Mm-hm" while the line speaks: the line goes on."""
        return self._session.agent_state == "speaking" and backchannel.only_listens(heard)

    def _caller_changed(self, event: UserStateChangedEvent) -> None:
        if event.new_state != "speaking" or self._insisting:
            return
        since = asyncio.get_running_loop().time() - self._taken_at
        if since < _JOIN_SECONDS and self._conversation.went_on():
            self._session.interrupt()
        elif self._session.agent_state == "speaking":
            self._line.pause()

    def _begins_to_sound(self, event: PlaybackStartedEvent) -> None:
        self._sounding = self._conversation.state

    def _ended_sounding(self, event: PlaybackFinishedEvent) -> None:
        state, heard = self._sounding, event.synchronized_transcript
        if event.interrupted and state is not None and heard is not None:
            self._run(self._conversation.broken_off(state, heard), "broken off")
