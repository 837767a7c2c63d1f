"""The speech models in this process: Whisper and Piper, each behind a queue with priorities."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import numpy as np

from voices.errors import VoicesError
from voices.speech import Hints, Pcm, Priority, SpeechModels, Voice
from voices.transcript import Transcript
from voices.whisper import SAMPLE_RATE, Recogniser
from voices.work import WorkQueue

if TYPE_CHECKING:
    from voices.piper import Piper


class LocalSpeech(SpeechModels):
    """One copy of each model for every call of this process. Use it as an async context manager."""

    def __init__(self, whisper: Path, voice: Path, *, threads: int = 1, most_waiting: int = 64) -> None:
        """Folders of the two models. `threads`: processor threads for one piece of hearing or speaking."""
        self._paths = (whisper, voice)
        self._threads = threads
        self._most_waiting = most_waiting

    async def __aenter__(self) -> Self:
        """Load the models. Raises `ModelMissingError`, `ModelBrokenError`."""
        self._recogniser, self._piper = await asyncio.to_thread(self._load)
        self._hearing = WorkQueue("hearing", most=self._most_waiting)
        self._speaking = WorkQueue("speaking", most=self._most_waiting)
        return self

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._hearing.aclose()
        await self._speaking.aclose()

    @property
    def sample_rate(self) -> int:
        """Hz of synthesised speech."""
        return self._piper.sample_rate

    @property
    def depth(self) -> int:
        """How many pieces of work wait."""
        return self._hearing.depth + self._speaking.depth

    async def transcribe(
        self,
        pcm: Pcm,
        *,
        hints: Hints = Hints(),
        priority: Priority = Priority.FINAL_TRANSCRIPT,
        call: str = "",
    ) -> Transcript:
        """Words in `pcm` (int16 mono, 16 kHz). Raises `BusyError`, `VoicesError`."""
        return await self._hearing.run(lambda: self._hear(pcm, hints), priority=priority, call=call)

    async def synthesise(
        self,
        text: str,
        *,
        voice: Voice = Voice(),
        priority: Priority = Priority.FIRST_SENTENCE,
        call: str = "",
    ) -> AsyncIterator[Pcm]:
        """Speech for `text` in chunks (int16 mono, `sample_rate` Hz), each as soon as it is ready.

        Closing the iterator stops the synthesis after the chunk that is being made. Raises `BusyError`, `VoicesError`.
        """
        chunks: asyncio.Queue[Pcm | None] = asyncio.Queue()
        unwanted = threading.Event()
        loop = asyncio.get_running_loop()

        def speak() -> None:
            for chunk in self._speak(text, voice):
                if unwanted.is_set():
                    return
                loop.call_soon_threadsafe(chunks.put_nowait, chunk)

        def spoken(task: asyncio.Task[None]) -> None:
            if not task.cancelled():
                task.exception()
            chunks.put_nowait(None)

        speaking = asyncio.create_task(self._speaking.run(speak, priority=priority, call=call), name="synthesis")
        speaking.add_done_callback(spoken)
        try:
            while (chunk := await chunks.get()) is not None:
                yield chunk
            await speaking
        finally:
            unwanted.set()
            speaking.cancel()

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

    def _load(self) -> tuple[Recogniser, Piper]:
        from voices.piper import Piper

        whisper, voice = self._paths
        recogniser = Recogniser(whisper, threads=self._threads)
        recogniser.transcribe(np.zeros(SAMPLE_RATE, dtype=np.int16))
        return recogniser, Piper(voice, threads=self._threads)
