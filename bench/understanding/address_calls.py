"""Addresses in a call: does what a caller says, and says again, reach the right UPRN before anything is filed?

`python -m bench.understanding.address_calls [--count 300]`: callers who say an address of the gazetteer in one of many
ways, in two parts or with a number that is not theirs first, answer what they are asked, and take or refuse what is
read back.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from agent.context import Context
from agent.decision import Circumstances, Decision
from agent.dialogue import decide
from agent.inputs import LookedUp, Rang
from agent.release import LoadedRelease
from agent.settings import ROOT
from agent.state import CallState, HandoffDraft, Phase
from bench.callers.ways import addresses
from intents.catalogue import Catalogue
from intents.classifier import Classifier
from intents.gazetteer import Gazetteer
from intents.places import Address
from intents.safety import Safety
from intents.understanding import Guess, Guessed
from voices.transcript import Heard

TODAY = date(2026, 11, 24)
SERVICE = "missed_bin"
_TURNS = 8


class _MissedBin:
    """Stands for the classifier: what a call is about is not measured here."""

    def guess(self, text: str, others: Sequence[str] = ()) -> Guessed:
        return Guessed((Guess(SERVICE, 0.97),), 0.02)


@dataclass(frozen=True, slots=True)
class Outcome:
    """`taken`: the UPRN that the form went on with, empty if a person was fetched; `asked`: whether it was read back or
    chosen by itself before the form went on; `turns`: what the caller had to say."""

    meant: str
    way: str
    taken: str
    asked: bool
    turns: int

    @property
    def right(self) -> bool:
        """Whether the form went on with the address that was meant."""
        return self.taken == self.meant


def release() -> LoadedRelease:
    """The sample council's missed bins and its gazetteer."""
    services = {SERVICE: Catalogue.load(ROOT / "intents" / "services").services[SERVICE]}
    known = Gazetteer.load(ROOT / "intents" / "ashcombe")
    safety = Safety.load(ROOT / "intents" / "safety.yaml")
    return LoadedRelease(1, services, cast(Classifier, _MissedBin()), known, safety)


def call(loaded: LoadedRelease, address: Address, said: Sequence[str], way: str) -> Outcome:
    """One caller, from the question for the address to the form going on, or to a person."""
    circumstances = Circumstances("2026-11-24", True, ("", ""), "tomorrow")
    context = Context(loaded.services, circumstances, council="Ashcombe Borough Council", phone="01632 960 100")
    decision = decide(CallState(call_id="c", release=1), Rang(), context)
    decision = _says(loaded, decision, "you missed my bin", context)
    rest, asked = list(said), False
    for turn in range(1, _TURNS):
        decision = _says(loaded, decision, _answer(decision, address, rest), context)
        if any(isinstance(effect, HandoffDraft) for effect in decision.effects):
            return Outcome(address.uprn, way, "", asked, turn)
        if decision.state.asked != "address" or decision.look_up is not None:
            taken = decision.state.slots.get("address")
            return Outcome(address.uprn, way, taken.value if taken else "", asked, turn)
        asked = asked or decision.state.phase in (Phase.CONFIRM_SLOT, Phase.CHOOSE_VALUE)
    return Outcome(address.uprn, way, "", asked, _TURNS)


def _says(loaded: LoadedRelease, decision: Decision, text: str, context: Context) -> Decision:
    spoke = loaded.spoke(Heard(text, 0.9), decision.state, decision.listening, TODAY)
    after = decide(decision.state, spoke, context)
    if after.look_up is not None and "address" not in after.state.slots:
        after = decide(after.state, LookedUp("ok"), context)
    return after


def _answer(decision: Decision, address: Address, rest: list[str]) -> str:
    """What the caller says to what was asked."""
    state = decision.state
    if state.phase is Phase.CONFIRM_SLOT:
        return "yes" if state.slots["address"].value == address.uprn else "no"
    if state.phase is Phase.CHOOSE_VALUE:
        return next((f"{option.key}" for option in state.options if option.value == address.uprn), "no, none of them")
    if "partial_postcode" in state.facts:
        return ", ".join(part for part in (address.flat, address.name, address.number) if part)
    if rest:
        return rest.pop(0)
    return f"{' '.join(address.postcode)}" if "postcode" in decision.say[-1] else address.line


def callers(known: Gazetteer, count: int) -> list[tuple[Address, tuple[str, ...], str]]:
    """Addresses with what is said of them, turn by turn, and how."""
    random_ = random.Random(9)
    made: list[tuple[Address, tuple[str, ...], str]] = []
    for address, text in addresses(known, count, seed=8):
        way = random_.choice(("at once", "at once", "street first", "postcode first", "corrected", "does not exist"))
        house = ", ".join(part for part in (address.flat, address.name, address.number) if part)
        turns = {
            "at once": (text,),
            "street first": (address.street, f"number {house}" if address.number else house),
            "postcode first": (" ".join(address.postcode),),
            "corrected": (f"no wait, not there, {text}",),
            "does not exist": (f"9999 {address.street}", text),
        }[way]
        made.append((address, turns, way))
    return made


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=300)
    loaded = release()
    outcomes = [call(loaded, *one) for one in callers(loaded.gazetteer, parser.parse_args().count)]
    for way in (*dict.fromkeys(outcome.way for outcome in outcomes), ""):
        mine = [outcome for outcome in outcomes if way in (outcome.way, "")]
        right = sum(outcome.right for outcome in mine) / len(mine)
        wrong = Counter(outcome.asked for outcome in mine if outcome.taken and not outcome.right)
        turns = sum(outcome.turns for outcome in mine) / len(mine)
        print(
            f"{way or 'all':16}{len(mine):5}  right UPRN {right:6.1%}  a person {sum(not o.taken for o in mine):3}  "
            f"wrong after being asked {wrong[True]}, before {wrong[False]}  turns {turns:.1f}"
        )


if __name__ == "__main__":
    main()
