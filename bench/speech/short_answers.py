"""Whether one word is noticed after whole sentences, by what the voice-activity model remembers.

`python -m bench.speech.short_answers` prints a table and writes `var/bench/short-answers.json`. It times nothing.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence

import numpy as np

from bench.callers.voices import PEOPLE, VOICES, CallerVoice, hiss, spoken
from bench.figures.table import Machine, keep, show
from telephony.recording import Pcm
from voices.activity import SAMPLE_RATE, WINDOW, Activity, Detector, detector

_BEFORE = (
    ("I've got an old sofa I want collected.", "An old sofa and a mattress."),
    ("Hello, you didn't empty my recycling bin this week.", "It's number twelve, The Crescent."),
    ("I need a new bin, my old one is broken.", "The recycling one."),
)
_ANSWERS = ("Two.", "Four.", "No.", "Yes.", "Bin.", "It's out.")
_ROUNDS = 4
_GREETING_SECONDS = 8.0
_QUESTION_SECONDS = 4.0, 8.0
"""The line says what it says before the caller answers."""
_TURN_IS_OVER = 0.8


class _Remembering:
    """The shipped model, but it never forgets."""

    def __init__(self) -> None:
        self._model = detector()

    def predict(self, pcm: Pcm, /) -> float:
        return self._model.predict(pcm)

    def reset(self) -> None:
        """Go on remembering."""


def noticed(model: Detector, before: Sequence[Pcm], answer: Pcm) -> bool:
    """Whether the answer begins a turn, each piece of `before` having been one."""
    activity = Activity(model)
    for audio in before:
        _listen(activity, audio)
    activity.finish()
    return _listen(activity, answer)


def _listen(activity: Activity, audio: Pcm) -> bool:
    """Whether anybody spoke. A turn is over after a silence."""
    spoke = False
    for start in range(0, len(audio) // WINDOW * WINDOW, WINDOW):
        activity.push(audio[start : start + WINDOW])
        spoke = spoke or activity.spoken is not None
        if activity.silence > _TURN_IS_OVER:
            activity.finish()
    return spoke


def _quiet(seconds: float, chance: random.Random) -> Pcm:
    return np.resize(np.roll(hiss(), chance.randrange(SAMPLE_RATE)), int(seconds * SAMPLE_RATE))


def _call(voice: CallerVoice, sentences: Sequence[str], chance: random.Random) -> list[Pcm]:
    """The greeting, and what the caller said, the line's questions in between."""
    asked = [(spoken(said, voice), _quiet(chance.uniform(*_QUESTION_SECONDS), chance)) for said in sentences]
    return [_quiet(_GREETING_SECONDS, chance), *(np.concatenate(turn) for turn in asked)]


def main() -> None:
    """Count, print, and write the JSON file."""
    machine = Machine()
    heard: Counter[tuple[str, str]] = Counter()
    tried: Counter[str] = Counter()
    for voice in dict.fromkeys((*VOICES, *PEOPLE)):
        for sentences in _BEFORE:
            for answer in _ANSWERS:
                for number in range(_ROUNDS):
                    chance = random.Random(f"{voice.name} {sentences[0]} {answer} {number}")
                    before = _call(voice, sentences, chance)
                    said = np.concatenate([spoken(answer, voice), _quiet(1.0, chance)])
                    heard[answer, "remembers"] += noticed(_Remembering(), before, said)
                    heard[answer, "forgets"] += noticed(detector(), before, said)
                    tried[answer] += 1
    rows = [[answer, tried[answer], heard[answer, "remembers"], heard[answer, "forgets"]] for answer in _ANSWERS]
    columns = ("answer", "said", "noticed by a model that remembers the call", "that forgets each turn")
    show("One word after whole sentences", columns, rows)
    keep("short-answers", machine, {"answers": [dict(zip(columns, row, strict=True)) for row in rows]})


if __name__ == "__main__":
    main()
