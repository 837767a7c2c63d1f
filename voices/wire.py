"""The Wyoming protocol as both our server and our client speak it, with limits on what the other side may send."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import soxr
from numpy.typing import NDArray
from wyoming.event import Event, async_write_event

from voices.errors import ProtocolError
from voices.speech import Pcm

EXTRA = "townline"
"""Our own fields stand under this key of an event's data, where a stock server or client takes no notice of them."""
ADMIT, ADMITTED, STATUS = "townline-admit", "townline-admitted", "townline-status"

_SAMPLE_TYPES: dict[int, str] = {1: "u1", 2: "<i2", 4: "<i4"}
_RATES = range(4_000, 192_001)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one event may be, in bytes, and seconds that the other side has for the rest of it, or to take ours."""

    data: int = 256 * 1024
    payload: int = 1024 * 1024
    read_seconds: float = 10.0
    write_seconds: float = 10.0


async def read_event(reader: asyncio.StreamReader, limits: Limits) -> Event | None:
    """The next event, or `None` when the other side has closed. Raises `ProtocolError`.

    It may be long in coming; once it has begun, its rest has `limits.read_seconds`.
    """
    try:
        first = await reader.read(1)
        if not first:
            return None
        async with asyncio.timeout(limits.read_seconds):
            return await _rest(_object(first + await reader.readline()), reader, limits)
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    except TimeoutError as exc:
        raise ProtocolError("an event stopped halfway") from exc
    except (ValueError, RecursionError) as exc:
        raise ProtocolError("this is not the Wyoming protocol") from exc


async def _rest(header: dict[str, Any], reader: asyncio.StreamReader, limits: Limits) -> Event:
    data = header.get("data") or {}
    if not isinstance(header.get("type"), str) or not isinstance(data, dict):
        raise ProtocolError("an event has no type, or its data is no object")
    if length := _length(header, "data_length", limits.data):
        data.update(_object(await reader.readexactly(length)))
    length = _length(header, "payload_length", limits.payload)
    return Event(header["type"], data, await reader.readexactly(length) if length else None)


async def write_event(writer: asyncio.StreamWriter, event: Event, limits: Limits) -> None:
    """Send an event. Raises `TimeoutError` when the other side takes nothing, `ConnectionError`."""
    async with asyncio.timeout(limits.write_seconds):
        await async_write_event(event, writer)


def extra(event: Event) -> dict[str, Any]:
    """Our own fields of an event, empty where the other side knows none. Raises `ProtocolError`."""
    found = event.data.get(EXTRA, {})
    if not isinstance(found, dict):
        raise ProtocolError(f"{EXTRA} is no object")
    return found


@dataclass(frozen=True, slots=True)
class Format:
    """How raw audio is to be read."""

    rate: int
    width: int
    channels: int

    @classmethod
    def of(cls, event: Event) -> Format:
        """What an audio event says. Raises `ProtocolError` for what nobody sends."""
        rate, width, channels = (event.data.get(name) for name in ("rate", "width", "channels"))
        if not isinstance(rate, int) or rate not in _RATES or width not in _SAMPLE_TYPES or channels not in (1, 2):
            raise ProtocolError(f"audio of rate {rate}, width {width}, channels {channels} is not understood")
        return cls(rate, width, channels)

    @property
    def bytes_a_second(self) -> int:
        """Bytes of one second of audio."""
        return self.rate * self.width * self.channels

    def pcm(self, raw: bytes, rate: int) -> Pcm:
        """Audio of this format as int16 mono of `rate` Hz. A last, broken sample is left out."""
        whole = len(raw) - len(raw) % (self.width * self.channels)
        samples = np.frombuffer(raw[:whole], dtype=_SAMPLE_TYPES[self.width])
        if (self.width, self.channels, self.rate) == (2, 1, rate):
            return samples.astype(np.int16)
        full = float(1 << (8 * self.width - 1))
        audio: NDArray[np.float32] = (samples.astype(np.float64) / full - (self.width == 1)).astype(np.float32)
        audio = audio.reshape(-1, self.channels).mean(axis=1)
        if self.rate != rate:
            audio = soxr.resample(audio, self.rate, rate)
        mono: Pcm = (np.clip(audio, -1, 1) * 32767).astype(np.int16)
        return mono


def audio_chunk(pcm: Pcm, rate: int) -> Event:
    """One chunk of int16 mono."""
    return Event("audio-chunk", {"rate": rate, "width": 2, "channels": 1}, pcm.tobytes())


def _object(raw: bytes) -> dict[str, Any]:
    found = json.loads(raw)
    if not isinstance(found, dict):
        raise ProtocolError("an event is no JSON object")
    return found


def _length(header: dict[str, Any], name: str, most: int) -> int:
    length = header.get(name) or 0
    if not isinstance(length, int) or length < 0 or length > most:
        raise ProtocolError(f"{name} is {length!r}; it may be at most {most}")
    return length
