"""Speech from a Piper voice, in blocks that are heard while the rest is still being made."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from piper import PiperVoice
from piper.config import PiperConfig

from voices.clauses import pause_after
from voices.edges import Trim, silence
from voices.errors import ModelBrokenError, ModelMissingError, VoicesError
from voices.speech import Pcm
from voices.vits import Audio, Vits

_LOUDNESS = 0.11
"""Root mean square of the voiced parts, of full scale: about -19 dBFS, what telephone speech is levelled to."""
_PEAK = 0.95
_RATES = range(8_000, 48_001)
_WARM_UP = "Hello, you are through to the council."


class Piper:
    """One voice model, for any number of threads. Raises `ModelMissingError`, `ModelBrokenError`."""

    def __init__(self, model: Path, *, threads: int = 1) -> None:
        """`model`: a voice's `.onnx` with its `.onnx.json` beside it, or the folder that holds one such pair.

        A first sentence is spoken to nobody: it warms the model up and shows how loud the voice is.
        """
        self.path = _model_file(model)
        self._phonemizing = threading.Lock()
        config = _config(self.path)
        if config.sample_rate not in _RATES:
            raise ModelBrokenError(f"{self.path} speaks at {config.sample_rate} Hz, which no call can carry")
        try:
            self._vits = Vits(self.path, threads=threads)
            self._voice = PiperVoice(session=None, config=config)
            self._gain = 1.0
            self._gain = _LOUDNESS / max(0.01, _loudness(np.concatenate(list(self._raw(_WARM_UP)))))
        except Exception as exc:
            raise ModelBrokenError(f"{self.path} is not a Piper voice") from exc

    @property
    def sample_rate(self) -> int:
        """Hz of what `synthesise` yields."""
        return self._voice.config.sample_rate

    @property
    def language(self) -> str:
        """The voice's language, as in `en_US`."""
        language, _, region = str(self._voice.config.espeak_voice).partition("-")
        return f"{language}_{region.upper()}" if region else language

    @cached_property
    def fingerprint(self) -> str:
        """sha256 of the model file, in hex."""
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def synthesise(self, text: str, length_scale: float = 1.0) -> Iterator[Pcm]:
        """Speech for `text` in blocks (int16 mono), the first as early as possible.

        Silence is trimmed at both ends; sentences have a pause between them. `length_scale`: 1.0 is the voice's own
        pace, 1.3 is slower. Text without a sound yields nothing. Raises `VoicesError`.
        """
        before = ""
        for phonemes in self._phonemes(text):
            if not any(phoneme.isalpha() for phoneme in phonemes):
                continue
            if before:
                yield silence(pause_after(before, length_scale), self.sample_rate)
            yield from self._sentence(phonemes, length_scale)
            before = phonemes[-1]

    def _phonemes(self, text: str) -> list[list[str]]:
        with self._phonemizing:
            return self._voice.phonemize(text)

    def _sentence(self, phonemes: list[str], length_scale: float) -> Iterator[Pcm]:
        trim = Trim(self.sample_rate)
        for block in self._blocks(phonemes, length_scale):
            heard = trim.push(_pcm(block * self._gain))
            if len(heard):
                yield heard
        yield trim.finish()

    def _raw(self, text: str) -> Iterator[Audio]:
        for phonemes in self._phonemes(text):
            yield from self._blocks(phonemes, 1.0)

    def _blocks(self, phonemes: list[str], length_scale: float) -> Iterator[Audio]:
        config = self._voice.config
        ids = np.array([self._voice.phonemes_to_ids(phonemes)], dtype=np.int64)
        scales = [config.noise_scale, config.length_scale * length_scale, config.noise_w_scale]
        feed: dict[str, NDArray[np.generic]] = {
            "input": ids,
            "input_lengths": np.array([ids.shape[1]], dtype=np.int64),
            "scales": np.array(scales, dtype=np.float32),
        }
        if config.num_speakers > 1:
            feed["sid"] = np.array([config.default_speaker_id], dtype=np.int64)
        try:
            yield from self._vits.audio(feed)
        except Exception as exc:
            raise VoicesError("the voice failed") from exc


def _loudness(audio: Audio) -> float:
    magnitude = np.abs(audio)
    return float(np.sqrt(np.mean(audio[magnitude >= magnitude.max() * 0.05] ** 2)))


def _pcm(audio: Audio) -> Pcm:
    """Rounded off near full scale instead of cut, so that a loud moment does not crackle."""
    knee = 0.7
    over = np.maximum(np.abs(audio) - knee, 0.0)
    rounded = np.minimum(np.abs(audio), knee) + (_PEAK - knee) * np.tanh(over / (_PEAK - knee))
    return (np.sign(audio) * rounded * 32767).astype(np.int16)


def _model_file(model: Path) -> Path:
    if model.is_dir():
        found = sorted(model.glob("*.onnx"))
        if not found:
            raise ModelMissingError(f"no Piper voice (*.onnx) in {model}")
        return found[0]
    if not model.is_file():
        raise ModelMissingError(f"no Piper voice at {model}")
    return model


def _config(path: Path) -> PiperConfig:
    config_path = path.with_name(path.name + ".json")
    try:
        return PiperConfig.from_dict(json.loads(config_path.read_text("utf-8")))
    except FileNotFoundError as exc:
        raise ModelMissingError(f"the voice's settings are missing: {config_path}") from exc
    except (ValueError, KeyError, TypeError, AttributeError) as exc:
        raise ModelBrokenError(f"{config_path} is not a Piper voice's settings: {exc}") from exc
