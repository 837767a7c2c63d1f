"""What callers answer, by what is expected of them; `|` is where people hesitate. For the bench of turn ends."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from bench.callers import LONGEST, PAUSE, SHORTEST, VOICES, CallerVoice

ANSWERS: dict[str | None, tuple[str, ...]] = {
    None: (
        "Hello, | you didn't empty my recycling bin | this week.",
        "I've got an old sofa | I want collected.",
        "There's a big pothole | in the road.",
        "When is my next | bin collection?",
        "Somebody has dumped a load of rubbish | in the lane.",
        "My neighbours are playing | loud music | every night.",
        "I'm a council tenant | and there's mould | all over my bedroom wall.",
        "I'm moving house | and I need to tell you | for the council tax.",
        "Hi, um, | it's about | my council tax bill.",
        "Can I speak | to a person?",
    ),
    "text": (
        "She has bad arthritis | and walks with a frame.",
        "A mattress | and some black bags.",
        "It's by the side gate, | next to the garage.",
        "There's water coming | through the ceiling | in the kitchen.",
        "It's a fridge, | a washing machine | and two chairs.",
        "Every night | after eleven.",
    ),
    "yes_no": (
        "Yes.",
        "No.",
        "Yes please.",
        "No thank you, | that's all.",
        "Yes, | that's right.",
        "No, | it's number fourteen.",
        "Yeah, | I think so.",
    ),
    "address": (
        "Number four, | Mill Lane.",
        "It's number twelve, | The Crescent.",
        "Flat two, | eighteen | Station Road.",
        "Fourteen | Church Street, | Ashcombe.",
        "It's, um, | number nine | Park Road.",
    ),
    "postcode": (
        "Q A one, | four T B.",
        "Q A three, | two F S.",
        "It's Q A two, | um, | seven H J.",
        "Q A four, | one | L P.",
    ),
    "location": (
        "On Station Road, | outside number ten.",
        "Quarry Lane, | opposite number | ten.",
        "Park Road, | near the school.",
        "By the bridge | on London Road.",
        "It's on the corner | of Mill Lane | and Church Street.",
    ),
    "phone": (
        "Oh seven seven double oh, | nine oh oh, | one two three.",
        "Oh one six three two, | nine six oh, | double one four.",
        "It's oh two oh, | seven nine four six, | oh one five eight.",
    ),
    "date": (
        "The first of | December.",
        "Next Tuesday | morning.",
        "Two weeks | ago.",
        "Yesterday.",
        "On Monday | the fourteenth | of June.",
    ),
    "number": ("Two.", "I think | three.", "Twenty | four.", "About | five."),
    "person": ("Margaret | Taylor.", "My name's | John | Harris.", "It's Mrs | Ahmed."),
    "bin_type": ("The recycling.", "The green | garden waste one.", "The food | waste.", "It's the, um, | black bin."),
    "time": ("Half past | ten.", "About seven | in the evening.", "After | eleven."),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """One recording to be made: `text` keeps only those marks at which there is a pause of `pauses` seconds."""

    entity: str | None
    text: str
    voice: CallerVoice
    pauses: tuple[float, ...]


def answers(rounds: int = 7, seed: int = 1) -> Iterator[Answer]:
    """Every text by so many voices: mostly with one or two pauses where people hesitate, or between any two words."""
    chance = random.Random(seed)
    for entity, texts in ANSWERS.items():
        for text in texts:
            for turn in range(rounds):
                marked = _marked(text, chance) if turn else text.replace(f" {PAUSE}", "")
                pauses = tuple(chance.uniform(SHORTEST, LONGEST) for _ in range(marked.count(PAUSE)))
                yield Answer(entity, marked, VOICES[turn % len(VOICES)], pauses)


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
