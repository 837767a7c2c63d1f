"""One utterance understood outside of a call, in the words of the command line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from agent.decision import Listening
from agent.errors import AgentError
from agent.release import LoadedRelease
from agent.state import CallState, Phase
from intents.evaluate import THRESHOLD
from intents.service import BUILT_IN_ENTITIES
from intents.understanding import Danger, Guess, Understanding, Value

ALSO_CALLED = {
    "name": "person",
    "full_name": "person",
    "dob": "date:past",
    "date_of_birth": "date:past",
    "amount": "money",
    "phone_number": "phone",
    "telephone": "phone",
    "email_address": "email",
    "vehicle_registration": "registration",
    "number_plate": "registration",
    "uprn": "address",
    "usrn": "street",
    "bool": "yes_no",
}
"""Names that outsiders have for the built-in types."""


class UnknownSlotError(AgentError):
    """A slot was expected that no service has."""

    code = "unknown-slot"


@dataclass(frozen=True, slots=True)
class Expected:
    """The slot that is asked for, the entity that fills it (with `:past` or `:future`), and its service if one is."""

    slot: str = ""
    entity: str | None = None
    service: str | None = None


@dataclass(frozen=True, slots=True)
class Understood:
    """An utterance with everything that the line would go by."""

    meaning: Understanding
    values: tuple[Value, ...]
    """Without choices that only other services ask for."""
    danger: Danger | None
    expected: Expected
    lgsl: dict[str, int | None]
    """The number of each guessed intent in the Local Government Services List."""

    def as_json(self) -> dict[str, Any]:
        """The object that `townline understand --json` prints."""
        guesses = self.meaning.guesses
        return {
            "text": self.meaning.text,
            **(self._guess(guesses[0]) if guesses else {"intent": None, "lgsl": None, "probability": 0.0}),
            "runner_up": self._guess(guesses[1]) if len(guesses) > 1 else None,
            "out_of_scope": self.meaning.out_of_scope >= THRESHOLD,
            "safety": self.danger.entry if self.danger else None,
            "values": [self._value(value) for value in self.values],
            "also": [guess.intent for guess in self.meaning.also],
        }

    def in_words(self) -> Iterator[str]:
        """The same for people."""
        yield self.meaning.text
        for guess in self.meaning.guesses[:2]:
            yield f"    {guess.probability:4.0%}  {guess.intent}"
        yield f"    {self.meaning.out_of_scope:4.0%}  out of scope"
        if self.danger:
            yield f"    danger: {self.danger.entry}"
        for value in self.values:
            yield f"    {value.probability:4.0%}  {self._slot(value)}: {value.value}"
        for guess in self.meaning.also:
            yield f"    also {guess.intent}"

    def _guess(self, guess: Guess) -> dict[str, Any]:
        return {"intent": guess.intent, "lgsl": self.lgsl[guess.intent], "probability": round(guess.probability, 4)}

    def _value(self, value: Value) -> dict[str, Any]:
        return {
            "slot": self._slot(value),
            "value": value.value,
            "probability": value.probability,
            "alternatives": [{"value": o.value, "probability": o.probability} for o in value.alternatives],
        }

    def _slot(self, value: Value) -> str:
        filled = (self.expected.entity or "").partition(":")[0]
        return self.expected.slot if value.entity == filled else value.entity


def expected(slot: str, release: LoadedRelease) -> Expected:
    """Find a slot by its type (`postcode`), its name (`bin_type`) or both names (`missed_bin.bin_type`).

    Raises `UnknownSlotError`, which names what there is.
    """
    kind, _, way = slot.partition(":")
    if kind in BUILT_IN_ENTITIES:
        return Expected(kind, slot)
    service_id, _, name = kind.rpartition(".")
    services = [s for s in release.services.values() if name in s.slots and service_id in ("", s.id)]
    entity = next((entity for s in services if (entity := s.slots[name].entity)), None)
    if entity:
        return Expected(name, f"{entity}:{way}" if way else entity, service_id or None)
    if kind in ALSO_CALLED:
        return Expected(kind, ALSO_CALLED[kind])
    known = {name for s in release.services.values() for name, found in s.slots.items() if found.entity}
    raise UnknownSlotError(f"no service asks for {slot!r}; there are: {', '.join(sorted(known | BUILT_IN_ENTITIES))}")


def understood(release: LoadedRelease, text: str, asked: Expected, today: date) -> Understood:
    """Take `text` as the first words of a call, or as the answer to what was asked."""
    state = CallState(call_id="", release=release.number, phase=Phase.REQUEST, service=asked.service)
    meaning = release.understand(text, state, Listening(entity=asked.entity), today)
    lgsl = {guess.intent: _number(release, text, guess.intent) for guess in meaning.guesses}
    return Understood(meaning, _fitting(release, meaning, asked), release.safety.check(text), asked, lgsl)


def _number(release: LoadedRelease, text: str, intent: str) -> int | None:
    """The service's number, or the nearest of those that the directory has for it."""
    service = release.services[intent]
    nearest = None if service.listed else release.classifier.number(text, intent)
    return nearest or service.about.lgsl


def _fitting(release: LoadedRelease, meaning: Understanding, asked: Expected) -> tuple[Value, ...]:
    meant = {guess.intent for guess in (*meaning.guesses[:1], *meaning.also)} | {asked.service or ""}
    slots = [slot for intent in meant & release.services.keys() for slot in release.services[intent].slots.values()]
    wanted = BUILT_IN_ENTITIES | {slot.entity for slot in slots} | {(asked.entity or "").partition(":")[0]}
    return tuple(value for value in meaning.values if value.entity in wanted)
