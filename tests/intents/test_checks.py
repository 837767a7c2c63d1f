"""What the checks find in a set of services."""

from __future__ import annotations

import pytest

from intents.catalogue import Catalogue
from intents.checks import Finding, check_services
from intents.classifier import Classifier
from intents.encoder import Encoder


@pytest.fixture(scope="module")
def findings(documents: dict[str, str], encoder: Encoder) -> tuple[Finding, ...]:
    loud = documents["noise.yaml"].replace(
        "that dog never stops barking", "the bin men emptied next door's bin not ours"
    )
    wordy = documents["missed_bin.yaml"].replace("Which bin was it?", "Which bin was it " + "that you mean " * 10 + "?")
    services = Catalogue.from_documents({**documents, "noise.yaml": loud, "missed_bin.yaml": wordy}).services
    return check_services(services, Classifier.train(services, encoder), actions={"action_check_missed_bin"})


def of_kind(findings: tuple[Finding, ...], kind: str) -> list[tuple[str, str]]:
    return [(finding.service, finding.where) for finding in findings if finding.kind == kind]


def test_an_example_that_sounds_like_another_service_is_fought_over(findings: tuple[Finding, ...]) -> None:
    assert ("noise", "the bin men emptied next door's bin not ours") in of_kind(findings, "fought_over")


def test_thin_services_are_named_with_what_they_need(findings: tuple[Finding, ...]) -> None:
    assert [service for service, _ in of_kind(findings, "thin")] == ["dead_animal", "missed_bin", "noise", "pothole"]


def test_an_example_that_is_another_one_with_a_word_changed_is_named(
    documents: dict[str, str], encoder: Encoder
) -> None:
    twin = documents["pothole.yaml"].replace("tarmac's gone outside the school", "tarmac's gone outside the church")
    both = twin.replace("    - tarmac's", "    - tarmac's gone outside the school\n    - tarmac's")
    services = Catalogue.from_documents({**documents, "pothole.yaml": both}).services
    found = check_services(services, Classifier.train(services, encoder))
    assert of_kind(found, "copy") == [("pothole", "tarmac's gone outside the church")]


def test_wording_that_is_hard_to_follow_is_named(findings: tuple[Finding, ...]) -> None:
    assert of_kind(findings, "long") == [("missed_bin", "utter_ask_bin_type")]


def test_an_action_that_does_not_exist_is_severe_and_comes_first(findings: tuple[Finding, ...]) -> None:
    assert of_kind(findings, "dead_link") == [("missed_bin", "action")]
    assert findings[0].kind == "dead_link"
    assert findings[0].severe
