"""Both sides of a call on one clock: for the reply that is written to a file, and for measuring the gap."""

from __future__ import annotations

from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

VOICED_RMS = 200.0
"""RMS of an int16 block of 10 ms above which it counts as voiced (about -44 dB of full scale)."""

BLOCK_SECONDS = 0.01

_SAME_SPEECH_SECONDS = 0.3
"""The line is still in the same speech after a pause shorter than this."""

Pcm = NDArray[np.int16]


def voiced_blocks(pcm: Pcm, sample_rate: int) -> NDArray[np.bool_]:
    """Which blocks of 10 ms are voiced. pcm: int16 mono; a rest shorter than a block is left out."""
    size = int(sample_rate * BLOCK_SECONDS)
    count = len(pcm) // size
    blocks = pcm[: count * size].reshape(count, size)
    if not count or max(int(blocks.max()), -int(blocks.min())) <= VOICED_RMS:
        return np.zeros(count, dtype=np.bool_)
    single = blocks.astype(np.float32)
    loud: NDArray[np.bool_] = np.einsum("ij,ij->i", single, single) > size * VOICED_RMS**2
    return loud


@dataclass
class Channel:
    """One side: pieces of int16 mono with the second (since the call began) at which each starts."""

    sample_rate: int
    pieces: list[tuple[float, Pcm]] = field(default_factory=list)

    def put(self, at: float, pcm: Pcm) -> None:
        """Add a piece that starts `at` seconds after the call began."""
        self.pieces.append((at, pcm))

    def rendered(self, sample_rate: int, seconds: float) -> Pcm:
        """The whole side on one track at `sample_rate` Hz."""
        track = np.zeros(int(seconds * self.sample_rate) + 1, dtype=np.int16)
        for at, pcm in self.pieces:
            start = round(at * self.sample_rate)
            end = min(start + len(pcm), len(track))
            track[start:end] = pcm[: max(0, end - start)]
        if sample_rate == self.sample_rate:
            return track
        resampled: Pcm = soxr.resample(track, self.sample_rate, sample_rate)
        return resampled

    @property
    def seconds(self) -> float:
        """Where the last piece ends."""
        return max((at + len(pcm) / self.sample_rate for at, pcm in self.pieces), default=0.0)


class GapMeter:
    """Measures, while a call runs, from the caller's last voiced sample to the line's first voiced one.

    Both sides are given as pieces with the second at which they start. A gap is reported once for each time that the
    caller has spoken.
    """

    def __init__(self) -> None:
        self._last_voiced: float | None = None
        self._line_voiced: float | None = None

    def caller(self, at: float, pcm: Pcm, sample_rate: int) -> None:
        """A piece of the caller's audio, int16 mono."""
        loud = np.flatnonzero(voiced_blocks(pcm, sample_rate))
        if len(loud):
            self._last_voiced = at + (int(loud[-1]) + 1) * BLOCK_SECONDS

    def line(self, at: float, pcm: Pcm, sample_rate: int) -> int | None:
        """A piece of the line's audio; returns the gap in milliseconds when the line has just begun to answer."""
        loud = np.flatnonzero(voiced_blocks(pcm, sample_rate))
        if not len(loud):
            return None
        before, self._line_voiced = self._line_voiced, at + (int(loud[-1]) + 1) * BLOCK_SECONDS
        if self._last_voiced is None:
            return None
        if before is not None and at - before < _SAME_SPEECH_SECONDS:
            # Both spoke at once and the line went on: that is no answer.
            self._last_voiced = None
            return None
        gap = at + int(loud[0]) * BLOCK_SECONDS - self._last_voiced
        self._last_voiced = None
        return round(gap * 1000)


def write_two_channels(path: Path, caller: Channel, line: Channel, *, sample_rate: int = 16_000) -> None:
    """Write the call as a WAV file of two channels: caller left, line right. Raises `OSError`."""
    seconds = max(caller.seconds, line.seconds)
    left, right = (channel.rendered(sample_rate, seconds) for channel in (caller, line))
    length = min(len(left), len(right))
    both = np.stack([left[:length], right[:length]], axis=1)
    # In memory first: what libsndfile says of a full disk is neither an OSError nor the reason.
    wav = BytesIO()
    soundfile.write(wav, both, sample_rate, subtype="PCM_16", format="WAV")
    path.write_bytes(wav.getbuffer())
