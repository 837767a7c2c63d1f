from __future__ import annotations

import pytest

from intents.entities.completeness import completeness


@pytest.mark.parametrize(
    ("said", "entity", "low", "high"),
    [
        ("Q A one", "postcode", 0.0, 0.1),
        ("Q A one four T B", "postcode", 0.9, 1.0),
        ("QA1 4TB", "postcode", 0.9, 1.0),
        ("yes", "yes_no", 0.98, 1.0),
        ("no", "yes_no", 0.7, 0.85),
        ("fourteen", "address", 0.05, 0.3),
        ("fourteen Mill Lane", "address", 0.9, 1.0),
        ("it's um", None, 0.0, 0.05),
        ("the", "bin_type", 0.0, 0.05),
        ("the blue one", "bin_type", 0.85, 1.0),
        ("oh seven seven double", "phone", 0.0, 0.05),
        ("oh seven seven double oh", "phone", 0.0, 0.1),
        ("07700 900 123", "phone", 0.9, 1.0),
        ("john at gmail", "email", 0.0, 0.2),
        ("john at gmail dot com", "email", 0.9, 1.0),
        ("my bin was missed and", None, 0.0, 0.05),
        ("the twenty", "date", 0.0, 0.2),
        ("last Monday", "date", 0.8, 1.0),
        ("", "yes_no", 0.0, 0.0),
        ("Yeah, I think so.", "yes_no", 0.9, 1.0),
        ("I think...", "number", 0.0, 0.2),
        ("The green?", "bin_type", 0.4, 0.65),
        ("Park Road", "location", 0.5, 0.7),
        ("Park Road, outside number six.", "location", 0.85, 1.0),
        ("Q1 for TB.", "postcode", 0.5, 0.7),
        ("have passed", "time", 0.2, 0.5),
        ("half past ten", "time", 0.85, 1.0),
        ("2,", "number", 0.85, 1.0),
        ("It's number 12, The Crescent,", "address", 0.85, 1.0),
        ("Number 12,", "address", 0.0, 0.2),
        ("Station Road,", "location", 0.0, 0.2),
        ("No,", "yes_no", 0.0, 0.2),
        ("I don't know.", "reference", 0.9, 1.0),
        ("No thank you", "phone", 0.9, 1.0),
        ("no", "phone", 0.9, 1.0),
        ("No. 4", "address", 0.0, 0.3),
    ],
)
def test_a_finished_answer_is_told_from_half_of_one(said: str, entity: str | None, low: float, high: float) -> None:
    assert low <= completeness(said, entity) <= high
