"""Speech from a Piper voice, one clause at a time."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from piper import PiperVoice
from piper.config import PiperConfig, SynthesisConfig

from voices.clauses import pause_after, silence, trimmed
from voices.errors import ModelBrokenError, ModelMissingError
from voices.speech import Pcm

_LOUDNESS = 0.11
"""Root mean square of the voiced parts, of full scale: about -19 dBFS, what telephone speech is levelled to."""
_PEAK = 0.92


class Piper:
    """One voice model. Not for two threads at a time. Raises `ModelMissingError`, `ModelBrokenError`."""

    def __init__(self, model: Path, *, threads: int = 1) -> None:
        """`model`: a voice's `.onnx` with its `.onnx.json` beside it, or the folder that holds one such pair."""
        self.path = _model_file(model)
        self._voice = _load(self.path, threads)

    @property
    def sample_rate(self) -> int:
        """Hz of what `synthesise` yields."""
        return self._voice.config.sample_rate

    @cached_property
    def fingerprint(self) -> str:
        """sha256 of the model file, in hex."""
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def synthesise(self, text: str, length_scale: float = 1.0) -> Iterator[Pcm]:
        """Speech for `text`, a sentence a chunk (int16 mono), silence trimmed at both ends, pauses in between.

        `length_scale`: 1.0 is the voice's own pace, 1.3 is slower. Text without a sound yields nothing.
        """
        before = ""
        for phonemes in self._voice.phonemize(text):
            if not any(phoneme.isalpha() for phoneme in phonemes):
                continue
            pcm = self._clause(phonemes, length_scale)
            if before:
                pause = silence(pause_after(before, length_scale), self.sample_rate)
                pcm = np.concatenate([pause, pcm])
            before = phonemes[-1]
            yield pcm

    def _clause(self, phonemes: list[str], length_scale: float) -> Pcm:
        scaled = SynthesisConfig(length_scale=length_scale * self._voice.config.length_scale)
        audio = self._voice.phoneme_ids_to_audio(self._voice.phonemes_to_ids(phonemes), scaled)
        assert isinstance(audio, np.ndarray)
        return trimmed(_levelled(audio.astype(np.float32).reshape(-1)), self.sample_rate)


def _levelled(audio: NDArray[np.float32]) -> Pcm:
    """Every clause equally loud, whatever its loudest moment; Piper's own peak levelling makes short ones shout."""
    magnitude = np.abs(audio)
    peak = float(magnitude.max(initial=0.0))
    if peak < 1e-6:
        return np.zeros(len(audio), dtype=np.int16)
    voiced = audio[magnitude > peak * 0.05]
    gain = min(_LOUDNESS / float(np.sqrt(np.mean(voiced**2))), _PEAK / peak)
    return (audio * (gain * 32767)).astype(np.int16)


def _model_file(model: Path) -> Path:
    if model.is_dir():
        found = sorted(model.glob("*.onnx"))
        if not found:
            raise ModelMissingError(f"no Piper voice (*.onnx) in {model}")
        return found[0]
    if not model.is_file():
        raise ModelMissingError(f"no Piper voice at {model}")
    return model


def _load(path: Path, threads: int) -> PiperVoice:
    config_path = path.with_name(path.name + ".json")
    try:
        config = PiperConfig.from_dict(json.loads(config_path.read_text("utf-8")))
    except FileNotFoundError as exc:
        raise ModelMissingError(f"the voice's settings are missing: {config_path}") from exc
    except (ValueError, KeyError, TypeError, AttributeError) as exc:
        raise ModelBrokenError(f"{config_path} is not a Piper voice's settings: {exc}") from exc
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    try:
        session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as exc:
        raise ModelBrokenError(f"{path} is not a Piper voice") from exc
    return PiperVoice(session=session, config=config)
