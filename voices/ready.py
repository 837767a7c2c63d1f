"""Fixed wording, rendered once and kept, so that a reply can begin before anything is synthesised."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
import tempfile
from collections import OrderedDict
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import soundfile

from voices.clauses import split
from voices.lexicon import Lexicon, shipped
from voices.speech import Pcm, Priority, SpeechModels, Voice
from voices.wording import for_ear

_logger = logging.getLogger(__name__)
_MEMORY_BYTES = 64 * 1024 * 1024
_SUFFIX = ".flac"
_OWN_PACE = Voice()
_UNHEARD_SECONDS = 10.0
"""Nobody waits for what is rendered: it may wait for this long before it gets in the way of a call."""

Progress = Callable[[int, int], None]
"""Called with how many clauses are rendered, of how many."""


class ReadySpeech:
    """Clauses as sound: in memory as far as `memory_bytes` goes, all of them as FLAC files in `folder`."""

    def __init__(
        self,
        folder: Path,
        models: SpeechModels,
        voice: Voice = _OWN_PACE,
        *,
        model: str = "",
        lexicon: Lexicon | None = None,
        memory_bytes: int = _MEMORY_BYTES,
    ) -> None:
        """`model` identifies the voice's model file (its sha256): another model never plays this one's sound."""
        self._folder = folder
        self._models = models
        self._voice = voice
        self._model = model
        self._lexicon = shipped() if lexicon is None else lexicon
        self._memory = _Memory(memory_bytes)

    def get(self, text: str, length_scale: float | None = None) -> Pcm | None:
        """The sound of one clause (int16 mono, at the models' sample rate), or `None` where it is not ready."""
        path = self._path(for_ear(text, self._lexicon), self._scale(length_scale))
        held = self._memory.get(path.name)
        if held is not None:
            return held
        pcm = _read(path, self._models.sample_rate)
        if pcm is not None:
            self._memory.put(path.name, pcm)
        return pcm

    async def prepare(
        self, texts: Iterable[str], progress: Progress | None = None, *, length_scale: float | None = None
    ) -> None:
        """Render every clause of `texts` that is not ready yet. Raises `VoicesError`; what is done by then stays."""
        clauses = list(dict.fromkeys(clause for text in texts for clause in split(text)))
        for done, clause in enumerate(clauses, 1):
            if await asyncio.to_thread(self.get, clause, length_scale) is None:
                await self._render(for_ear(clause, self._lexicon), self._scale(length_scale))
            if progress is not None:
                progress(done, len(clauses))

    async def _render(self, said: str, length_scale: float) -> None:
        voice = Voice(self._voice.name, length_scale)
        spoken = self._models.synthesise(said, voice=voice, priority=Priority.LATER_SENTENCE, in_hand=_UNHEARD_SECONDS)
        chunks = [chunk async for chunk in spoken]
        if not chunks:
            return
        pcm = np.concatenate(chunks)
        path = self._path(said, length_scale)
        await asyncio.to_thread(_write, path, pcm, self._models.sample_rate)
        self._memory.put(path.name, pcm)

    def _scale(self, length_scale: float | None) -> float:
        return self._voice.length_scale if length_scale is None else length_scale

    def _path(self, said: str, length_scale: float) -> Path:
        key = "\0".join((self._voice.name, self._model, f"{length_scale:.3f}", str(self._models.sample_rate), said))
        return self._folder / (hashlib.sha256(key.encode()).hexdigest() + _SUFFIX)


class _Memory:
    """The clauses used last, up to so many bytes."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._bytes = 0
        self._held: OrderedDict[str, Pcm] = OrderedDict()

    def get(self, key: str) -> Pcm | None:
        if key in self._held:
            self._held.move_to_end(key)
        return self._held.get(key)

    def put(self, key: str, pcm: Pcm) -> None:
        pcm.setflags(write=False)
        self._bytes += pcm.nbytes - (self._held.pop(key).nbytes if key in self._held else 0)
        self._held[key] = pcm
        while self._bytes > self._most and self._held:
            self._bytes -= self._held.popitem(last=False)[1].nbytes


def _read(path: Path, sample_rate: int) -> Pcm | None:
    try:
        with soundfile.SoundFile(path) as file:
            pcm: Pcm = file.read(dtype="int16")
            whole = len(pcm) == file.frames > 0 and file.samplerate == sample_rate and pcm.ndim == 1
    except FileNotFoundError:
        return None
    except (OSError, soundfile.SoundFileError):
        whole = False
    if whole:
        return pcm
    if path.exists():
        _logger.warning("rendered wording cannot be read, rendering it again: %s", path.name)
    return None


def _write(path: Path, pcm: Pcm, sample_rate: int) -> None:
    """Whole or not at all: a reader never finds half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(descriptor, "wb") as file:
            soundfile.write(file, pcm, sample_rate, format="FLAC", subtype="PCM_16")
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
