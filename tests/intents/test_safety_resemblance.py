"""The second look: what danger sounds like in words that no rule has."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent import models
from agent.settings import ROOT
from intents.encoder import Encoder
from intents.errors import ServiceFileError
from intents.safety import Safety
from intents.safety_evaluation import evaluate_safety, load_phrasings
from intents.safety_resemblance import Examples, Resemblance

EXAMPLES = ROOT / "intents" / "safety_examples.yaml"


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder(models.path("minilm"))


@pytest.fixture(scope="module")
def examples() -> Examples:
    return Examples.load(EXAMPLES, calm=("when is my bin day", "I want to pay my council tax", "is the pool open"))


@pytest.fixture(scope="module")
def resemblance(examples: Examples, encoder: Encoder) -> Resemblance:
    return Resemblance.learn(examples, encoder)


def test_what_no_rule_has_words_for_is_suspected_and_never_certain(resemblance: Resemblance) -> None:
    rules = Safety.load(ROOT / "intents" / "safety.yaml")
    text = "we've been together twelve years and I can't take the beatings"
    assert rules.check(text) is None
    danger = rules.with_second_look(resemblance).check(text)
    assert danger is not None
    assert danger.suspected
    assert danger.ask.endswith("?")


@pytest.mark.parametrize("text", ["when is my bin day", "yes please", "no", "", "number twelve", "🙂 🙂 🙂"])
def test_calm_utterances_resemble_nothing(resemblance: Resemblance, text: str) -> None:
    assert resemblance.entry(text) is None


def test_danger_is_found_in_the_middle_of_a_long_story(resemblance: Resemblance) -> None:
    story = "I was ringing about my recycling which they left again on Tuesday and the lid is cracked as well " * 2
    danger = "and I have been thinking that I do not want to be alive any more and everybody would be better off "
    assert resemblance.entry(story + danger + story) == "suicide"


def test_danger_that_somebody_else_has_worded_is_caught(resemblance: Resemblance) -> None:
    """On 242 phrasings that neither rules nor examples were made from; the bar is below what was measured on them."""
    net = Safety.load(ROOT / "intents" / "safety.yaml").with_second_look(resemblance)
    report = evaluate_safety(net, load_phrasings(Path(__file__).with_name("safety_independent.yaml")), ())
    assert report.recall is not None
    assert report.recall >= 0.85


def test_what_was_learnt_is_kept_until_the_examples_change(
    examples: Examples, encoder: Encoder, tmp_path: Path
) -> None:
    folder = tmp_path / "kept"
    few = Examples(examples.texts[:40], examples.entries[:40], examples.calm[:60])
    first = Resemblance.learnt(few, encoder, folder)
    (file,) = folder.iterdir()
    written = file.stat().st_mtime_ns
    said = ["the kitchen is burning", "when is my bin day"]
    vectors = encoder.embed(said)
    assert (Resemblance.learnt(few, encoder, folder).margins(said, vectors) == first.margins(said, vectors)).all()
    assert file.stat().st_mtime_ns == written
    Resemblance.learnt(Examples(few.texts, few.entries, (*few.calm, "where is the library")), encoder, folder)
    assert len(list(folder.iterdir())) == 2
    file.write_bytes(b"damaged")
    assert (Resemblance.learnt(few, encoder, folder).margins(said, vectors) == first.margins(said, vectors)).all()


def test_a_folder_that_cannot_be_written_does_not_stand_in_the_way(encoder: Encoder, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    few = Examples(("it burns", "the house is on fire"), ("fire", "fire"), ("when is bin day", "where is the pool"))
    made = Resemblance.learnt(few, encoder, tmp_path / "file")
    assert made.margins(["it burns"], encoder.embed(["it burns"]))[0] > 0


def test_a_file_without_lists_is_said_to_be_wrong(tmp_path: Path) -> None:
    (tmp_path / "examples.yaml").write_text("fire: it burns\n")
    with pytest.raises(ServiceFileError, match="expected"):
        Examples.load(tmp_path / "examples.yaml")


def test_which_danger_it_is_is_told_by_the_words(resemblance: Resemblance) -> None:
    """The question that a look-alike costs must be about the danger that is meant."""
    phrasings = load_phrasings(Path(__file__).with_name("safety_independent.yaml"))
    net = Safety.load(ROOT / "intents" / "safety.yaml").with_second_look(resemblance)
    report = evaluate_safety(net, phrasings, ())
    assert report.right_entry is not None
    assert report.right_entry >= 0.8
