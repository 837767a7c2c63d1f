"""What was heard. "Nothing", "could not make it out" and words are different types, never `None`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Means = Literal["speech", "keypad", "typed"]


@dataclass(frozen=True, slots=True)
class Heard:
    """Words, with the recogniser's probability that they are right (0 to 1, calibrated) and other readings."""

    text: str
    confidence: float
    alternatives: tuple[str, ...] = ()
    means: Means = "speech"


@dataclass(frozen=True, slots=True)
class Unclear:
    """Somebody spoke, but the words could not be made out. `text` is the best guess, not to be acted on."""

    text: str
    confidence: float
    means: Means = "speech"


@dataclass(frozen=True, slots=True)
class Nothing:
    """Silence, music or noise. `seconds` is how long nobody has spoken."""

    seconds: float = 0.0


Transcript = Heard | Unclear | Nothing
