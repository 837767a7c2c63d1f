"""The safety net on what callers say: every danger is found, and what only sounds like one is left alone."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from intents.card_number import hidden
from intents.document import Document, read
from intents.errors import ServiceFileError
from intents.safety import Safety, normal
from intents.safety_file import read_entries

ROOT = Path(__file__).parents[2]
CLINC = Path(os.environ.get("TOWNLINE_DATA", "data")) / "clinc150" / "train_val.json"
PHRASINGS = Path(__file__).with_name("safety_phrasings.yaml")


def phrasings() -> list[tuple[str, str]]:
    document = read(PHRASINGS.name, PHRASINGS.read_text(encoding="utf-8"))
    assert isinstance(document, Document)
    assert isinstance(document.data, dict)
    pairs = []
    for entry, texts in document.data.items():
        assert isinstance(texts, list)
        pairs += [(entry, str(text)) for text in texts]
    return pairs


@pytest.fixture(scope="module")
def safety() -> Safety:
    return Safety.load(ROOT / "intents" / "safety.yaml")


@pytest.mark.parametrize(("entry", "text"), phrasings())
def test_danger_fires_and_what_only_sounds_like_it_does_not(safety: Safety, entry: str, text: str) -> None:
    assert (safety.check(text) is None) == (entry == "none")


def test_nearly_every_phrasing_fires_the_entry_that_is_meant(safety: Safety) -> None:
    found = [(entry, safety.check(text)) for entry, text in phrasings() if entry != "none"]
    assert sum(danger is not None and danger.entry == entry for entry, danger in found) >= 0.95 * len(found)


def test_every_entry_has_phrasings_of_its_own(safety: Safety) -> None:
    assert set(safety.entries) | {"none"} == {entry for entry, _ in phrasings()}


@pytest.mark.parametrize("text", ["I CAN SMELL GAS!!!", "um, I can, er, smell some gas", "i can smell gas " * 600])
def test_case_fillers_and_length_do_not_hide_a_danger(safety: Safety, text: str) -> None:
    danger = safety.check(text)
    assert danger is not None
    assert danger.entry == "gas"


@pytest.mark.parametrize("text", ["", " ", "🙂🙂", "\x00\x07", "ß" * 10_000, "a " * 5_000, "my " * 3_000 + "gas"])
def test_odd_input_neither_fails_nor_fires(safety: Safety, text: str) -> None:
    assert safety.check(text) is None


def test_life_and_limb_comes_before_anything_else_in_the_same_breath(safety: Safety) -> None:
    danger = safety.check("there's black mould and also the kitchen is on fire")
    assert danger is not None
    assert danger.entry == "fire"


def test_a_danger_beside_a_look_alike_is_still_found(safety: Safety) -> None:
    danger = safety.check("I rang about my gas bill but now I can smell gas")
    assert danger is not None
    assert danger.entry == "gas"


def test_damp_starts_the_clock_of_ten_working_days_and_lets_the_repair_go_on(safety: Safety) -> None:
    danger = safety.check("there's black mould in the baby's room")
    assert danger is not None
    assert (danger.hazard, danger.due_working_days, danger.fetch_person) == ("Damp and mould", 10, False)


def test_suicide_gives_the_number_and_fetches_a_person(safety: Safety) -> None:
    danger = safety.check("I just want to end it all")
    assert danger is not None
    assert "116 123" in danger.say
    assert danger.fetch_person


def test_what_fired_never_holds_the_digits_of_a_card(safety: Safety) -> None:
    danger = safety.check("yes it's four nine two nine 1234 5678 9012")
    assert danger is not None
    assert danger.entry == "card_number"
    assert not any(character.isdigit() for character in danger.matched)


@pytest.mark.parametrize("rest", ["", " 09 28 123", " expires oh nine twenty eight and it's one two three"])
def test_a_card_number_is_found_and_hidden_with_what_follows_it(safety: Safety, rest: str) -> None:
    text = f"right it's 4242 4242 4242 4242{rest}"
    danger = safety.check(text)
    assert danger is not None
    assert danger.entry == "card_number"
    assert "4242" not in hidden(text)


def test_words_are_compared_without_case_punctuation_or_apostrophes() -> None:
    assert normal("He’s GONE — it's 9 o'clock!") == "hes gone its 9 oclock"


def test_a_part_is_filled_in_and_one_that_is_missing_is_named(tmp_path: Path) -> None:
    file = tmp_path / "safety.yaml"
    entry = "- {id: bees, say: Keep away., record: Bees, patterns: ['{flying} .. angry']}\n"
    file.write_text("parts: {flying: (bees|wasps)}\nentries:\n" + entry)
    danger = Safety.load(file).check("the wasps are very angry")
    assert danger is not None
    assert danger.entry == "bees"
    file.write_text("entries:\n" + entry)
    with pytest.raises(ServiceFileError, match=r"safety\.yaml:2: .*'flying'"):
        Safety.load(file)


def test_an_entry_that_stops_the_call_has_something_to_say(tmp_path: Path) -> None:
    file = tmp_path / "safety.yaml"
    file.write_text("entries:\n- {id: bees, record: Bees, patterns: [bees]}\n")
    with pytest.raises(ServiceFileError, match="say"):
        Safety.load(file)


def test_danger_in_another_way_of_hearing_is_worth_a_question(safety: Safety) -> None:
    heard, other = "my husband has clapped", "my husband has collapsed"
    assert safety.check(heard) is None
    found = safety.check(heard, (heard, other))
    assert found is not None
    assert (found.entry, found.suspected) == ("medical", True)
    certain = safety.check(other, (heard,))
    assert certain is not None
    assert not certain.suspected


def test_what_may_be_danger_is_only_suspected_and_asked_about(safety: Safety) -> None:
    danger = safety.check("I'd like to order a large pizza please")
    assert danger is not None
    assert (danger.entry, danger.suspected) == ("domestic_abuse", True)
    assert danger.ask.endswith("?")


def test_whoever_is_fetched_a_person_may_be_asked_about_it_first() -> None:
    fetched = {entry.id: entry for entry, *_ in read_entries(ROOT / "intents" / "safety.yaml") if entry.fetch_person}
    assert fetched.keys() >= {"suicide", "child_at_risk", "domestic_abuse", "homeless_tonight"}
    assert all(entry.ask.endswith("?") for entry in fetched.values())


def test_a_broken_file_names_every_problem_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "safety.yaml"
    file.write_text(
        "entries:\n"
        "- id: fire\n"
        "  say: Get out.\n"
        "  record: Fire\n"
        "  patterns:\n"
        "  - '(fire'\n"
        "- id: gas\n"
        "  say: Get out.\n"
        "  record: Gas\n"
        "  unless: ['[']\n"
    )
    with pytest.raises(ServiceFileError) as caught:
        Safety.load(file)
    assert [problem.split(": ")[0] for problem in caught.value.problems] == ["safety.yaml:6", "safety.yaml:10"]


def test_false_alarms_over_a_public_data_set_stay_below_half_a_percent(safety: Safety) -> None:
    if not CLINC.is_file():
        pytest.skip("CLINC150 is not here; TOWNLINE_DATA names the folder that holds clinc150/")
    texts = [text for part in json.loads(CLINC.read_text()).values() for text, _ in part]
    alarms = [text for text in texts if safety.check(text)]
    assert len(alarms) / len(texts) < 0.005
