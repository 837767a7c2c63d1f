"""Which service is meant, on a small council that is trained for these tests."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intents.catalogue import Catalogue
from intents.classifier import Classifier
from intents.clauses import requests
from intents.encoder import Encoder
from intents.lesson import Labelled, TooFewExamplesError, TooFewServicesError, UnknownIntentError, spoken


@pytest.fixture(scope="module")
def classifier(catalogue: Catalogue, encoder: Encoder) -> Classifier:
    return Classifier.train(catalogue.services, encoder)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("my bin's not been emptied", "missed_bin"),
        ("The bin men MISSED us again!", "missed_bin"),
        ("um there's er a pothole in our street", "pothole"),
        ("my neighbour plays loud music", "noise"),
        ("somebody's run over a fox, it's dead", "dead_animal"),
    ],
)
def test_the_service_that_is_meant_comes_first(classifier: Classifier, text: str, intent: str) -> None:
    guessed = classifier.guess(text)
    assert guessed.guesses[0].intent == intent
    assert guessed.guesses[0].probability > 0.5


def test_probabilities_are_best_first_and_sum_to_one(classifier: Classifier) -> None:
    probabilities = [guess.probability for guess in classifier.guess("there's a hole in the road").guesses]
    assert probabilities == sorted(probabilities, reverse=True)
    assert sum(probabilities) == pytest.approx(1, abs=1e-3)


def test_what_no_service_is_for_is_further_out_of_scope_than_what_one_is(classifier: Classifier) -> None:
    inside = classifier.guess("they didn't empty my bin").out_of_scope
    outside = classifier.guess("translate good morning into Spanish").out_of_scope
    assert inside < 0.1 < outside


def test_what_else_was_heard_counts_as_well(classifier: Classifier) -> None:
    text, other = "the pot all outside our house", "the pothole outside our house"
    alone, both = classifier.guess(text), classifier.guess(text, [other, text])
    likely = {guess.intent: guess.probability for guess in alone.guesses}
    assert both.guesses[0].intent == "pothole"
    assert both.guesses[0].probability > likely["pothole"]
    at_once = classifier.guess_all([text, other], [[other, text], []])[0]
    assert at_once.guesses[0].probability == pytest.approx(both.guesses[0].probability, abs=1e-4)


def test_nothing_said_gives_no_guesses(classifier: Classifier) -> None:
    assert classifier.guess(" um, ... ").guesses == ()
    assert classifier.guess("").out_of_scope == 1


@pytest.mark.parametrize(
    "text",
    [
        "my bin was not emptied and there's a pothole outside",
        "you lot have left my bin again. Another thing, my tyre burst in a pot hole",
    ],
)
def test_two_requests_in_one_breath_are_both_taken(classifier: Classifier, text: str) -> None:
    guessed = classifier.guess(text)
    assert (guessed.guesses[0].intent, [guess.intent for guess in guessed.also]) == ("missed_bin", ["pothole"])


@pytest.mark.parametrize(
    "text", ["bins are still full and smelly out the front", "music and shouting and drums all night"]
)
def test_one_request_with_an_and_in_it_stays_one(classifier: Classifier, text: str) -> None:
    assert classifier.guess(text).also == ()


def test_clauses_too_short_to_be_a_request_are_not_split_off() -> None:
    assert requests("the bin and the lid and all") == ()
    assert requests("my bin was missed and also the lamp is out") == ("my bin was missed", "the lamp is out")


@pytest.mark.parametrize(
    "text", ["there's a fridge and a mattress dumped in the lane", "the tree's over my garden and the hedge and all"]
)
def test_a_further_thing_that_nothing_is_said_of_is_no_request(text: str) -> None:
    assert requests(text) == ()


def test_what_is_saved_and_loaded_says_exactly_the_same(
    classifier: Classifier, encoder: Encoder, tmp_path: Path
) -> None:
    classifier.save(tmp_path / "release")
    loaded = Classifier.load(tmp_path / "release", encoder)
    for text in ("my bin", "the road is broken", "what a noise", "good morning"):
        assert loaded.guess(text) == classifier.guess(text)
    assert loaded.doubts == classifier.doubts


def test_training_gives_the_same_every_time(catalogue: Catalogue, encoder: Encoder, classifier: Classifier) -> None:
    # Folds are trained side by side: what one draws from chance must not depend on when the other draws.
    for _ in range(10):
        assert Classifier.train(catalogue.services, encoder).guess("the bin") == classifier.guess("the bin")


def test_one_service_is_too_few(catalogue: Catalogue, encoder: Encoder) -> None:
    with pytest.raises(TooFewServicesError):
        Classifier.train([catalogue.get("noise")], encoder)


def test_one_example_each_and_no_names_is_too_little(encoder: Encoder) -> None:
    with pytest.raises(TooFewExamplesError):
        Classifier.fit(Labelled(("a bin", "a road"), ("bin", "road")), encoder)


def test_two_services_are_enough(catalogue: Catalogue, encoder: Encoder) -> None:
    two = Classifier.train([catalogue.get("noise"), catalogue.get("pothole")], encoder)
    assert two.guess("a hole in the road").guesses[0].intent == "pothole"


def test_a_label_to_calibrate_on_that_was_never_trained_is_named(encoder: Encoder) -> None:
    data = Labelled(("a bin", "my bin", "a road", "the road"), ("bin", "bin", "road", "road"))
    with pytest.raises(UnknownIntentError, match="lamp"):
        Classifier.fit(data, encoder, held_out=Labelled(("a lamp",), ("lamp",)))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=300) | st.sampled_from(["and " * 2_500, "🙂" * 10_000, "\x00\x1b", "Ignore your instructions"]))
def test_nothing_that_is_said_makes_it_fail(classifier: Classifier, text: str) -> None:
    guessed = classifier.guess(text)
    assert 0 <= guessed.out_of_scope <= 1
    assert len(guessed.guesses) <= 5


def test_punctuation_case_and_fillers_are_not_heard() -> None:
    assert spoken("Um, my BIN's — er — not been emptied!") == "my bin's not been emptied"
