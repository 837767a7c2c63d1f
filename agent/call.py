"""One call from ring to goodbye, on a LiveKit session: heard, understood, decided, answered, kept."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from typing import Any

from livekit.agents import AgentSession
from livekit.agents.voice.agent_session import SessionConnectOptions
from livekit.agents.voice.io import AudioInput, AudioOutput

from agent import keys
from agent.barge_in import BargeIn
from agent.bridging import Bridging
from agent.conversation import Conversation, Stage
from agent.floor import Floor, Moment
from agent.inputs import Rang, Silent, TimeUp
from agent.insisting import Insisting
from agent.listening import expectation
from agent.resident import DialogueModel, Resident
from agent.state import Phase
from agent.turn import Plan
from telephony.keypad import AnswerQueue, KeyCollector
from voices.hearing import Hearing
from voices.speaking import Speaking
from voices.transcript import Nothing, Transcript

log = logging.getLogger(__name__)

TURN_HANDLING: dict[str, Any] = {
    "turn_detection": "stt",
    "endpointing": {"min_delay": 0.0, "max_delay": 0.0},
    "interruption": {
        "mode": "vad",
        "resume_false_interruption": False,
        "false_interruption_timeout": None,
        "discard_audio_if_uninterruptible": False,
    },
    "preemptive_generation": {
        "enabled": True,
        "preemptive_tts": True,
        "max_retries": 1000,
        "max_speech_duration": 60.0,
    },
}
# The recogniser ends turns (`voices.endpointing`), so LiveKit adds no waiting of its own, and work ahead of the end of
# a turn goes on however often the caller pauses.

_FAULTS = SessionConnectOptions(max_unrecoverable_errors=1_000)
"""A line whose voice is away goes on: what is rendered already is heard, keys count, and a silence ends the call."""

_LOOK_SECONDS = 0.25


class Call:
    """A running call. It talks until somebody hangs up; `ended` is set then and `outcome` says how."""

    def __init__(
        self, conversation: Conversation, hearing: Hearing, speaking: Speaking, floor: Floor | None = None
    ) -> None:
        self.conversation = conversation
        self.ended = asyncio.Event()
        self.outcome = ""
        self._hearing = hearing
        self._speaking = speaking
        self._session: AgentSession[None] = AgentSession(
            stt=hearing,
            tts=speaking,
            llm=DialogueModel(),
            vad=None,
            turn_handling=TURN_HANDLING,  # type: ignore[arg-type]
            aec_warmup_duration=None,
            user_away_timeout=None,
            # Our wording has no Markdown, and looking for it would hold "OK." back until the next sentence is there.
            tts_text_transforms=None,
            conn_options=_FAULTS,
        )
        self._line: AudioOutput | None = None
        self._answers = AnswerQueue()
        self._keys = KeyCollector(self._answers.put)
        self._tasks: set[asyncio.Task[Any]] = set()
        self._floor = floor or Floor()
        self.music_plays: Callable[[], bool] = lambda: False
        """Whether there is music on the caller's side."""
        self._insisting = Insisting(self._session, conversation.urgent)
        self._bridging = Bridging(self._session)
        self._hushed = False
        self._barge_in: BargeIn | None = None
        self._closed = False

    async def answer(self, caller: AudioInput, line: AudioOutput) -> None:
        """Pick up: greet and listen."""
        self._line = line
        self._session.input.audio = caller
        self._session.output.audio = line
        self._hearing.on_result = self._heard
        self.conversation.on_moved = self._moved_on
        self._barge_in = BargeIn(
            self._session, line, self.conversation, self._hearing, self._insisting, say=self.say, run=self._run
        )
        await self._session.start(Resident(self.conversation, self._after_turn), record=False)
        self.say(await self.conversation.do(Rang()))
        self._run(self._watch_over(), "watch over the call")
        self._run(self._take_keys(), "keys")

    @property
    def hearing(self) -> Hearing:
        """This call's ears."""
        return self._hearing

    @property
    def speaking(self) -> Speaking:
        """This call's voice."""
        return self._speaking

    @property
    def thinking(self) -> bool:
        """Whether a reply is on its way that has not begun to sound."""
        return self._session.agent_state == "thinking" or self._session.current_speech is not None

    def press(self, key: str) -> None:
        """A key of the caller's phone. Keys are taken while the line speaks, too."""
        self._session.interrupt(force=True)
        self._floor.moved(asyncio.get_running_loop().time())
        listening = self.conversation.decision.listening
        single = keys.single(listening.entity) or bool(self.conversation.state.options)
        self._keys.press(key, single=single)

    def type_text(self, text: str) -> None:
        """Words that were typed instead of spoken."""
        self._session.interrupt(force=True)
        self._run(self._typed(text), "typed")

    async def time_is_up(self) -> None:
        """The call has lasted long enough: say so, and hang up."""
        self._break_in(await self.conversation.do(TimeUp()))

    def hush(self) -> None:
        """The line itself is silent and deaf from now on: two people talk."""
        self._hushed = True
        self._session.interrupt(force=True)
        self._session.input.set_audio_enabled(False)
        self._session.output.set_audio_enabled(False)

    def resume(self) -> None:
        """The line speaks and listens again."""
        self._hushed = False
        self._session.input.set_audio_enabled(True)
        self._session.output.set_audio_enabled(True)

    def say(self, plan: Plan) -> None:
        """Say what a plan that was taken has to say."""
        self._session.say(_with_spaces(plan))
        self._after_turn()

    async def carry_on(self) -> None:
        """The caller was cut off for a moment and is back: say so, and go on where the call stood."""
        self._session.interrupt(force=True)
        self.say(await self.conversation.do(Rang()))

    def _break_in(self, plan: Plan) -> None:
        """Say it to its end, whoever else speaks."""
        self._insisting.say(_with_spaces(plan))
        self._after_turn()

    async def hang_up(self, outcome: str) -> None:
        """End the call. What was promised is carried out to its end. May be called twice."""
        if self._closed:
            return
        self._closed = True
        self.outcome = outcome
        self._keys.close()
        for task in tuple(self._tasks):
            if task is not asyncio.current_task():
                task.cancel()
        await self._session.aclose()
        await self.conversation.turns.settle()
        self.ended.set()

    def _heard(self, transcript: Transcript, stage: Stage) -> None:
        self._bridging.give_way()
        self.conversation.hear(transcript, stage)
        if not isinstance(transcript, Nothing):
            self._floor.moved(asyncio.get_running_loop().time())
        if self._barge_in is not None:
            self._barge_in.heard(transcript, stage)

    def _after_turn(self) -> None:
        now = asyncio.get_running_loop().time()
        self._floor.moved(now)
        if self._barge_in is not None:
            self._barge_in.turn_taken(now)
        if self.conversation.decision.hang_up:
            self._run(self._say_goodbye(), "goodbye")

    def _moved_on(self) -> None:
        """Every step of the dialogue, those that follow from an effect too, changes how to listen and speak."""
        state, listening = self.conversation.state, self.conversation.decision.listening
        self._speaking.pace = state.pace
        today = self.conversation.today()
        self._hearing.expect(expectation(state, listening, self.conversation.release, today))

    async def _take_keys(self) -> None:
        """One answer at a time: the next waits until the last is kept, so that no flood of tones piles up writing."""
        while True:
            self.say(await self.conversation.pressed(await self._answers.next()))
            await self.conversation.turns.settle()

    async def _typed(self, text: str) -> None:
        self.say(await self.conversation.typed(text))

    async def _say_goodbye(self) -> None:
        """Let the goodbye be heard to its end, then hang up."""
        await asyncio.sleep(0.3)
        while (speech := self._session.current_speech) is not None:
            await speech.wait_for_playout()
            # What is done stays the current speech until LiveKit's own task has had its turn.
            await asyncio.sleep(_LOOK_SECONDS)
        if self._line is not None:
            await self._line.wait_for_playout()
        if self.conversation.joining or not self.conversation.decision.hang_up:
            return
        closing = asyncio.create_task(self.hang_up(self.conversation.decision.decided))
        await asyncio.shield(closing)

    async def _watch_over(self) -> None:
        """Notice silence, and a caller who never lets the line speak."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            state = self.conversation.state
            self._bridging.look(0.0 if self._hushed else self._hearing.awaited())
            found = self._floor.look(self._moment(loop.time(), state.patience))
            if found is None or self._hushed or state.phase is Phase.ENDED:
                continue
            plan = await self.conversation.do(found)
            if isinstance(found, Silent):
                self.say(plan)
            else:
                self._break_in(plan)

    def _moment(self, now: float, patience: float) -> Moment:
        """Who is to be heard. A line that is interrupted holds its tongue, whatever LiveKit calls it."""
        caller = self._session.user_state == "speaking" and not self._hushed
        line = self._session.agent_state == "speaking" and (not caller or bool(self._insisting))
        return Moment(now, line=line, caller=caller, music=self.music_plays(), patience=patience)

    def _run(self, work: Any, name: str) -> None:
        task: asyncio.Task[Any] = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _with_spaces(plan: Plan) -> AsyncIterator[str]:
    async for sentence in plan.words():
        yield sentence + " "
