"""The callers of tests: three different speakers."""

from __future__ import annotations

from bench.callers.voices import AWB, HARD_TO_HEAR, HIBARI, RMS, CallerVoice, spoken

__all__ = ["SYNTHETIC", "VOICES", "CallerVoice", "spoken"]

VOICES = (HIBARI, RMS, AWB)
SYNTHETIC = HARD_TO_HEAR
