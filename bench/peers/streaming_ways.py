"""The ways of making a sentence with one Piper voice that `bench.peers.streaming` compares, each in pieces.

They get the same phonemes and numbers and have one thread.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from piper import PiperVoice
from streaming_vits import StreamingTTS
from streaming_vits.calibrate import calibrate
from streaming_vits.profile import Profile

from voices.vits import Audio, Vits

Ids = NDArray[np.int64]
Way = Callable[[Ids, NDArray[np.float32]], Iterator[Audio]]
"""A sentence's phonemes and the voice's three scales in, pieces of sound out."""


class _Given:
    """Piper's phonemes, where streaming-vits would start espeak-ng as a process for each sentence."""

    def __init__(self, voice: PiperVoice) -> None:
        self.voice = voice
        self.found: Ids | None = None

    def ids(self, text: str) -> tuple[list[int], int]:
        """Those of `text` or what was found before, and how many are not known."""
        return list((ids_of(self.voice, text) if self.found is None else self.found)[0]), 0


def ids_of(voice: PiperVoice, text: str) -> Ids:
    """A sentence's phonemes as the voice takes them (int64 [1, n])."""
    phonemes = [phoneme for part in voice.phonemize(text) for phoneme in part]
    return np.array([voice.phonemes_to_ids(phonemes)], dtype=np.int64)


def ways(model: Path, voice: PiperVoice) -> dict[str, Way]:
    """Every way of making a sentence, by name."""
    undivided = _session(model)
    vits = Vits(model)
    tuned, usual = (_streaming(model, voice, profile) for profile in (Profile(threads=1), Profile(threads=1)))
    tuned.profile = calibrate(tuned, verbose=False)
    print(f"streaming-vits calibrated: {tuned.profile.left} and {tuned.profile.right} frames around each piece")

    def whole(ids: Ids, scales: NDArray[np.float32]) -> Iterator[Audio]:
        yield np.asarray(undivided.run(None, _feed(ids, scales))[0], dtype=np.float32).reshape(-1)

    def blocks(ids: Ids, scales: NDArray[np.float32]) -> Iterator[Audio]:
        return vits.audio(_feed(ids, scales))

    return {
        "whole": whole,
        "Townline": blocks,
        "streaming-vits": _pieces(tuned),
        "streaming-vits, not calibrated": _pieces(usual),
    }


def _feed(ids: Ids, scales: NDArray[np.float32]) -> Mapping[str, NDArray[Any]]:
    return {"input": ids, "input_lengths": np.array([ids.shape[1]], dtype=np.int64), "scales": scales}


def _session(model: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def _streaming(model: Path, voice: PiperVoice, profile: Profile) -> StreamingTTS:
    streaming = StreamingTTS(model, profile=profile, threads=1, verbose=False)
    streaming.phonemizer = _Given(voice)
    return streaming


def _pieces(streaming: StreamingTTS) -> Way:
    def pieces(ids: Ids, scales: NDArray[np.float32]) -> Iterator[Audio]:
        streaming.phonemizer.found = ids
        for chunk in streaming.stream("", scales=scales):
            yield chunk.audio

    return pieces
