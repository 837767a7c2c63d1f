"""Sentences as vectors: MiniLM or MPNet (or another sentence encoder) in ONNX, run by onnxruntime."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime as ort
from tokenizers import Tokenizer

from intents.errors import ModelMissingError

Vectors = npt.NDArray[np.float32]

MAX_TOKENS = 128
"""An utterance on the phone is far shorter; what is longer is cut here."""
_BATCH = 32


class Encoder:
    """A sentence encoder: mean of the token vectors, normalised to length 1."""

    def __init__(self, model_dir: Path, *, threads: int = 1) -> None:
        """Open `model.onnx` and `tokenizer.json` in `model_dir`; raises `ModelMissingError`.

        `threads`: how many batches of utterances are embedded at once.
        """
        for file in ("model.onnx", "tokenizer.json"):
            if not (model_dir / file).is_file():
                raise ModelMissingError(f"{model_dir / file} is missing; run: townline models fetch {model_dir.name}")
        options = ort.SessionOptions()
        # Batches side by side use two cores better than one batch that is shared between them.
        self._threads, options.intra_op_num_threads = threads, 1
        options.inter_op_num_threads = 1
        self._session = ort.InferenceSession(model_dir / "model.onnx", options, providers=["CPUExecutionProvider"])
        with (model_dir / "model.onnx").open("rb") as model:
            self.identity = hashlib.file_digest(model, "sha256").hexdigest()[:16]
        """What is trained on the vectors of one encoder says nothing about those of another."""
        self._inputs = {item.name for item in self._session.get_inputs()}
        self._tokenizer = Tokenizer.from_file(str(model_dir / "tokenizer.json"))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.enable_padding()

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row a text: float32 `[n, dimensions]`, each of length 1. The order is kept."""
        if not texts:
            return np.zeros((0, 0), np.float32)
        by_length = sorted(range(len(texts)), key=lambda index: len(texts[index]))
        parts = [by_length[start : start + _BATCH] for start in range(0, len(by_length), _BATCH)]
        batches = [[texts[index] for index in part] for part in parts]
        if self._threads > 1 and len(batches) > 1:
            with ThreadPoolExecutor(self._threads) as pool:
                rows = np.concatenate(list(pool.map(self._embed_batch, batches)))
        else:
            rows = np.concatenate([self._embed_batch(batch) for batch in batches])
        vectors = np.empty_like(rows)
        vectors[by_length] = rows
        return vectors

    def _embed_batch(self, texts: list[str]) -> Vectors:
        encoded = self._tokenizer.encode_batch(texts)
        mask = np.array([item.attention_mask for item in encoded], np.int64)
        feed = {
            "input_ids": np.array([item.ids for item in encoded], np.int64),
            "attention_mask": mask,
            "token_type_ids": np.zeros_like(mask),
        }
        tokens = self._session.run(None, {name: value for name, value in feed.items() if name in self._inputs})[0]
        if tokens.ndim == 3:
            weights = mask[:, :, None].astype(np.float32)
            tokens = (tokens * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), 1e-9)
        norms = np.linalg.norm(tokens, axis=1, keepdims=True)
        return np.asarray(tokens / np.maximum(norms, 1e-9), np.float32)
