"""What tests of understanding share: the real encoder, and a small council's services."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent import models
from intents.catalogue import Catalogue
from intents.encoder import Encoder

SERVICE = """\
version: "3.1"
service:
  id: missed_bin
  title: Missed bin collection
  lgsl: 524
  kind: complete
  team: Waste
  check: action_check_missed_bin
  check_needs: [bin_type]
  outcomes: {not_due: end}
  facts: [next_date]
  action: action_report_missed_bin
nlu:
- intent: missed_bin
  examples: |
    - you lot have left my bin again
    - my [blue one](bin_type) was not emptied [yesterday](date)
    - the bin men drove straight past our house
    - they didn't take the rubbish this morning
    - bins are still full out the front
- synonym: recycling
  examples: |
    - blue one
- synonym: general
  examples: |
    - black one
slots:
  bin_type:
    type: categorical
    values: [general, recycling]
    mappings:
    - {type: from_entity, entity: bin_type}
forms:
  missed_bin_form:
    required_slots: [bin_type]
responses:
  utter_intent:
  - text: a bin that was not collected
  utter_ask_bin_type:
  - text: Which bin was it?
  - text: Was it the general rubbish or the recycling?
  utter_confirm:
  - text: I'll report your {bin_type} bin as missed. Shall I go ahead?
  utter_done:
  - text: That's reported. Your reference is {reference}.
  utter_later:
  - text: I've kept your report. Your reference is {reference}.
  utter_outcome_not_due:
  - text: That bin is not due until {next_date}.
"""

_ROUTED = """\
service: {{id: {id}, title: {title}, kind: route, team: {title}}}
nlu:
- intent: {id}
  examples: |
{examples}
responses:
  utter_intent: [{{text: {title}}}]
  utter_route: [{{text: I'll put you through.}}]
"""

_EXAMPLES = {
    "pothole": (
        "there's a massive hole in the road outside",
        "my tyre burst in a pot hole on Mill Lane",
        "the road's breaking up by the roundabout",
        "someone will come off their bike in that crater",
        "tarmac's gone outside the school",
    ),
    "noise": (
        "next door have got music on all night",
        "that dog never stops barking",
        "they're having another party and I can't sleep",
        "drilling at six in the morning again",
        "the pub's too loud every Friday",
    ),
    "dead_animal": (
        "there's a dead fox on the bypass",
        "a badger's been knocked down on the lane",
        "dead cat in the gutter outside mine",
        "some poor deer lying in the road",
        "a squashed hedgehog on the pavement",
    ),
}


@pytest.fixture(scope="session")
def documents() -> dict[str, str]:
    """Four services as files: missed bins complete, the rest routed."""
    routed = {
        f"{name}.yaml": _ROUTED.format(
            id=name, title=name.replace("_", " "), examples="\n".join(f"    - {text}" for text in texts)
        )
        for name, texts in _EXAMPLES.items()
    }
    return {"missed_bin.yaml": SERVICE, **routed}


@pytest.fixture(scope="session")
def catalogue(documents: dict[str, str]) -> Catalogue:
    """The four services."""
    return Catalogue.from_documents(documents)


@pytest.fixture(scope="session")
def minilm() -> Path:
    """The folder of the default encoder; `make test` fetches it."""
    return models.path("minilm")


@pytest.fixture(scope="session")
def encoder(minilm: Path) -> Encoder:
    """The default encoder."""
    return Encoder(minilm)
