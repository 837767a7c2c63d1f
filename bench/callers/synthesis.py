"""What makes callers' voices: hibari, Kokoro, flite and espeak-ng. What was made once is kept on disk."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np
import onnxruntime
import soundfile
import soxr
from hibari import Hibari
from hibari.g2p import G2P
from numpy.typing import NDArray

from agent import models

Samples = NDArray[np.float64]
"""Full scale is 1.0."""
Maker = Literal["hibari", "kokoro", "flite", "espeak-ng"]

TELEPHONE_RATE = 8_000
PEAK = 0.5
QUIET = 0.02
"""Of the loudest sample: what is softer at the ends of an utterance is cut off."""
_RATE = 24_000
_WORDS_A_MINUTE = 170


@dataclass(frozen=True, slots=True)
class CallerVoice:
    """A voice of a maker at a speed and a pitch (1.0 is its own)."""

    name: str
    maker: Maker = "hibari"
    variant: str = ""
    speed: float = 1.0
    pitch: float = 1.0

    @property
    def stretch(self) -> float:
        """How much slower the maker has to speak: played faster, a voice is higher, and keeps its pace so."""
        return self.pitch / self.speed


def synthesised(text: str, voice: CallerVoice) -> Samples:
    """`text` at 8 kHz and an even level, from its first to its last sound."""
    kept = _kept(text, voice)
    if not kept.exists():
        made, rate = _MAKERS[voice.maker](text, voice)
        narrow = soxr.resample(made.astype(np.float64), rate * voice.pitch, TELEPHONE_RATE)
        loud = np.flatnonzero(np.abs(narrow) > QUIET * np.abs(narrow).max())
        _keep(kept, narrow[loud[0] : loud[-1] + 1] * (PEAK / np.abs(narrow).max()))
    samples, _ = soundfile.read(kept, dtype="float64")
    return np.asarray(samples, np.float64)


def sounds(text: str) -> int:
    """About how long `text` is, in speech sounds."""
    return len(_british()(text))


def _hibari(text: str, voice: CallerVoice) -> tuple[Samples, float]:
    return _american_voice()(text, speed=1 / voice.stretch, seed=1), _RATE


def _kokoro(text: str, voice: CallerVoice) -> tuple[Samples, float]:
    """Kokoro speaks with British sounds in the timbre of any of its speakers."""
    session, symbols, styles = _kokoro_model()
    tokens = [symbols[sound] for sound in _british()(text) if sound in symbols]
    given = {
        "tokens": np.array([[0, *tokens, 0]], np.int64),
        "style": styles[voice.variant][len(tokens) - 1].reshape(1, -1).astype(np.float32),
        "speed": np.array([1 / voice.stretch], np.float32),
    }
    return np.asarray(session.run(None, given)[0], np.float64).ravel(), _RATE


def _flite(text: str, voice: CallerVoice) -> tuple[Samples, float]:
    stretch = ("--setf", f"duration_stretch={voice.stretch:.3f}")
    return _program(lambda file: ["flite", "-voice", voice.variant, *stretch, "-t", text, "-o", file])


def _espeak(text: str, voice: CallerVoice) -> tuple[Samples, float]:
    pace = str(round(_WORDS_A_MINUTE / voice.stretch))
    return _program(lambda file: ["espeak-ng", "-v", voice.variant, "-s", pace, "-w", file, "--", text])


_MAKERS: dict[Maker, Callable[[str, CallerVoice], tuple[Samples, float]]] = {
    "hibari": _hibari,
    "kokoro": _kokoro,
    "flite": _flite,
    "espeak-ng": _espeak,
}


def _program(command: Callable[[str], list[str]]) -> tuple[Samples, float]:
    with tempfile.NamedTemporaryFile(suffix=".wav") as file:
        subprocess.run(command(file.name), check=True, capture_output=True)
        samples, rate = soundfile.read(file.name, dtype="float64")
        return samples, rate


@cache
def _american_voice() -> Hibari:
    return Hibari()


@cache
def _british() -> Callable[[str], str]:
    sounds_of: Callable[[str], str] = G2P(british=True)
    return sounds_of


@cache
def _kokoro_model() -> tuple[onnxruntime.InferenceSession, dict[str, int], dict[str, NDArray[np.float32]]]:
    folder = models.fetch("kokoro")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(folder / "kokoro.onnx", options, providers=["CPUExecutionProvider"])
    with np.load(folder / "voices.npz") as styles:
        return session, json.loads((folder / "vocab.json").read_text("utf-8"))["vocab"], dict(styles)


def _kept(text: str, voice: CallerVoice) -> Path:
    folder = models.cache_dir() / "callers"
    folder.mkdir(parents=True, exist_ok=True)
    what = (text, voice.maker, voice.variant, voice.speed, voice.pitch)
    return folder / (hashlib.sha256(repr(what).encode()).hexdigest()[:24] + ".wav")


def _keep(path: Path, samples: Samples) -> None:
    """Write whole or not at all: other processes may make the same."""
    part = path.with_suffix(f".{os.getpid()}")
    soundfile.write(part, samples, TELEPHONE_RATE, subtype="PCM_16", format="WAV")
    part.replace(path)
