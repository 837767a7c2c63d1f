"""Callers' voices for tests: synthesised, none of them the line's own, over an 8 kHz µ-law telephone line."""

from __future__ import annotations

import hashlib
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np
import soundfile
import soxr
from hibari import Hibari
from numpy.typing import NDArray

from telephony.direct import CALLER_RATE
from telephony.recording import Pcm

TELEPHONE_RATE = 8_000
_HIBARI_RATE = 24_000


@dataclass(frozen=True, slots=True)
class CallerVoice:
    """A voice: hibari's at a speed and a pitch (1.0 is its own), or one of espeak-ng's British ones."""

    name: str
    maker: Literal["hibari", "espeak-ng"] = "hibari"
    speed: float = 1.0
    pitch: float = 1.0
    variant: str = ""


VOICES = (
    CallerVoice("at ease"),
    CallerVoice("slow and low", speed=0.9, pitch=0.88),
    CallerVoice("quick and high", speed=1.1, pitch=1.1),
)
SYNTHETIC = CallerVoice("West Midlands", "espeak-ng", speed=0.8, variant="en-gb-x-gbcwmd")
"""Hard to understand: Whisper tiny.en gets every third word of it wrong."""


def spoken(text: str, voice: CallerVoice) -> Pcm:
    """`text` in a caller's voice as it arrives over the telephone: int16 mono, 16 kHz, through 8 kHz µ-law."""
    kept = _kept(text, voice)
    if not kept.exists():
        samples, rate = _hibari(text, voice) if voice.maker == "hibari" else _espeak(text, voice)
        narrow = soxr.resample(samples, rate, TELEPHONE_RATE)
        loudest = float(np.abs(narrow).max()) or 1.0
        soundfile.write(kept, narrow * (0.5 / loudest), TELEPHONE_RATE, subtype="ULAW", format="WAV")
    samples, rate = soundfile.read(kept, dtype="float32")
    wide = soxr.resample(samples, rate, CALLER_RATE)
    pcm: Pcm = np.clip(wide * 32767, -32768, 32767).astype(np.int16)
    return pcm


@cache
def _voice() -> Hibari:
    return Hibari()


def _hibari(text: str, voice: CallerVoice) -> tuple[NDArray[np.float32], float]:
    # Played faster, a voice is higher; spoken slower first, it keeps its pace.
    said = _voice()(text, speed=voice.speed / voice.pitch, seed=1)
    loud = np.flatnonzero(np.abs(said) > 0.01)
    return said[loud[0] : loud[-1] + 1], _HIBARI_RATE * voice.pitch


def _espeak(text: str, voice: CallerVoice) -> tuple[NDArray[np.float32], float]:
    with tempfile.NamedTemporaryFile(suffix=".wav") as file:
        command = ["espeak-ng", "-v", voice.variant, "-s", str(round(170 * voice.speed)), "-w", file.name, "--", text]
        subprocess.run(command, check=True, capture_output=True)
        samples, rate = soundfile.read(file.name, dtype="float32")
        return samples, rate


def _kept(text: str, voice: CallerVoice) -> Path:
    folder = Path(tempfile.gettempdir()) / "townline-caller-voices"
    folder.mkdir(exist_ok=True)
    return folder / (hashlib.sha256(f"{voice}\0{text}".encode()).hexdigest()[:24] + ".wav")
