"""Callers' voices for tests: synthesised, British, none of them the line's own, over an 8 kHz telephone line."""

from __future__ import annotations

import hashlib
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
import soxr

from telephony.direct import CALLER_RATE
from telephony.recording import Pcm

TELEPHONE_RATE = 8_000


@dataclass(frozen=True, slots=True)
class CallerVoice:
    """One of espeak-ng's British voices, with its speed in words a minute and its pitch (0 to 99)."""

    name: str
    variant: str
    speed: int
    pitch: int


VOICES = (
    CallerVoice("southern man", "en-gb-x-rp+m3", 145, 40),
    CallerVoice("northern woman", "en-gb-x-gbclan+f2", 150, 55),
    CallerVoice("scottish man", "en-gb-scotland+m7", 140, 45),
)


def spoken(text: str, voice: CallerVoice) -> Pcm:
    """`text` in a caller's voice as it arrives over the telephone: int16 mono, 16 kHz, through 8 kHz µ-law."""
    kept = _kept(text, voice)
    if not kept.exists():
        with tempfile.NamedTemporaryFile(suffix=".wav", dir=kept.parent) as file:
            command = ["espeak-ng", "-v", voice.variant, "-s", str(voice.speed), "-p", str(voice.pitch), "-w", file.name]
            subprocess.run([*command, "--", text], check=True, capture_output=True)
            samples, rate = soundfile.read(file.name, dtype="float32")
        soundfile.write(kept, over_the_telephone(samples, rate), TELEPHONE_RATE, subtype="ULAW", format="WAV")
    samples, rate = soundfile.read(kept, dtype="float32")
    return _pcm(soxr.resample(samples, rate, CALLER_RATE))


def over_the_telephone(samples: np.ndarray[tuple[int], np.dtype[np.float32]], rate: int) -> Pcm:
    """Down to 8 kHz at a telephone's level."""
    narrow = soxr.resample(samples, rate, TELEPHONE_RATE)
    loudest = float(np.abs(narrow).max()) or 1.0
    return _pcm(narrow * (0.5 / loudest))


def _pcm(samples: np.ndarray[tuple[int], np.dtype[np.float32]]) -> Pcm:
    pcm: Pcm = np.clip(samples * 32767, -32768, 32767).astype(np.int16)
    return pcm


def _kept(text: str, voice: CallerVoice) -> Path:
    folder = Path(tempfile.gettempdir()) / "townline-caller-voices"
    folder.mkdir(exist_ok=True)
    return folder / (hashlib.sha256(f"{voice}\0{text}".encode()).hexdigest()[:24] + ".wav")
