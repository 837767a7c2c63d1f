"""The one door to the speech models: what a call may ask of them, wherever they run."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from voices.transcript import Transcript

Pcm = NDArray[np.int16]
"""Mono int16 samples."""
IN_HAND_SECONDS = 1.5
"""How much speech is still to be heard when a later sentence is asked for, where nobody says."""


class Priority(IntEnum):
    """What waits for what, most urgent first."""

    FINAL_TRANSCRIPT = 0
    FIRST_SENTENCE = 1
    LATER_SENTENCE = 2
    PARTIAL_TRANSCRIPT = 3


@dataclass(frozen=True, slots=True)
class Hints:
    """What the caller is likely to say next, for the recogniser."""

    prompt: str = ""
    hotwords: tuple[str, ...] = ()
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Voice:
    """Which voice speaks, and how fast: 1.0 is the voice's own pace, 1.3 is slower."""

    name: str = "default"
    length_scale: float = 1.0


class SpeechModels(Protocol):
    """Hearing and speaking, in this process (`voices.local`) or in the speech server (`voices.client`)."""

    async def transcribe(
        self,
        pcm: Pcm,
        *,
        hints: Hints = Hints(),
        priority: Priority = Priority.FINAL_TRANSCRIPT,
        call: str = "",
    ) -> Transcript:
        """Words in `pcm` (int16 mono, 16 kHz). Raises `VoicesError`."""
        ...

    def synthesise(
        self,
        text: str,
        *,
        voice: Voice = Voice(),
        priority: Priority = Priority.FIRST_SENTENCE,
        call: str = "",
        in_hand: float = IN_HAND_SECONDS,
    ) -> AsyncIterator[Pcm]:
        """Speech for `text` in chunks (int16 mono, `sample_rate` Hz). Raises `VoicesError`.

        in_hand: seconds of earlier speech that are still to be heard, for a later sentence; it may wait for as long.
        """
        ...

    @property
    def sample_rate(self) -> int:
        """Hz of synthesised speech."""
        ...


@runtime_checkable
class Admission(Protocol):
    """What speech models are besides where they serve only so many calls."""

    async def admit(self, call: str) -> bool:
        """Whether this call can be served well, which then has a place until `release`. Raises `VoicesError`."""
        ...

    def release(self, call: str) -> None:
        """The call is over."""
        ...
