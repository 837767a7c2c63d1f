from __future__ import annotations

from pathlib import Path

import pytest

from desk.service_form import read, write

FOLDER = Path(__file__).resolve().parents[2] / "intents" / "services"
OF_ALL = {"directory", "responsibility"}
"""Not about one service, and in no form."""
SERVICES = sorted(file for file in FOLDER.glob("*.yaml") if file.stem not in OF_ALL)
MISSED_BIN = next(file for file in SERVICES if file.stem == "missed_bin").read_text(encoding="utf-8")


@pytest.mark.parametrize("file", SERVICES, ids=lambda file: file.stem)
def test_saving_a_form_that_was_not_touched_changes_nothing(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert write(text, {field.id: field.value for field in read(text)}) == text


def test_a_wording_is_replaced_and_the_rest_stays() -> None:
    written = write(
        MISSED_BIN, {"responses.utter_ask_bin_type": "Which bin, please?\r\n\r\n  Rubbish or   recycling? "}
    )
    assert "  - text: Which bin, please?\n  - text: Rubbish or recycling?\n" in written
    assert written.splitlines()[:20] == MISSED_BIN.splitlines()[:20]


def test_examples_keep_their_marks() -> None:
    written = write(MISSED_BIN, {"nlu.0": "my [blue bin](bin_type) is full\nnobody came: again"})
    assert "  examples: |\n    - my [blue bin](bin_type) is full\n    - nobody came: again\n" in written


def test_a_notice_is_put_in_and_taken_out_again() -> None:
    with_notice = write(MISSED_BIN, {"notice": "Sorry: we are late."})
    assert next(field for field in read(with_notice) if field.id == "notice").value == "Sorry: we are late."
    assert write(with_notice, {"notice": ""}) == MISSED_BIN


def test_what_is_not_in_the_form_cannot_be_changed() -> None:
    assert write(MISSED_BIN, {"id": "other", "action": "action_delete_everything", "csrf": "x"}) == MISSED_BIN


def test_fields_are_named_in_plain_words() -> None:
    labels = {field.id: field.label for field in read(MISSED_BIN)}
    assert labels["responses.utter_ask_bin_type"] == "Question: bin type"
    assert labels["responses.utter_outcome_not_due"] == "When the look-up says: not due"
