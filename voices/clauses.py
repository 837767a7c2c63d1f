"""Text cut into clauses that are spoken one after the other, and their audio cut so that they join well."""

from __future__ import annotations

import re

import numpy as np

from voices.speech import Pcm

_ABBREVIATIONS = ("mr", "mrs", "ms", "dr", "st", "rd", "ave", "cllr", "e.g", "i.e", "approx", "tel", "ext")
_SENTENCE_END = re.compile(r"[.!?…]+[\"')\]]*(?=\s)|\n+")
_PAUSES = {",": 0.12, ";": 0.2, ":": 0.2, "–": 0.2, "?": 0.3, "!": 0.26, ".": 0.26}
_WINDOW_SECONDS = 0.005
_BEFORE_SECONDS = 0.01
_AFTER_SECONDS = 0.03
_FADE_SECONDS = 0.003
_QUIET = 0.01
"""A window this much quieter than the loudest one (-40 dB) at either end is silence."""


def split(text: str) -> list[str]:
    """The sentences of `text`, stripped, none of them empty. Full stops inside `10.30`, `St. Mary` and URLs stay."""
    sentences, rest = take_finished(text)
    return [*sentences, rest.strip()] if rest.strip() else sentences


def take_finished(text: str) -> tuple[list[str], str]:
    """Sentences that are certainly complete, and what may still grow as more text streams in."""
    finished: list[str] = []
    start = 0
    for end in _SENTENCE_END.finditer(text):
        sentence = text[start : end.end()].strip()
        if not sentence or (
            end.group().startswith(".") and _is_abbreviation(text[start : end.start()], text[end.end() :])
        ):
            continue
        finished.append(sentence)
        start = end.end()
    return finished, text[start:]


def pause_after(text: str, length_scale: float = 1.0) -> float:
    """Seconds of silence between a clause that ends like `text` and the next one."""
    last = text.rstrip().rstrip("\"')]")[-1:]
    return _PAUSES.get(last, 0.16) * length_scale


def silence(seconds: float, sample_rate: int) -> Pcm:
    """That much nothing."""
    return np.zeros(round(seconds * sample_rate), dtype=np.int16)


def trimmed(pcm: Pcm, sample_rate: int) -> Pcm:
    """`pcm` from 10 ms before its first to 30 ms after its last audible sample, faded over 3 ms so that it joins."""
    window = max(1, round(_WINDOW_SECONDS * sample_rate))
    whole = len(pcm) // window
    if whole == 0:
        return pcm[:0]
    loudness = np.sqrt(np.mean(pcm[: whole * window].astype(np.float32).reshape(whole, window) ** 2, axis=1))
    if float(loudness.max()) < 1.0:
        return pcm[:0]
    audible = np.flatnonzero(loudness > loudness.max() * _QUIET)
    start = max(0, int(audible[0]) * window - round(_BEFORE_SECONDS * sample_rate))
    end = min(len(pcm), (int(audible[-1]) + 1) * window + round(_AFTER_SECONDS * sample_rate))
    return _faded(pcm[start:end], round(_FADE_SECONDS * sample_rate))


def _faded(pcm: Pcm, samples: int) -> Pcm:
    samples = min(samples, len(pcm) // 2)
    ramp = np.linspace(0.0, 1.0, samples, endpoint=False, dtype=np.float32)
    faded = pcm.astype(np.float32)
    faded[:samples] *= ramp
    faded[len(faded) - samples :] *= ramp[::-1]
    return faded.astype(np.int16)


def _is_abbreviation(before: str, after: str) -> bool:
    words = before.split()
    word = words[-1].lower() if words else ""
    return word in _ABBREVIATIONS or (word == "no" and after.lstrip()[:1].isdigit())
