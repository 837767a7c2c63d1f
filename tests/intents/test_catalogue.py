"""Reading service files: what an admin writes, and what they are told when it cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from intents.catalogue import Catalogue
from intents.errors import ServiceFileError
from intents.service import Example
from tests.intents.conftest import SERVICE


def problems(text: str, **others: str) -> tuple[str, ...]:
    with pytest.raises(ServiceFileError) as caught:
        Catalogue.from_documents({"missed_bin.yaml": text, **others})
    return caught.value.problems


def test_a_service_is_read_with_its_annotations_taken_out(catalogue: Catalogue) -> None:
    service = catalogue.get("missed_bin")
    assert service.examples[1] == Example(
        text="my blue one was not emptied yesterday", entities=(("bin_type", "blue one"), ("date", "yesterday"))
    )
    assert service.synonyms == {"recycling": ("blue one",), "general": ("black one",)}
    assert service.form.required_slots == ("bin_type",)
    assert service.path == "missed_bin.yaml"


def test_services_are_in_the_order_of_their_ids(catalogue: Catalogue) -> None:
    assert list(catalogue.services) == ["dead_animal", "missed_bin", "noise", "pothole"]


def test_a_folder_is_read_with_the_folders_in_it(tmp_path: Path, documents: dict[str, str]) -> None:
    for name, text in documents.items():
        file = tmp_path / "waste" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
    assert len(Catalogue.load(tmp_path)) == len(documents)


def test_an_empty_folder_says_what_was_expected(tmp_path: Path) -> None:
    with pytest.raises(ServiceFileError, match=r"expected a folder with service files"):
        Catalogue.load(tmp_path)


def test_a_file_that_is_not_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "missed_bin.yaml").write_bytes(b"\xff\xfe\x00service")
    with pytest.raises(ServiceFileError, match=r"missed_bin.yaml:1: cannot be read as UTF-8"):
        Catalogue.load(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("kind: complete", "kind: finish", "missed_bin.yaml:6: service.kind: expected 'complete', 'answer' or 'route'"),
        ("  team: Waste\n", "", "missed_bin.yaml:2: service.team: is missing"),
        ("  team: Waste", "  taem: Waste", "missed_bin.yaml:7: service.taem: not a key that is known here"),
        ("[yesterday](date)", "[yesterday](dat)", "missed_bin.yaml:17: the entity 'dat' is not built in"),
        ("[yesterday](date)", "[yesterday(date)", "missed_bin.yaml:17: a bracket without its partner"),
        ("- bins are", "bins are", "missed_bin.yaml:20: expected '- ' and an example, found 'bins are"),
        ("- synonym: general", "- synonym: grey", "missed_bin.yaml:24: synonym 'grey' is not a value of any slot"),
        ("check_needs: [bin_type]", "check_needs: [bin]", "missed_bin.yaml:9: check_needs: 'bin' is not a slot"),
        ("required_slots: [bin_type]", "required_slots: [bin]", "missed_bin.yaml:35: the slot 'bin' is not described"),
        ("missed_bin_form:", "missed_form:", "missed_bin.yaml:34: form: expected 'missed_bin_form'"),
        ("your {bin_type} bin", "your {bin} bin", "missed_bin.yaml:43: utter_confirm: {bin} is neither a slot"),
        ("Shall I go ahead?", "Thank you.", "missed_bin.yaml:43: utter_confirm: expected a yes or no question"),
        ("is {reference}.\n  utter_later", "is ready.\n  utter_later", "missed_bin.yaml:45: utter_done: expected {ref"),
        ("  utter_later:", "  utter_latr:", "missed_bin.yaml:36: responses: 'utter_later' is missing"),
        ("  - text: Was it the", "  - txt: Was it the", "missed_bin.yaml:41: responses.utter_ask_bin_type.1.text: is"),
        ("that was not collected", "word " * 36, "missed_bin.yaml:38: utter_intent: 38 words; at most 35"),
        ("Which bin was it?", "Red, green, blue or grey bin?", "missed_bin.yaml:40: utter_ask_bin_type: more than thr"),
        (
            "utter_outcome_not_due",
            "utter_outcome_late",
            "missed_bin.yaml:36: responses: 'utter_outcome_not_due' is mis",
        ),
        ("id: missed_bin", "id: lost_bin", "missed_bin.yaml:3: service.id: expected the file's name, found 'lost_bin'"),
        (
            "  lgsl: 524",
            "  lgsl: 524\n  lgsl: 525",
            "missed_bin.yaml:6: the key 'lgsl' stands here for the second time",
        ),
    ],
)
def test_a_mistake_is_named_with_its_line(old: str, new: str, expected: str) -> None:
    assert SERVICE.count(old) == 1
    found = problems(SERVICE.replace(old, new))
    assert any(problem.startswith(expected) for problem in found), found


def test_all_mistakes_of_all_files_come_at_once(documents: dict[str, str]) -> None:
    broken = SERVICE.replace("(date)", "(dat)").replace("{next_date}", "{when}")
    found = problems(broken, **{"noise.yaml": "service: [", "pothole.yaml": documents["pothole.yaml"] + "x: 1\n"})
    assert [problem.split(":")[0] for problem in found] == [
        "missed_bin.yaml",
        "missed_bin.yaml",
        "noise.yaml",
        "pothole.yaml",
    ]


def test_the_same_example_in_two_services_is_named_in_the_second(documents: dict[str, str]) -> None:
    twin = documents["pothole.yaml"].replace("tarmac's gone outside the school", "You lot have left my bin again!")
    found = problems(SERVICE, **{"pothole.yaml": twin})
    assert found == ("pothole.yaml:9: this example stands at missed_bin.yaml:16 already",)


def test_an_id_that_is_taken_is_named() -> None:
    found = problems(SERVICE, **{"more/missed_bin.yaml": SERVICE})
    assert "more/missed_bin.yaml:3: service.id: 'missed_bin' is taken by missed_bin.yaml" in found


@pytest.mark.parametrize("text", ["", "[]", "a: &x [1]\nb: *x", "\x00", "- " * 500, "service: {id: 5}", "just words"])
def test_what_is_no_service_at_all_is_refused_in_words(text: str) -> None:
    assert all(problem.startswith("missed_bin.yaml:") for problem in problems(text))


def test_an_answer_needs_its_source_and_a_route_its_wording(documents: dict[str, str]) -> None:
    answer = documents["noise.yaml"].replace("kind: route", "kind: answer")
    found = problems(SERVICE, **{"noise.yaml": answer})
    assert any("kind answer needs its `source:`" in problem for problem in found)
    assert any("'utter_answer' is missing" in problem for problem in found)


def test_the_described_format_is_a_service(documents: dict[str, str]) -> None:
    guide = (Path(__file__).parents[2] / "intents" / "services" / "README.md").read_text(encoding="utf-8")
    example = guide.split("```yaml\n")[1].split("```")[0]
    assert Catalogue.from_documents({"missed_bin.yaml": example}).get("missed_bin").about.lgsl == 524
