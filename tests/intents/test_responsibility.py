"""Who does what: another body's services are recognised, and the caller is told who does them."""

from __future__ import annotations

import re

import pytest

from agent.settings import ROOT
from intents import responsibility
from intents.catalogue import Catalogue
from intents.errors import ServiceFileError
from intents.responsibility import Tier

SHARED = """\
version: "3.1"
bodies:
  county:
    {name: The county council, reach: Ring them on 01632 960500., url: "https://county.example", updated: "2026-10-01"}
responsibility:
- {tiers: [district], body: county, services: [pothole]}
"""


@pytest.fixture
def council(documents: dict[str, str]) -> Catalogue:
    return Catalogue.from_documents({**documents, responsibility.FILE: SHARED})


def test_in_a_district_the_county_does_the_roads_and_the_caller_is_told(council: Catalogue) -> None:
    services = council.who.applied(council.services, "district")
    road, bin_ = services["pothole"], services["missed_bin"]
    assert road.about.kind == "answer"
    assert road.responses["utter_answer"][0].text == (
        "The county council looks after that, not us. Ring them on 01632 960500."
    )
    assert road.about.source is not None
    assert road.about.source.updated == "2026-10-01"
    assert road.examples == council.services["pothole"].examples
    assert bin_ is council.services["missed_bin"]


def test_a_unitary_council_does_all_of_it(council: Catalogue) -> None:
    assert council.who.applied(council.services, "unitary") == dict(council.services)


@pytest.mark.parametrize(
    ("tier", "intent", "body"),
    [
        ("district", "pothole", "The county council"),
        ("district", "lgsl_292", "The county council"),
        ("county", "missed_bin", "Your district or borough council"),
        ("london", "bus_times", "Transport for London"),
        ("wales", "lgsl_660", "Natural Resources Wales"),
        ("unitary", "lgsl_660", "The Environment Agency"),
    ],
)
def test_the_sample_rules_know_every_kind_of_council(tier: Tier, intent: str, body: str) -> None:
    ashcombe = Catalogue.load(ROOT / "intents" / "services")
    service = ashcombe.who.applied(ashcombe.services, tier)[intent]
    said = service.responses["utter_answer"][0].text
    assert said.startswith(f"{body} looks after that")
    assert re.search(r"\d{3}|gov\.uk|website", said)
    assert len(said.split()) <= 50
    assert (service.form.required_slots, service.about.action, service.about.check) == ((), None, None)


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        (SHARED.replace("[pothole]", "[pot_hole]"), "there is no service 'pot_hole'"),
        (SHARED.replace("body: county", "body: duchy"), "'duchy' is not one of `bodies:`"),
        (SHARED.replace("[district]", "[parish]"), "responsibility.0.tiers.0"),
    ],
)
def test_mistakes_are_named_with_their_line(documents: dict[str, str], wrong: str, complaint: str) -> None:
    with pytest.raises(ServiceFileError, match=re.escape(complaint)) as raised:
        Catalogue.from_documents({**documents, responsibility.FILE: wrong})
    assert raised.value.problems[0].startswith(f"{responsibility.FILE}:")
