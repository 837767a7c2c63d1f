"""A published release, loaded: its services and the classifier trained on them. A call keeps the one it began with."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial

from agent import keys as keypad
from agent import telephone_numbers
from agent.confidence import LIMITS
from agent.decision import Listening
from agent.inputs import Pressed, Spoke
from agent.state import CallState, Phase
from intents import card_number
from intents.classifier import Classifier
from intents.entities.address import read_house
from intents.entities.phrases import read_act
from intents.entities.postcode import read_attempts, read_postcode
from intents.entities.reading import read_values
from intents.gazetteer import Gazetteer
from intents.library import Library, Published
from intents.safety import Safety
from intents.service import BUILT_IN_ENTITIES, Service, Slot
from intents.understanding import Danger, Guessed, PublishedAnswer, Understanding, Value
from voices.transcript import Heard, Unclear

_LIKELY_POSTCODE = 0.5
"""A postcode of the council's area that is at least this likely is a start; the address is read back in any case."""

_READ_BACK = (Phase.READ_BACK, Phase.CHANGE, Phase.CONFIRM_SLOT)

_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")

Choices = Mapping[str, Mapping[str, tuple[str, ...]]]


@dataclass(frozen=True)
class LoadedRelease:
    """Everything that understanding needs; nothing in it changes while calls run on it."""

    number: int
    services: Mapping[str, Service]
    classifier: Classifier
    gazetteer: Gazetteer
    safety: Safety
    library: Library | None = None
    """The council's imported pages."""

    def understand(
        self, text: str, state: CallState, listening: Listening, today: date, others: tuple[str, ...] = ()
    ) -> Understanding:
        """Intent and values of one utterance, given what was asked. Pure apart from the model's arithmetic.

        `others`: what the recogniser thought of besides, best first; postcodes and telephone numbers are weighed with
        all of them.
        """
        guessed = self.classifier.guess(text, others)
        values = self._values(text, state, self._entities(state, listening), listening, today, others)
        return Understanding(
            text=text,
            guesses=guessed.guesses,
            out_of_scope=guessed.out_of_scope,
            also=guessed.also if state.service is None else (),
            values=(*_by_key(text, state), *values),
            published=self._published(text, guessed) if state.service is None else None,
        )

    def _published(self, text: str, guessed: Guessed) -> PublishedAnswer | None:
        """What the pages say, looked up only where the services have no likely answer."""
        best = guessed.guesses[0].probability if guessed.guesses else 0.0
        if self.library is None or (best >= LIMITS.intent_confirm and guessed.out_of_scope < LIMITS.out_of_scope):
            return None
        answer = self.library.answer(text)
        if not isinstance(answer, Published):
            return None
        return PublishedAnswer(answer.text, answer.source.title, answer.source.updated, answer.source.url)

    def spoke(self, transcript: Heard | Unclear, state: CallState, listening: Listening, today: date) -> Spoke:
        """An utterance with its safety, its act and its meaning."""
        text = transcript.text
        others = _others(transcript)
        meaning = self.understand(text, state, listening, today, others)
        if transcript.means == "speech":
            meaning = telephone_numbers.to_be_read_back(meaning, state.caller_phone)
        if listening.entity == "phone":
            transcript = telephone_numbers.made_out(transcript, meaning)
        return Spoke(
            transcript=transcript,
            understanding=meaning,
            act=read_act(text),
            danger=self._danger(text, others, state),
            held=self._held(state, today),
        )

    def _danger(self, text: str, others: tuple[str, ...], state: CallState) -> Danger | None:
        """What the safety net finds; the rest of a card number counts, too, once its beginning was said."""
        found = self.safety.check(text, others)
        if found is None and "card_number" in state.marks and card_number.goes_on(text):
            return self.safety.check(f"my card number is {text}")
        return found

    def _held(self, state: CallState, today: date) -> Spoke | None:
        """What was said before the line asked whether there is danger, understood as it was then."""
        before = state.suspicion
        if before is None:
            return None
        stood = state.model_copy(update={"phase": before.phase, "suspicion": None})
        meaning = self.understand(before.text, stood, Listening(entity=before.entity), today)
        return Spoke(Heard(before.text, 1.0), meaning, read_act(before.text))

    def pressed(self, keys: str, state: CallState, listening: Listening, today: date) -> Pressed:
        """Keys as an answer to what was asked: 1 and 2 are yes and no where that was the question."""
        if listening.entity == "yes_no" and keys in ("1", "2"):
            answer = "yes" if keys == "1" else "no"
            said = Understanding(keys, values=(Value("yes_no", answer, answer, 1.0),))
            return Pressed(keys, said, held=self._held(state, today))
        if option := _by_key(keys, state):
            return Pressed(keys, Understanding(keys, values=option))
        slot = self._open_slot(state)
        if slot is not None and (keyed := keypad.value(keys, slot, today)):
            return Pressed(keys, Understanding(keys, values=keyed))
        values = self._values(keys, state, tuple(e for e in (listening.entity,) if e), listening, today)
        return Pressed(keys, Understanding(keys, values=values))

    def _open_slot(self, state: CallState) -> Slot | None:
        """The slot whose question is open."""
        service = self.services.get(state.service or "")
        asking = state.phase in (Phase.SLOT, Phase.CONFIRM_SLOT, Phase.CHOOSE_VALUE)
        return service.slots.get(state.asked or "") if service is not None and asking else None

    def _values(  # noqa: PLR0917 - what an answer is read with
        self,
        text: str,
        state: CallState,
        entities: tuple[str, ...],
        listening: Listening,
        today: date,
        others: tuple[str, ...] = (),
    ) -> tuple[Value, ...]:
        """Typed values; where an address is asked for, a postcode counts together with what was said before."""
        before = state.facts.get("partial_heard", "")
        read = partial(
            read_values,
            gazetteer=self.gazetteer,
            choices=self._choices(state),
            today=today,
            others=others,
            before=before if listening.entity == "phone" else "",
        )
        if listening.entity != "address":
            said = read(text, entities=entities, expecting=listening.entity)
            said = (*said, *self._corrected_house(text, state, said))
            offered = {option.value for option in state.options}
            if not offered or any(v.value in offered for v in said):
                return said
            return (*_same_weekday(said, state), *read(text, entities=("choice",), expecting="choice"), *said)
        postcode = state.facts.get("partial_postcode")
        if postcode is None:
            found = self._postcode(text, others, state)
            likely = [v for v in found if v.probability >= _LIKELY_POSTCODE]
            postcode = likely[0].value if likely else None
        values = read(text, entities=entities, expecting="address", postcode=postcode)
        if "partial_said" in state.facts and not any(v.entity == "address" for v in values):
            # Half of an address needs its other half; a whole one is not to be mixed with what was said before.
            whole = f"{text.rstrip('.')}, {state.facts['partial_said']}"
            values = read(whole, entities=entities, expecting="address", postcode=postcode)
        if postcode is not None and not any(v.entity in ("address", "postcode") for v in values):
            return (*values, Value("postcode", postcode, postcode, _LIKELY_POSTCODE))
        return values

    def _postcode(self, text: str, others: tuple[str, ...], state: CallState) -> tuple[Value, ...]:
        """The postcode of an answer, weighed with the recogniser's other readings and with what was said before."""
        known = self.gazetteer.postcodes
        earlier = [[said] for said in state.facts.get("partial_heard", "").split("\n") if said]
        alone = read_postcode(text, known=known, expected=True)
        if not earlier and (not others or not alone or alone[0].probability >= LIMITS.value_accept):
            return alone
        return read_attempts([*earlier, [text, *others]], known=known) or alone

    def _corrected_house(self, text: str, state: CallState, said: tuple[Value, ...]) -> tuple[Value, ...]:
        """Another number on the street of the address that was read back."""
        service = self.services.get(state.service or "")
        if service is None or state.phase not in _READ_BACK or any(v.entity == "address" for v in said):
            return ()
        given = [name for name, slot in service.slots.items() if slot.entity == "address" and name in state.slots]
        if len(given) != 1 or (state.phase is Phase.CONFIRM_SLOT and state.asked != given[0]):
            return ()
        return read_house(text, self.gazetteer, state.slots[given[0]].value)

    def _entities(self, state: CallState, listening: Listening) -> tuple[str, ...]:
        """Entity types worth reading: what was asked for, and those of the open service, or of all while none is."""
        services = [self.services[state.service]] if state.service else list(self.services.values())
        wanted = {slot.entity for service in services for slot in service.slots.values() if slot.entity}
        wanted |= {listening.entity.partition(":")[0]} if listening.entity else set()
        if state.phase in (Phase.CALLBACK_NUMBER, Phase.PERSON):
            wanted.add("phone")
        if "address" in wanted:
            wanted |= {"postcode", "street"}
        return tuple(sorted(wanted | {"yes_no"}))

    def _choices(self, state: CallState) -> Choices:
        """Canonical values of every choice, with the ways they are said, by entity."""
        services = [self.services[state.service]] if state.service else list(self.services.values())
        choices: dict[str, dict[str, tuple[str, ...]]] = {}
        for service in services:
            for slot in service.slots.values():
                if slot.entity and slot.entity not in BUILT_IN_ENTITIES:
                    said = {value: service.synonyms.get(value, ()) for value in slot.values}
                    choices.setdefault(slot.entity, {}).update(said)
        if state.options:
            choices["choice"] = {option.value: (option.spoken,) for option in state.options}
        return choices


def _others(transcript: Heard | Unclear) -> tuple[str, ...]:
    return transcript.alternatives if isinstance(transcript, Heard) else ()


def _same_weekday(said: tuple[Value, ...], state: CallState) -> tuple[Value, ...]:
    """ "Tuesday" is the Tuesday that was offered, not the next one."""
    days = {_weekday(v.value) for v in said if v.entity == "date" and _ISO_DATE.fullmatch(v.value)}
    fitting = [o for o in state.options if _ISO_DATE.fullmatch(o.value) and _weekday(o.value) in days]
    return tuple(Value("choice", o.value, o.spoken, 0.9) for o in fitting) if len(fitting) == 1 else ()


def _weekday(day: str) -> int:
    return date.fromisoformat(day).weekday()


def _by_key(keys: str, state: CallState) -> tuple[Value, ...]:
    chosen = next((o for o in state.options if o.key == keys.strip(" .")), None)
    return (Value("choice", chosen.value, chosen.spoken, 1.0),) if chosen else ()
