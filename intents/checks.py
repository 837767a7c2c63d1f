"""What is wrong with a set of services beyond their form: what would confuse callers, or leave them waiting."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from rapidfuzz.distance import Levenshtein

from intents.classifier import Classifier
from intents.lesson import spoken
from intents.service import Kind, Service

ENOUGH: Mapping[Kind, int] = {"complete": 25, "answer": 12, "route": 6}
"""The examples that a service of each kind needs to be told apart reliably."""
LONG_WORDS = 28
"""Wording above this is listened to with effort, though the dialogue still says it."""
SURE = 0.5
"""An example that another service would take with at least this probability is fought over."""
SHORT = 4
"""Examples of fewer words may well be alike but for one of them."""
MANY = 0.2
"""Two services that swap this part of the examples of one of them are fighting as a whole."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at. `what` is a heading, `where` an example, response or slot of `service`."""

    kind: Literal["fought_over", "alike", "thin", "copy", "long", "dead_link", "one_way"]
    service: str
    where: str
    message: str
    severe: bool = False


def check_services(
    services: Mapping[str, Service], classifier: Classifier, *, actions: Collection[str] | None = None
) -> tuple[Finding, ...]:
    """Look through all services; `actions` are the names that exist, `None` where that is not known.

    `classifier` has to be trained on these services: it tells which examples were taken for another's.
    """
    findings = [*_fought_over(classifier), *_alike(services, classifier)]
    for service in (service for service in services.values() if not service.listed):
        findings += _thin(service)
        findings += copies(service)
        findings += _long(service)
        findings += _one_way(service)
        if actions is not None:
            findings += _dead_links(service, actions)
    return tuple(sorted(findings, key=lambda finding: (not finding.severe, finding.service, finding.kind)))


def _fought_over(classifier: Classifier) -> Iterator[Finding]:
    for doubt in classifier.doubts:
        if doubt.probability >= SURE:
            message = f"sounds like {doubt.guessed} ({doubt.probability:.0%}); say what makes it {doubt.intent}"
            yield Finding("fought_over", doubt.intent, doubt.text, message)


def _alike(services: Mapping[str, Service], classifier: Classifier) -> Iterator[Finding]:
    pairs = Counter((doubt.intent, doubt.guessed) for doubt in classifier.doubts)
    for (intent, guessed), count in pairs.items():
        examples = len(services[intent].examples) if intent in services else 0
        if count >= 3 and count >= MANY * examples:
            message = f"{count} of {examples} examples are taken for {guessed}; let one ask, or join the two"
            yield Finding("alike", intent, guessed, message, severe=True)


def _thin(service: Service) -> Iterator[Finding]:
    needed = ENOUGH[service.about.kind]
    if len(service.examples) < needed:
        yield Finding("thin", service.id, "nlu", f"{len(service.examples)} examples; {needed} are needed")


def copies(service: Service) -> Iterator[Finding]:
    """Examples that are another one with a word changed; they teach nothing, and count as one."""
    words = [spoken(example.text).split() for example in service.examples]
    for second, first in ((b, a) for b in range(len(words)) for a in range(b)):
        short = min(len(words[first]), len(words[second])) < SHORT
        if not short and Levenshtein.distance(words[first], words[second], score_cutoff=1) <= 1:
            original, copy = service.examples[first].text, service.examples[second].text
            yield Finding("copy", service.id, copy, f"{original!r} with a word changed; say it in other words")


def _long(service: Service) -> Iterator[Finding]:
    for name, responses in service.responses.items():
        if name == "utter_answer":
            continue
        for response in responses:
            if (words := len(response.text.split())) > LONG_WORDS:
                yield Finding("long", service.id, name, f"{words} words; {LONG_WORDS} are easily followed")


def _one_way(service: Service) -> Iterator[Finding]:
    for name in service.form.required_slots:
        for value in service.slots[name].values:
            if not service.synonyms.get(value):
                yield Finding("one_way", service.id, name, f"{value!r} has no synonyms; how else do people say it?")


def _dead_links(service: Service, actions: Collection[str]) -> Iterator[Finding]:
    for key, name in (("check", service.about.check), ("action", service.about.action)):
        if name and name not in actions:
            yield Finding("dead_link", service.id, key, f"there is no action {name!r}", severe=True)
