"""Words from speech with Whisper, on a window as long as the utterance instead of half a minute."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import ctranslate2
import numpy as np
from faster_whisper.feature_extractor import FeatureExtractor
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import get_ctranslate2_storage, get_suppressed_tokens
from numpy.typing import NDArray
from tokenizers import Tokenizer as WordPieces

from voices.errors import ModelBrokenError, ModelMissingError
from voices.plausibility import compression_ratio, confidence, endless, invented, loops
from voices.speech import Hints, Pcm
from voices.transcript import Heard, Nothing, Transcript, Unclear

SAMPLE_RATE = 16_000
_FRAME = 160
_LONGEST = 30 * SAMPLE_RATE
_PROMPT_TOKENS = 96
_LOWEST_LOG_PROBABILITY = -1.1
_REPETITIVE = 2.2
_NOBODY = 0.5
"""Whisper's probability that nobody spoke: at most 0.43 on speech in noise of 5 dB, at least 0.54 on noise alone."""
_BABBLE = -0.6
"""Mean log probability: at most -1.1 for what is written on noise, unless it is one sound over and over."""
UNCLEAR_BELOW = 0.12
"""Words less probable than this are `Unclear`."""


@dataclass(frozen=True, slots=True)
class Window:
    """How much the encoder looks at: the audio and `beyond` seconds more, never less than `shortest`.

    Below 10 s tiny.en repeats itself. Digital silence makes it stumble, so a hiss of -60 dB (`dither`, of full scale)
    lies under the audio, and `before` seconds of it in front.
    """

    shortest: float = 10.0
    beyond: float = 2.0
    before: float = 0.3
    dither: float = 0.001
    beam: int = 2


FULL = Window(shortest=30.0)


@dataclass(frozen=True, slots=True)
class _Decoded:
    texts: tuple[str, ...]
    log_probability: float
    no_speech: float

    @property
    def text(self) -> str:
        return self.texts[0]

    @property
    def doubtful(self) -> bool:
        """Whether more context, and no hints to parrot, may help."""
        repeats = loops(self.text) or compression_ratio(self.text) > _REPETITIVE
        return repeats or self.log_probability < _LOWEST_LOG_PROBABILITY


class Recogniser:
    """A Whisper model (English-only or multilingual), for as many threads at a time as it has `workers`."""

    def __init__(self, model: Path, *, threads: int = 1, workers: int = 1, window: Window = Window()) -> None:
        """`model`: a folder with a CTranslate2 Whisper. Raises `ModelMissingError`, `ModelBrokenError`."""
        if not (model / "model.bin").is_file():
            raise ModelMissingError(f"no Whisper model in {model}")
        try:
            self._model = ctranslate2.models.Whisper(
                str(model), device="cpu", compute_type="int8", intra_threads=threads, inter_threads=workers
            )
            self._pieces = WordPieces.from_file(str(model / "tokenizer.json"))
        except Exception as exc:
            raise ModelBrokenError(f"{model} does not hold a Whisper model: {exc}") from exc
        self._features = FeatureExtractor(feature_size=self._model.n_mels)
        self._window = window
        self._languages: dict[str, Tokenizer] = {}
        self._hiss = np.random.default_rng(0).normal(0.0, window.dither, _LONGEST).astype(np.float32)

    @property
    def multilingual(self) -> bool:
        """Whether it knows other languages than English."""
        return bool(self._model.is_multilingual)

    def transcribe(self, pcm: Pcm, hints: Hints = Hints()) -> Transcript:
        """Words in `pcm` (int16 mono, 16 kHz, up to 30 s; of more the last 30 s)."""
        audio = pcm[-_LONGEST:].astype(np.float32) / 32768.0
        seconds = len(audio) / SAMPLE_RATE
        if seconds < 0.1:
            return Nothing(seconds)
        decoded = self._decode(audio, hints, self._window)
        if decoded.doubtful:
            again = self._decode(audio, Hints(language=hints.language), FULL)
            if not again.doubtful or again.log_probability > decoded.log_probability or loops(decoded.text):
                decoded = again
        return _judged(decoded, seconds)

    def _decode(self, audio: NDArray[np.float32], hints: Hints, window: Window) -> _Decoded:
        tokenizer = self._tokenizer(hints.language)
        encoded = self._model.encode(get_ctranslate2_storage(self._mel(audio, window)[None]))
        prompt = self._prompt(tokenizer, hints)
        longest = int(len(audio) / SAMPLE_RATE * 8) + 8
        result = self._model.generate(
            encoded,
            [prompt],
            beam_size=window.beam,
            num_hypotheses=window.beam,
            max_length=min(448, max(2 * longest, len(prompt) + longest)),
            return_scores=True,
            return_no_speech_prob=True,
            suppress_tokens=list(get_suppressed_tokens(tokenizer, [-1]) or ()),
        )[0]
        best = len(result.sequences_ids[0])
        return _Decoded(
            texts=tuple(tokenizer.decode(ids).strip() for ids in result.sequences_ids),
            log_probability=result.scores[0] * best / (best + 1),
            no_speech=result.no_speech_prob,
        )

    def _mel(self, audio: NDArray[np.float32], window: Window) -> NDArray[np.float32]:
        """Log-mel features [mels, frames], the frames fewer than Whisper's 3,000 where the window is short."""
        before = int(window.before * SAMPLE_RATE)
        used = min(before + len(audio), _LONGEST)
        length = min(_LONGEST, max(int(window.shortest * SAMPLE_RATE), used + int(window.beyond * SAMPLE_RATE)))
        length = -(-length // (2 * _FRAME)) * 2 * _FRAME
        padded = np.zeros(length, dtype=np.float32)
        padded[before:used] = audio[: used - before]
        padded[:used] += self._hiss[:used]
        mel: NDArray[np.float32] = self._features(padded, padding=0)
        return mel[:, : length // _FRAME]

    def _prompt(self, tokenizer: Tokenizer, hints: Hints) -> list[int]:
        expected = " ".join(part for part in (", ".join(hints.hotwords), hints.prompt) if part).strip()
        start = [*tokenizer.sot_sequence, tokenizer.no_timestamps]
        if not expected:
            return start
        return [tokenizer.sot_prev, *tokenizer.encode(" " + expected)[-_PROMPT_TOKENS:], *start]

    def _tokenizer(self, language: str) -> Tokenizer:
        if language not in self._languages:
            self._languages[language] = Tokenizer(
                self._pieces, self.multilingual, task="transcribe", language=language if self.multilingual else None
            )
        return self._languages[language]


def _judged(decoded: _Decoded, seconds: float) -> Transcript:
    babble = decoded.log_probability < _BABBLE or endless(decoded.text)
    if invented(decoded.text) or (decoded.no_speech > _NOBODY and babble):
        return Nothing(seconds)
    sure = confidence(decoded.text, decoded.log_probability, decoded.no_speech)
    if sure < UNCLEAR_BELOW or endless(decoded.text):
        return Unclear(decoded.text, min(sure, UNCLEAR_BELOW))
    others = tuple(dict.fromkeys(text for text in decoded.texts[1:] if text and text != decoded.text))
    return Heard(decoded.text, sure, alternatives=others)
