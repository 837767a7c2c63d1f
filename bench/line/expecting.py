"""How a call listens to an answer, for benches that have no dialogue: as `agent.listening`, without hints."""

from __future__ import annotations

import datetime as dt
from functools import cache, partial

from agent.commands.opening import open_release
from agent.settings import ROOT
from bench.line.opening import bench_settings
from intents.catalogue import Catalogue
from intents.classifier import Classifier
from intents.entities.answered import answered
from intents.entities.completeness import completeness
from intents.gazetteer import Gazetteer
from intents.service import BUILT_IN_ENTITIES
from voices.endpointing import Expectation

_TODAY = dt.date(2026, 11, 27)


def expectation(asked: str | None) -> Expectation:
    """How a call would listen to an answer to this; without hints for the recogniser. `None`: first words."""
    entity = asked and asked.partition(":")[0]
    return Expectation(
        completeness=partial(completeness, entity=entity),
        answered=partial(held, entity=entity),
        entity=asked or "",
    )


def held(text: str, entity: str | None) -> float | None:
    """P(the words hold what was asked), by the dialogue's readers; of first words, that they are clear (0 to 1)."""
    if entity is None:
        return _classifier().guess(text).clear
    gazetteer, choices = _ashcombe()
    return answered(text, entity, gazetteer=gazetteer, choices=choices, today=_TODAY)


@cache
def _classifier() -> Classifier:
    """Of the services as delivered; trained the first time, which takes a minute."""
    return open_release(bench_settings()).classifier


@cache
def _ashcombe() -> tuple[Gazetteer, dict[str, dict[str, tuple[str, ...]]]]:
    choices: dict[str, dict[str, tuple[str, ...]]] = {}
    for service in Catalogue.load(ROOT / "intents" / "services").services.values():
        for slot in service.slots.values():
            if slot.entity and slot.entity not in BUILT_IN_ENTITIES:
                said = {value: service.synonyms.get(value, ()) for value in slot.values}
                choices.setdefault(slot.entity, {}).update(said)
    return Gazetteer.load(ROOT / "intents" / "ashcombe"), choices
