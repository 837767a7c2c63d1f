"""The services that have no file: which there are, and how a caller's words find them."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import pytest

from agent.settings import ROOT
from intents import directory
from intents.catalogue import Catalogue
from intents.classifier import Classifier
from intents.encoder import Encoder
from intents.errors import ServiceFileError

LIST = ROOT.parent / "shared" / "data" / "lgsl.csv"

LISTED = """\
version: "3.1"
directory:
  teams:
    Parks and trees:
      508: [tree preservation orders, is the tree protected]
      748: [forests and woodland, the council's woods, a walk in the woods]
    Waterways:
      758: [boat moorings, somewhere to moor my boat]
  services:
    pothole:
      537: [pavement maintenance, the paving is cracked]
"""


@pytest.fixture(scope="module")
def council(documents: dict[str, str]) -> Catalogue:
    return Catalogue.from_documents({**documents, directory.FILE: LISTED})


@pytest.fixture(scope="module")
def classifier(council: Catalogue, encoder: Encoder) -> Classifier:
    return Classifier.train(
        council.services, encoder, strays=["a large pizza please", "what's my balance"] * 5, entries=council.entries
    )


@cache
def ashcombe() -> Catalogue:
    return Catalogue.load(ROOT / "intents" / "services")


def test_every_number_stands_once_with_a_team_or_a_service() -> None:
    numbers = [entry.number for entry in ashcombe().entries]
    assert len(numbers) == len(set(numbers)) == 1002
    assert all(entry.intent in ashcombe().services for entry in ashcombe().entries)


def test_all_services_of_the_published_list_are_known() -> None:
    if not LIST.is_file():
        pytest.skip("the published list is not beside the checkout")
    with LIST.open(encoding="utf-8-sig", newline="") as file:
        published = {int(row["Identifier"]) for row in csv.DictReader(file)}
    assert {entry.number for entry in ashcombe().entries} == published


def test_a_number_that_a_service_with_a_file_has_leads_to_such_a_service() -> None:
    owners: dict[int, set[str]] = {}
    for service in ashcombe().services.values():
        if service.about.lgsl is not None and not service.listed:
            owners.setdefault(service.about.lgsl, set()).add(service.id)
    leading = {entry.number: entry.intent for entry in ashcombe().entries}
    assert [(number, leading[number]) for number, own in owners.items() if leading[number] not in own] == []


def test_what_is_said_about_a_listed_service_is_short_and_names_the_team(council: Catalogue) -> None:
    service = council.get("lgsl_758")
    assert (service.listed, service.about.team, service.about.lgsl) == (True, "Waterways", 758)
    assert service.responses["utter_intent"][0].text == "boat moorings"
    assert service.responses["utter_route"][0].text == "That's for our waterways team."


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("boat moorings", "lgsl_758"),
        ("is there somewhere I can moor a boat", "lgsl_758"),
        ("tree preservation orders please", "lgsl_508"),
        ("the pavement is cracked", "pothole"),
        ("there's a massive hole in the road", "pothole"),
        ("the bin men missed our house", "missed_bin"),
    ],
)
def test_a_listed_service_is_found_and_takes_nothing_from_the_others(
    classifier: Classifier, text: str, intent: str
) -> None:
    assert classifier.guess(text).guesses[0].intent == intent


def test_the_number_of_a_service_is_the_one_that_was_named(classifier: Classifier) -> None:
    assert classifier.number("pavement maintenance", "pothole") == 537
    assert classifier.number("something else entirely", "pothole") is None


def test_what_is_saved_and_loaded_finds_the_same(classifier: Classifier, encoder: Encoder, tmp_path: Path) -> None:
    classifier.save(tmp_path / "release")
    loaded = Classifier.load(tmp_path / "release", encoder)
    for text in ("boat moorings", "the woods", "a hole in the road"):
        assert loaded.guess(text) == classifier.guess(text)


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        (LISTED.replace("    pothole:", "    pot_hole:"), "there is no service 'pot_hole'"),
        (LISTED.replace("537:", "508:"), "508 stands here twice"),
        (LISTED.replace("[boat moorings, somewhere to moor my boat]", "[]"), "directory.teams.Waterways.758"),
        ("directory: [", "not valid YAML"),
    ],
)
def test_mistakes_are_named_with_their_line(documents: dict[str, str], wrong: str, complaint: str) -> None:
    with pytest.raises(ServiceFileError, match=complaint) as raised:
        Catalogue.from_documents({**documents, directory.FILE: wrong})
    assert raised.value.problems[0].startswith(f"{directory.FILE}:")
