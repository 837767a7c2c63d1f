"""The real voice, and real ears to hear what it said."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from functools import cache

import numpy as np
import soxr
from faster_whisper import WhisperModel
from rapidfuzz.fuzz import ratio

from agent import models
from voices.piper import Piper
from voices.speech import IN_HAND_SECONDS, Hints, Pcm, Priority, Voice
from voices.transcript import Transcript


@cache
def joe() -> Piper:
    return Piper(models.path("piper-joe"))


@cache
def _ears() -> WhisperModel:
    return WhisperModel(str(models.path("whisper-tiny-en")), device="cpu", compute_type="int8", cpu_threads=1)


def heard(pcm: Pcm) -> str:
    """What a listener writes down: small letters, digits as digits, no punctuation."""
    audio = soxr.resample(pcm.astype(np.float32) / 32768, joe().sample_rate, 16000)
    segments, _ = _ears().transcribe(audio, language="en", beam_size=5, without_timestamps=True)
    return re.sub(r"[^a-z0-9 ]", "", " ".join(segment.text for segment in segments).lower()).strip()


def understood(pcm: Pcm, words: str) -> bool:
    """Whether a listener hears these words, give or take a sound."""
    return ratio(heard(pcm), words) > 85


def spoken(text: str, length_scale: float = 1.0) -> Pcm:
    return np.concatenate(list(joe().synthesise(text, length_scale)))


class RealSpeech:
    """The real voice behind the door of `SpeechModels`, remembering what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Voice, Priority]] = []
        self.in_hand: list[float] = []
        self.closed = 0

    @property
    def sample_rate(self) -> int:
        return joe().sample_rate

    async def transcribe(
        self, pcm: Pcm, *, hints: Hints = Hints(), priority: Priority = Priority.FINAL_TRANSCRIPT, call: str = ""
    ) -> Transcript:
        raise NotImplementedError

    async def synthesise(
        self,
        text: str,
        *,
        voice: Voice = Voice(),
        priority: Priority = Priority.FIRST_SENTENCE,
        call: str = "",
        in_hand: float = IN_HAND_SECONDS,
    ) -> AsyncIterator[Pcm]:
        self.asked.append((text, voice, priority))
        self.in_hand.append(in_hand)
        blocks = joe().synthesise(text, voice.length_scale)
        try:
            while (block := await asyncio.to_thread(next, blocks, None)) is not None:
                yield block
        finally:
            self.closed += 1
