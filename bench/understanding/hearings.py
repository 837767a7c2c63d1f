"""A data set as the default recogniser hears it over the telephone, in every way that it thought of."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from agent import models
from bench.callers.voices import AWB, HIBARI, RMS, spoken
from bench.figures.table import FOLDER
from intents.examples import OUT_OF_SCOPE, DataSet
from voices.speech import Hints
from voices.transcript import Heard, Nothing, Transcript
from voices.whisper import Recogniser

HEARD = FOLDER / "heard.json"
VOICES = (HIBARI, AWB, RMS)
OPEN = ("missed bin", "recycling", "pothole", "council tax", "street light", "fly-tipping", "repair")
"""What `agent.listening` tells the recogniser to expect at the open question."""


@dataclass(frozen=True, slots=True)
class Hearings:
    """A data set as it was heard, with the other ways in which each request and each stray was."""

    data: DataSet
    others: tuple[tuple[str, ...], ...] = ()
    stray_others: tuple[tuple[str, ...], ...] = ()


def recognised(data: DataSet, *, every: bool) -> Hearings:
    """The same utterances as the recogniser hears them; what it does not hear at all is "?", a wrong word."""
    known = _known()
    recogniser = Recogniser(models.path("whisper-tiny-en"))
    pairs = [*zip(data.texts, data.intents, strict=True), *((text, OUT_OF_SCOPE) for text in data.strays)]
    found: list[tuple[list[str], str]] = []
    for at, (text, intent) in enumerate(pairs):
        for voice in VOICES if every else (VOICES[at % len(VOICES)],):
            key = f"{voice.name}: {text}"
            if key not in known:
                known[key] = _ways(recogniser.transcribe(spoken(text, voice), Hints(hotwords=OPEN)))
                _write(known)
            found.append((known[key] or ["?"], intent))
    inside, outside = ([ways[1:] for ways, intent in found if (intent == OUT_OF_SCOPE) is out] for out in (False, True))
    whole = DataSet.of((ways[0], intent) for ways, intent in found)
    return Hearings(whole, tuple(map(tuple, inside)), tuple(map(tuple, outside)))


def _ways(transcript: Transcript) -> list[str]:
    if isinstance(transcript, Nothing):
        return []
    return [transcript.text, *(transcript.alternatives if isinstance(transcript, Heard) else ())]


def by_voice(heard: Hearings) -> Iterator[tuple[str, Hearings]]:
    """The rows of each voice, where they were dealt out in turn."""
    data, step = heard.data, len(VOICES)
    for at, voice in enumerate(VOICES):
        yield voice.name, Hearings(DataSet(data.texts[at::step], data.intents[at::step]), heard.others[at::step])


def _known() -> dict[str, list[str]]:
    """What was heard before, unless it was kept without the other ways."""
    kept = json.loads(HEARD.read_text(encoding="utf-8")) if HEARD.is_file() else {}
    return {key: ways for key, ways in kept.items() if isinstance(ways, list)}


def _write(known: dict[str, list[str]]) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    HEARD.write_text(json.dumps(known, indent=0, ensure_ascii=False), encoding="utf-8")
