"""The safety net as calls use it: the rules, and a second look trained on examples and on what callers usually say."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice

from agent import models
from agent.settings import Settings
from intents.catalogue import Catalogue
from intents.encoder import Encoder
from intents.errors import IntentsError
from intents.examples import DataSet
from intents.safety import Safety
from intents.safety_resemblance import Examples, Resemblance
from intents.service import Service

EACH = 40
"""Examples of one ordinary service that stand for what its callers say."""


def open_safety(settings: Settings, encoder: Encoder) -> Safety:
    """Rules and second look; the latter is trained on the first start and kept. Raises the errors of `intents`."""
    entries = settings.intents.safety
    rules = Safety.load(settings.file(entries))
    beside = settings.intents.safety_examples or entries.with_name("safety_examples.yaml")
    examples = Examples.load(settings.file(beside), calm=calm(settings, rules))
    return rules.with_second_look(Resemblance.learnt(examples, encoder, models.cache_dir() / "second-look"))


def calm(settings: Settings, rules: Safety) -> tuple[str, ...]:
    """What callers say who are in no danger: strays, and examples of the services in which no entry is at home.

    The services are those that were delivered, so that an admin's edits do not change what counts as danger.
    """
    strays = DataSet.load(settings.file(settings.intents.strays)).strays
    home = {service for entry in rules.entries for service in rules.at_home(entry)}
    try:
        services: Mapping[str, Service] = Catalogue.load(settings.file(settings.intents.services)).services
    except (IntentsError, OSError):
        services = {}
    ordinary = (services[name] for name in sorted(services) if name not in home)
    return (*strays, *(example.text for service in ordinary for example in islice(service.examples, EACH)))
