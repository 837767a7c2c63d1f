"""An encoder that remembers: most of what a release is trained on was in the release before."""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path

import numpy as np

from intents.encoder import Encoder, Vectors

MOST = 20_000
"""Vectors that are kept: those of two or three councils, 30 MB of MiniLM's."""


class RememberingEncoder(Encoder):
    """Embeds what it has not embedded before; `keep` writes what was asked for since it was opened, and before."""

    def __init__(self, model_dir: Path, folder: Path, *, threads: int = 1) -> None:
        """`folder` holds one file an encoder, made when it is missing; a damaged one counts as missing."""
        super().__init__(model_dir, threads=threads)
        self._file = folder / f"{self.identity}.npz"
        self._known = _read(self._file)
        self._asked: dict[bytes, Vectors] = {}

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row a text, as `Encoder.embed` gives them."""
        if not texts:
            return super().embed(texts)
        keys = [hashlib.sha256(text.encode(errors="surrogatepass")).digest()[:16] for text in texts]
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
        self._known.update(zip(new, super().embed(list(new.values())), strict=True))
        self._asked.update((key, self._known[key]) for key in keys)
        return np.stack([self._known[key] for key in keys])

    def keep(self) -> None:
        """Write the vectors of what was asked for, and of what was kept before as far as there is room."""
        if not self._asked:
            return
        kept = dict(islice({**self._asked, **self._known}.items(), MOST))
        keys = np.frombuffer(b"".join(kept), np.uint8).reshape(-1, 16)
        part = self._file.with_suffix(f".{os.getpid()}")
        # A full disk costs the next training some seconds, and this one nothing.
        with suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as file:
                np.savez(file, keys=keys, vectors=np.stack(list(kept.values())))
            part.replace(self._file)


def _read(file: Path) -> dict[bytes, Vectors]:
    try:
        with file.open("rb") as opened, np.load(opened, allow_pickle=False) as kept:
            return dict(zip((key.tobytes() for key in kept["keys"]), kept["vectors"], strict=True))
    except (OSError, EOFError, ValueError, KeyError, TypeError, zipfile.BadZipFile):
        return {}
