"""One caller's turns from one stream of audio: begun, words so far, over."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from voices import endpointing, finishing
from voices.activity import SAMPLE_RATE, Activity
from voices.endpointing import Expectation
from voices.finishing import Cues
from voices.patience import Patience, handed_over
from voices.speech import Pcm, Priority
from voices.transcript import Heard, Nothing, Transcript
from voices.utterance import COMMIT_AFTER, CUT_AFTER, LONGEST, Recording, Utterance, quietest

Stage = Literal["interim", "preflight", "final"]

_DECODE_AFTER = 0.12
"""Seconds of silence after which words are decoded: the whole wait is left to hide it behind."""
_INTERIM_EVERY = 0.7
_TAIL = int(0.1 * SAMPLE_RATE)


@dataclass(frozen=True, slots=True)
class Began:
    """Somebody speaks, since the sample `at`."""

    at: int


@dataclass(frozen=True, slots=True)
class Words:
    """What was said so far in this turn."""

    transcript: Transcript
    stage: Stage
    started: int
    last_voiced: int


@dataclass(frozen=True, slots=True)
class Over:
    """The turn is over. Positions are samples since the stream began; `silence` and `wait` are seconds.

    `silence` is how long nobody had spoken when the turn was taken, `wait` how long words and sound asked for, by
    `goes_on`, the probability that the caller had not finished.
    """

    transcript: Transcript
    started: int
    last_voiced: int
    silence: float
    wait: float
    completeness: float
    goes_on: float


Happening = Began | Words | Over


@dataclass(frozen=True, slots=True)
class _Verdict:
    part: Transcript
    whole: Transcript
    wait: float
    completeness: float = 0.0
    goes_on: float = 0.5


class TurnTaking:
    """Feeds on audio (int16 mono, 16 kHz) and tells what happens. Time is the audio's own; decoding runs beside it.

    `hear` decodes; `expectation` is asked anew for each decision; `patience` is this caller's.
    """

    def __init__(
        self,
        activity: Activity,
        hear: Callable[[Pcm, Priority], Awaitable[Transcript]],
        expectation: Callable[[], Expectation],
        tell: Callable[[Happening], None],
        *,
        patience: Patience | None = None,
        interim: bool = False,
    ) -> None:
        self._activity = activity
        self._hear = hear
        self._expectation = expectation
        self._tell = tell
        self._patience = patience or Patience()
        self._interim = interim
        self._recording = Recording()
        self._utterance: Utterance | None = None
        self._cuts: list[tuple[asyncio.Task[Transcript], int]] = []
        self._decoding: asyncio.Task[None] | None = None
        self._decoded_for = -1
        self._verdict: _Verdict | None = None
        self._partial: asyncio.Task[None] | None = None
        self._next_interim = 0

    @property
    def speaking(self) -> bool:
        """Whether a turn goes on."""
        return self._utterance is not None

    @property
    def awaited(self) -> float:
        """For how many seconds a caller who has fallen silent has waited for their words to be made out; 0 if they do
        not."""
        decoding = self._decoding is not None and not self._decoding.done()
        return self._activity.silence if decoding else 0.0

    def push(self, pcm: Pcm) -> None:
        """Take the next audio, of any length."""
        self._recording.push(pcm)
        self._activity.push(pcm)
        self._step()

    async def finish(self) -> None:
        """No more audio belongs to this turn: end it with what was said."""
        if self._utterance is None:
            return
        if self._decoding is None:
            self._decode()
        decoding = self._decoding
        if decoding is not None:
            await decoding
        self._end()

    async def aclose(self) -> None:
        """Give up whatever is being decoded."""
        tasks = [task for task in (self._decoding, self._partial, *(cut for cut, _ in self._cuts)) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _step(self) -> None:
        if self._decoding is not None and self._decoding.done():
            self._decoding.result()
        spoken = self._activity.spoken
        if spoken is None:
            self._recording.forget(self._recording.end - 2 * SAMPLE_RATE)
            return
        if self._utterance is None:
            self._utterance = Utterance.begin(spoken.started)
            self._next_interim = spoken.started + int(_INTERIM_EVERY * SAMPLE_RATE)
            self._tell(Began(spoken.started))
        too_long = self._activity.position - spoken.started > LONGEST
        if spoken.last_voiced != self._decoded_for and not (too_long and self._decoding):
            self._goes_on()
            if self._activity.silence >= _DECODE_AFTER or too_long:
                self._decode()
            else:
                self._while_speaking(self._utterance)
        elif self._verdict is not None and (too_long or self._has_waited(self._verdict)):
            self._end()

    def _has_waited(self, verdict: _Verdict) -> bool:
        return self._activity.silence >= verdict.wait and not self._activity.stirring

    def _goes_on(self) -> None:
        """The caller spoke after the last decode: its words are not the last ones."""
        if self._decoding is not None:
            self._decoding.cancel()
        if self._decoded_for >= 0:
            self._patience.paused((self._activity.position - self._decoded_for) / SAMPLE_RATE)
        verdict, utterance = self._verdict, self._utterance
        if verdict is not None and utterance is not None and self._decoded_for - utterance.part >= COMMIT_AFTER:
            utterance.commit(verdict.part, self._decoded_for + _TAIL)
        self._decoding = self._verdict = None
        self._decoded_for = -1

    def _while_speaking(self, utterance: Utterance) -> None:
        if self._recording.end - utterance.part > CUT_AFTER:
            cut = utterance.part + quietest(self._recording.between(utterance.part, self._recording.end))
            piece = self._recording.between(utterance.part, cut)
            self._cuts.append((asyncio.ensure_future(self._hear(piece, Priority.FINAL_TRANSCRIPT)), cut))
            utterance.part = cut
        if self._interim and self._activity.position >= self._next_interim and self._idle(self._partial):
            self._next_interim = self._activity.position + int(_INTERIM_EVERY * SAMPLE_RATE)
            self._partial = asyncio.create_task(self._decode_partial(utterance), name="interim transcript")

    @staticmethod
    def _idle(task: asyncio.Task[None] | None) -> bool:
        return task is None or task.done()

    def _decode(self) -> None:
        utterance, spoken = self._utterance, self._activity.spoken
        if utterance is not None and spoken is not None:
            self._decoded_for = spoken.last_voiced
            self._decoding = asyncio.create_task(self._judge(utterance), name="transcript")

    async def _judge(self, utterance: Utterance) -> None:
        last_voiced = self._decoded_for
        audio = self._recording.between(utterance.part, self._recording.end)
        part = await self._hear(audio, Priority.FINAL_TRANSCRIPT)
        while self._cuts:
            cut, until = self._cuts[0]
            utterance.commit(await asyncio.shield(cut), until)
            self._cuts.pop(0)
        whole = utterance.with_words(part)
        if not isinstance(whole, Nothing):
            self._tell(Words(whole, "preflight", utterance.started, last_voiced))
        self._verdict = self._judged(part, whole, (last_voiced - utterance.started) / SAMPLE_RATE)
        self._step()

    def _judged(self, part: Transcript, whole: Transcript, seconds: float) -> _Verdict:
        """`seconds`: how long the caller has spoken."""
        expectation = self._expectation()
        if isinstance(whole, Nothing):
            return _Verdict(part, whole, endpointing.NOTHING_WAIT)
        self._patience.heard(whole.text)
        patience = expectation.patience * self._patience.factor
        if not isinstance(whole, Heard):
            return _Verdict(part, whole, endpointing.UNCLEAR_WAIT * patience)
        completeness = expectation.completeness(whole.text)
        cues = Cues(
            text=whole.text,
            completeness=completeness,
            answered=expectation.answered(whole.text),
            entity=expectation.entity,
            confidence=whole.confidence,
            seconds=seconds,
        )
        if handed_over(whole.text):
            return _Verdict(part, whole, endpointing.wait(0.0), completeness, 0.0)
        goes_on = finishing.shipped().goes_on(cues)
        return _Verdict(part, whole, endpointing.wait(goes_on, patience=patience), completeness, goes_on)

    async def _decode_partial(self, utterance: Utterance) -> None:
        audio = self._recording.between(utterance.part, self._recording.end)
        part = await self._hear(audio, Priority.PARTIAL_TRANSCRIPT)
        spoken = self._activity.spoken
        if isinstance(part, Heard) and self._utterance is utterance and self._verdict is None and spoken is not None:
            self._tell(Words(utterance.with_words(part), "interim", utterance.started, spoken.last_voiced))

    def _end(self) -> None:
        verdict, utterance, last_voiced = self._verdict, self._utterance, self._decoded_for
        if verdict is None or utterance is None:
            return
        silence = (self._activity.position - last_voiced) / SAMPLE_RATE
        self._utterance = self._verdict = self._decoding = None
        self._decoded_for = -1
        self._activity.finish()
        self._recording.forget(last_voiced)
        self._tell(Words(verdict.whole, "final", utterance.started, last_voiced))
        self._tell(
            Over(
                verdict.whole,
                utterance.started,
                last_voiced,
                silence,
                verdict.wait,
                verdict.completeness,
                verdict.goes_on,
            )
        )
