"""Whether a recogniser's words can be what was said: endless repeats, inventions, and a probability of being right."""

from __future__ import annotations

import math
import re
import zlib

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")

_INVENTED = frozenset(
    {
        "thank you for watching",
        "thanks for watching",
        "thank you for listening",
        "thank you so much for watching",
        "please subscribe",
        "subscribe",
        "see you next time",
        "i'll see you next time",
        "i'll see you in the next video",
        "the end",
        "music",
        "applause",
        "you",
        "bye bye bye",
        "so",
        "subtitles by the amara org community",
    }
)
"""What Whisper writes on silence and music, as its words in lower case. None of them answers a question of the line;
what callers do say ("thank you", "bye") is judged by its probability alone."""

_REPEATABLE = frozenset("zero oh one two three four five six seven eight nine ten double no yes".split())
_INTERCEPT, _PER_LOG_PROBABILITY, _PER_SILENCE, _PER_SHORTNESS = 1.68, 4.88, -0.99, 3.97


def words(text: str) -> list[str]:
    """The words of `text` in lower case, without punctuation."""
    return [found.group().lower().replace("’", "'") for found in _WORD.finditer(text)]


def compression_ratio(text: str) -> float:
    """How many times smaller zlib makes `text`: above 2.2 it repeats itself."""
    data = text.encode()
    return len(data) / len(zlib.compress(data)) if data else 0.0


def loops(text: str) -> bool:
    """The same words over and over: worth a second look, for people do say things twice."""
    return endless(text) or _repeated(words(text), least=3, times=2)


def endless(text: str) -> bool:
    """The same words three times running, as nobody says them. Digits and letters may repeat ("seven seven seven")."""
    return _repeated(words(text), least=1, times=3)


def _repeated(said: list[str], *, least: int, times: int) -> bool:
    for size in range(least, len(said) // times + 1):
        for start in range(len(said) - times * size + 1):
            group = said[start : start + size]
            spelled = size < 3 and all(len(word) < 2 or word in _REPEATABLE for word in group)
            if not spelled and said[start : start + times * size] == group * times:
                return True
    return False


def invented(text: str) -> bool:
    """Words that Whisper makes out of silence, music or noise, and nothing else."""
    return " ".join(words(text)) in _INVENTED or not words(text)


def confidence(text: str, log_probability: float, no_speech: float) -> float:
    """Probability (0 to 1) that the words are right.

    A logistic of the mean log probability a token, of Whisper's own probability that nobody spoke, and of how short
    the text is (a lone "yes" has few tokens to be sure of). Fitted on 294 utterances at 8 kHz µ-law, four in five
    synthetic, quiet and at 20, 10 and 5 dB, where at most one word in nine being wrong counts as right.
    """
    shortness = 1 / (1 + len(words(text)))
    z = _INTERCEPT + _PER_LOG_PROBABILITY * log_probability + _PER_SILENCE * no_speech + _PER_SHORTNESS * shortness
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, z))))
