"""What callers answer, by what is expected of them, with and without pauses. For the bench of turn ends."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

from bench.callers.voices import AWB, HIBARI, KUMO, LONGEST, PAUSE, RMS, SHORTEST, CallerVoice, Noise, held_out

_FILE = Path(__file__).with_suffix(".yaml")
_NOTHING_ASKED = "request"
_SPEAKERS = (HIBARI, RMS, AWB, KUMO)
_TO_TUNE = 4
_NOISES = (None, Noise("babble", 20), None, Noise("rush", 20), None, Noise("babble", 10))


@cache
def texts() -> dict[str | None, tuple[str, ...]]:
    """What is said when an entity was asked for; `None`: the caller's first words."""
    given = YAML(typ="safe").load(_FILE)
    return {None if entity == _NOTHING_ASKED else entity: tuple(said) for entity, said in given.items()}


@dataclass(frozen=True, slots=True)
class Answer:
    """One recording to be made: `text` keeps only those marks at which there is a pause of `pauses` seconds."""

    entity: str | None
    text: str
    voice: CallerVoice
    pauses: tuple[float, ...]
    noise: Noise | None = None


def answers(rounds: int = 5, seed: int = 1) -> Iterator[Answer]:
    """Every text in so many recordings by different speakers: one without a pause, the others with one or two.

    The texts to tune on are in fewer recordings. Pauses are where people hesitate, or a third of the time between any
    two words; half of the recordings have noise. What becomes of one text depends on no other.
    """
    for entity, given in texts().items():
        for text in given:
            chance = random.Random(f"{seed} {entity} {text}")
            number = chance.randrange(len(_SPEAKERS) * len(_NOISES))
            for turn in range(rounds if held_out(text) else min(rounds, _TO_TUNE)):
                number += 1
                marked = _marked(text, chance) if turn else text.replace(f" {PAUSE}", "")
                pauses = tuple(chance.uniform(SHORTEST, LONGEST) for _ in range(marked.count(PAUSE)))
                noise = _NOISES[number // len(_SPEAKERS) % len(_NOISES)]
                yield Answer(entity, marked, _SPEAKERS[number % len(_SPEAKERS)], pauses, noise)


def _marked(text: str, chance: random.Random) -> str:
    """One or two of the text's own places, or, a third of the time, any place between two words."""
    words = text.split()
    places = [at for at, word in enumerate(words) if word == PAUSE]
    if chance.random() < 1 / 3 or not places:
        words = [word for word in words if word != PAUSE]
        places = list(range(1, len(words)))
        chosen = chance.sample(places, min(1, len(places)))
        return " ".join(word for at, w in enumerate(words) for word in ((PAUSE, w) if at in chosen else (w,)))
    chosen = chance.sample(places, min(chance.choice((1, 1, 2)), len(places)))
    return " ".join(word for at, word in enumerate(words) if word != PAUSE or at in chosen)
