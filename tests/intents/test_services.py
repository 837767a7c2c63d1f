"""The services of the sample council: complete, said plainly, and with examples that are worth training on."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest
from rapidfuzz import fuzz

from intents.catalogue import Catalogue
from intents.checks import copies
from intents.examples import OUT_OF_SCOPE, DataSet
from intents.service import Service

SERVICES = Path(__file__).parents[2] / "intents" / "services"
HELD_OUT = Path(__file__).parent / "data" / "heldout.yaml"

CALL_JOURNEYS = (
    "missed_bin",
    "next_collection",
    "bulky_waste",
    "new_bin",
    "assisted_collection",
    "fly_tipping",
    "pothole",
    "street_light",
    "noise",
    "dead_animal",
    "housing_repair",
    "council_tax_move",
)
"""The journeys that are tried from the greeting to the reference."""

DRAMA = re.compile(r"01632 960\d{3}|020 7946 0\d{3}|07700 900\d{3}|0808 157 0\d{3}")
NATIONAL = {
    "0300 123 5000",
    "0300 123 6600",
    "0300 1234 999",
    "0300 111 3000",
    "0300 200 3300",
    "0300 222 0000",
    "0300 790 6801",
    "03457 11 41 41",
    "03457 48 49 50",
    "0345 774 0740",
    "0345 988 1188",
    "0800 023 2023",
    "0800 111 999",
    "0800 144 8848",
    "0800 328 5644",
    "0800 854 440",
    "0808 2000 247",
    "0808 223 1133",
    "0808 808 4000",
    "0871 200 22 33",
}
"""Numbers of national bodies, as they publish them. Every other number must be one reserved for drama."""

_PHONE = re.compile(r"\b0\d[\d ]{7,}\d\b")


@cache
def catalogue() -> Catalogue:
    return Catalogue.load(SERVICES)


def every_service() -> list[Service]:
    """Every service with a file of its own."""
    return [service for service in catalogue().services.values() if not service.listed]


def by_kind(kind: str) -> list[Service]:
    return [service for service in every_service() if service.about.kind == kind]


@cache
def held_out() -> dict[str, list[str]]:
    loaded = DataSet.load(HELD_OUT)
    told: dict[str, list[str]] = {OUT_OF_SCOPE: list(loaded.strays)}
    for text, intent in zip(loaded.texts, loaded.intents, strict=True):
        told.setdefault(intent, []).append(text)
    return told


def same_words(text: str) -> str:
    return " ".join(re.sub(r"[^\w\s']", " ", text.casefold()).split())


def wordings(service: Service) -> list[tuple[str, str]]:
    return [(name, response.text) for name, texts in service.responses.items() for response in texts]


def test_the_sample_council_completes_forty_services_and_answers_eighty_more() -> None:
    kinds = Counter(service.about.kind for service in every_service())
    assert kinds["complete"] >= 40
    assert kinds["answer"] >= 80


@pytest.mark.parametrize("service_id", CALL_JOURNEYS)
def test_a_call_journey_asks_reads_back_acts_and_gives_a_reference(service_id: str) -> None:
    service = catalogue().get(service_id)
    assert service.about.kind == "complete"
    assert service.form.required_slots
    assert service.about.action
    assert service.responses["utter_confirm"]
    assert all("{reference}" in response.text for response in service.responses["utter_done"])


@pytest.mark.parametrize("service", by_kind("complete"), ids=lambda service: service.id)
def test_a_completed_service_has_twenty_five_examples(service: Service) -> None:
    assert len(service.examples) >= 25


@pytest.mark.parametrize("service", by_kind("answer"), ids=lambda service: service.id)
def test_an_answered_service_has_twelve_examples_and_a_page_of_the_council(service: Service) -> None:
    assert len(service.examples) >= 12
    assert service.about.source is not None
    assert service.about.source.url.startswith("https://www.ashcombe.example/")
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", service.about.source.updated)


@pytest.mark.parametrize("service", every_service(), ids=lambda service: service.id)
def test_no_example_is_another_one_with_a_word_changed(service: Service) -> None:
    texts = [same_words(example.text) for example in service.examples]
    alike = [(one, other) for one, other in combinations(texts, 2) if fuzz.ratio(one, other) > 93]
    assert alike == []
    assert list(copies(service)) == []


def test_no_example_stands_in_two_services() -> None:
    owners: dict[str, set[str]] = {}
    for service in every_service():
        for example in service.examples:
            owners.setdefault(same_words(example.text), set()).add(service.id)
    assert {text: ids for text, ids in owners.items() if len(ids) > 1} == {}


@pytest.mark.parametrize("service", every_service(), ids=lambda service: service.id)
def test_everything_that_is_said_can_be_listened_to(service: Service) -> None:
    long = [(name, text) for name, text in wordings(service) if len(text.split()) > 35]
    assert long == []


@pytest.mark.parametrize("service", every_service(), ids=lambda service: service.id)
def test_every_question_has_a_second_way_of_being_asked(service: Service) -> None:
    for slot in service.form.required_slots:
        first, second = service.responses[f"utter_ask_{slot}"]
        assert first.text != second.text


@pytest.mark.parametrize("service", every_service(), ids=lambda service: service.id)
def test_phone_numbers_are_reserved_for_drama_or_those_of_a_national_body(service: Service) -> None:
    said = " ".join(text for _, text in wordings(service))
    wrong = [number for number in _PHONE.findall(said) if not DRAMA.fullmatch(number) and number not in NATIONAL]
    assert wrong == []


def test_utterances_are_held_out_for_every_service() -> None:
    least = {"complete": 6, "answer": 3, "route": 3}
    short = {
        service.id: len(held_out().get(service.id, []))
        for service in every_service()
        if len(held_out().get(service.id, [])) < least[service.about.kind]
    }
    assert short == {}
    assert set(held_out()) == {*(service.id for service in every_service()), OUT_OF_SCOPE}


def test_what_is_held_out_was_never_trained_on() -> None:
    trained = {same_words(example.text) for service in every_service() for example in service.examples}
    names = {same_words(name) for service in every_service() for name in (service.about.title, *service.about.aliases)}
    told = {same_words(text) for texts in held_out().values() for text in texts}
    assert told & (trained | names) == set()
