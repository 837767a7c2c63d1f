"""The speech models in this process: Whisper and Piper behind one queue with priorities."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import numpy as np

from voices.errors import VoicesError
from voices.speech import IN_HAND_SECONDS, Hints, Pcm, Priority, SpeechModels, Voice
from voices.transcript import Transcript
from voices.whisper import SAMPLE_RATE, Recogniser
from voices.work import Piece, WorkQueue

if TYPE_CHECKING:
    from voices.piper import Piper


class LocalSpeech(SpeechModels):
    """One copy of each model for every call of this process. Use it as an async context manager."""

    def __init__(
        self,
        whisper: Path,
        voice: Path,
        *,
        threads: int = 1,
        workers: int = 2,
        most_waiting: int = 64,
        watch: Callable[[Piece], None] = lambda piece: None,
    ) -> None:
        """Folders of the two models. `workers` pieces of hearing or speaking are done at a time, each on `threads`."""
        self._paths = (whisper, voice)
        self._threads = threads
        self._workers = workers
        self._most_waiting = most_waiting
        self._watch = watch

    async def __aenter__(self) -> Self:
        """Load the models. Raises `ModelMissingError`, `ModelBrokenError`."""
        self._recogniser, self._piper = await asyncio.gather(
            asyncio.to_thread(self._ears), asyncio.to_thread(self._voice)
        )
        self._queue = WorkQueue("speech", workers=self._workers, most=self._most_waiting, watch=self._watch)
        return self

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._queue.aclose()

    @property
    def sample_rate(self) -> int:
        """Hz of synthesised speech."""
        return self._piper.sample_rate

    @property
    def multilingual(self) -> bool:
        """Whether other languages than English are understood."""
        return self._recogniser.multilingual

    @property
    def language(self) -> str:
        """What the voice speaks, as in `en_US`."""
        return self._piper.language

    @property
    def depth(self) -> int:
        """How many pieces of work wait."""
        return self._queue.depth

    async def transcribe(
        self,
        pcm: Pcm,
        *,
        hints: Hints = Hints(),
        priority: Priority = Priority.FINAL_TRANSCRIPT,
        call: str = "",
        patience: float | None = None,
    ) -> Transcript:
        """Words in `pcm` (int16 mono, 16 kHz). Raises `BusyError`, `LateError` after `patience` s, `VoicesError`."""
        work = partial(self._hear, pcm, hints)
        return await self._queue.run(work, priority=priority, call=call, kind="hearing", patience=patience)

    async def synthesise(
        self,
        text: str,
        *,
        voice: Voice = Voice(),
        priority: Priority = Priority.FIRST_SENTENCE,
        call: str = "",
        in_hand: float = IN_HAND_SECONDS,
        patience: float | None = None,
    ) -> AsyncIterator[Pcm]:
        """Speech for `text` in chunks (int16 mono, `sample_rate` Hz), each as soon as it is ready.

        Others have their turn between two chunks: the more speech is still to be heard, the longer this one can wait.
        Nothing is made that is not asked for. Raises `BusyError`, `LateError` when nothing was begun after `patience`
        seconds, `VoicesError`.
        """
        loop = asyncio.get_running_loop()
        blocks = self._speak(text, voice)
        make = partial(next, blocks, None)
        due = loop.time() + in_hand if priority is Priority.LATER_SENTENCE else -math.inf
        turn = partial(self._queue.run, make, call=call, kind="speaking")
        block = await turn(priority=priority, due=due, patience=patience)
        while block is not None:
            due = max(due, loop.time()) + len(block) / self.sample_rate
            yield block
            block = await turn(priority=Priority.LATER_SENTENCE, due=due, begun=True)

    def _speak(self, text: str, voice: Voice) -> Iterator[Pcm]:
        try:
            yield from self._piper.synthesise(text, voice.length_scale)
        except RuntimeError as exc:
            raise VoicesError("the voice failed") from exc

    def _hear(self, pcm: Pcm, hints: Hints) -> Transcript:
        try:
            return self._recogniser.transcribe(pcm, hints)
        except RuntimeError as exc:
            raise VoicesError("the recogniser failed") from exc

    def _ears(self) -> Recogniser:
        recogniser = Recogniser(self._paths[0], threads=self._threads, workers=self._workers)
        recogniser.transcribe(np.zeros(SAMPLE_RATE, dtype=np.int16))
        return recogniser

    def _voice(self) -> Piper:
        from voices.piper import Piper

        return Piper(self._paths[1], threads=self._threads)
