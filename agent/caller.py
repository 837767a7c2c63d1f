"""A recorded caller: plays WAV files and keys to a call as turns, each once the line has finished speaking."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
import soxr

from agent.direct_call import DirectCall
from agent.errors import BadRecordingError
from telephony.direct import CALLER_RATE
from telephony.recording import Pcm

_PIECE = CALLER_RATE // 50
_LONGEST_SECONDS = 900
_KEYS = frozenset("0123456789*#")
_SETTLED_SECONDS = 0.6
"""The line has finished when it has been silent, and was not thinking, for this long."""


@dataclass(frozen=True, slots=True)
class Recording:
    """One turn of the caller: int16 mono, 16 kHz."""

    pcm: Pcm


@dataclass(frozen=True, slots=True)
class Keys:
    """One turn on the keypad."""

    keys: str


Utterance = Recording | Keys


def read_recording(path: Path) -> Recording:
    """Read any audio file that libsndfile knows, of any rate and number of channels.

    Raises `BadRecordingError`: not there, not audio, empty, or longer than 15 minutes.
    """
    if not path.is_file():
        raise BadRecordingError(f"{path}: there is no such file")
    try:
        with soundfile.SoundFile(path) as file:
            if file.frames == 0:
                raise BadRecordingError(f"{path}: holds no audio")
            if file.frames > _LONGEST_SECONDS * file.samplerate:
                raise BadRecordingError(f"{path}: longer than {_LONGEST_SECONDS // 60} minutes")
            samples, rate = file.read(dtype="float32", always_2d=True), file.samplerate
    except (OSError, soundfile.SoundFileError, TypeError) as error:
        # A headerless recording (*.raw) is a TypeError: nobody said what its rate is.
        raise BadRecordingError(f"{path}: cannot be read as audio") from error
    mono = np.nan_to_num(samples.mean(axis=1), posinf=0.0, neginf=0.0)
    if rate != CALLER_RATE:
        mono = soxr.resample(mono, rate, CALLER_RATE)
    return Recording(np.clip(mono * 32767, -32768, 32767).astype(np.int16))


def read_keys(keys: str) -> Keys:
    """Keys to press, as digits, `*` and `#`. Raises `BadRecordingError`."""
    if not keys or set(keys) - _KEYS:
        raise BadRecordingError(f"keys {keys!r}: expected one or more of 0 to 9, * and #")
    return Keys(keys)


class RecordedCaller:
    """Plays `utterances` to `call` in real time. Between them there is silence, as on a real line."""

    def __init__(self, call: DirectCall, utterances: Sequence[Utterance], *, patience_seconds: float = 20.0) -> None:
        self._call = call
        self._utterances = utterances
        self._patience = patience_seconds
        self._sending: asyncio.Queue[Pcm] = asyncio.Queue()

    async def run(self) -> None:
        """Play everything; after the last reply, hang up. Returns when the call is over."""
        microphone = asyncio.create_task(self._microphone(), name="recorded caller")
        try:
            await self._line_finished()
            for utterance in self._utterances:
                if self._over:
                    break
                await self._say(utterance)
                await self._line_finished()
            if not self._over:
                await self._call.hang_up()
        finally:
            microphone.cancel()
            await asyncio.gather(microphone, return_exceptions=True)

    @property
    def _over(self) -> bool:
        return self._call.call.ended.is_set()

    async def _say(self, utterance: Utterance) -> None:
        if isinstance(utterance, Keys):
            for key in utterance.keys:
                self._call.press(key)
                await asyncio.sleep(0.15)
            await asyncio.sleep(0.5)
            return
        for start in range(0, len(utterance.pcm), _PIECE):
            self._sending.put_nowait(utterance.pcm[start : start + _PIECE])
        await self._sending.join()

    async def _microphone(self) -> None:
        """A piece of 20 ms every 20 ms: the caller's words, or silence."""
        silence = np.zeros(_PIECE, dtype=np.int16)
        due = time.perf_counter()
        while True:
            speaking = not self._sending.empty()
            piece = self._sending.get_nowait() if speaking else silence
            due += _PIECE / CALLER_RATE
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            self._call.push_audio(np.pad(piece, (0, _PIECE - len(piece))).tobytes())
            if speaking:
                self._sending.task_done()

    async def _line_finished(self) -> None:
        """Until the line has spoken and is silent again, or has not spoken for `patience_seconds`."""
        line, began, settled = self._call.line, time.perf_counter(), 0.0
        spoken = False
        while not self._over and settled < _SETTLED_SECONDS and time.perf_counter() - began < self._patience:
            await asyncio.sleep(0.05)
            if line.speaking or self._call.call.thinking:
                spoken, settled, began = spoken or line.speaking, 0.0, time.perf_counter()
            elif spoken:
                settled += 0.05
