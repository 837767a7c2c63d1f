from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

import intents
from intents.gazetteer import Gazetteer
from intents.places import GazetteerError


@pytest.fixture(scope="module")
def ashcombe() -> Gazetteer:
    return Gazetteer.load(Path(intents.__file__).parent / "ashcombe")


def test_ashcombe_is_a_dense_council(ashcombe: Gazetteer) -> None:
    assert len(ashcombe.addresses) > 4_500
    assert len(ashcombe.streets) >= 60
    assert len({address.uprn for address in ashcombe.addresses}) == len(ashcombe.addresses)
    assert all(len(ashcombe.at_postcode(code)) >= 10 or code for code in ashcombe.postcodes)
    assert all(code.startswith(("QA1", "QA2", "QA3", "QA4")) for code in ashcombe.postcodes)


def test_a_postcode_is_found_however_it_is_spaced(ashcombe: Gazetteer) -> None:
    assert ashcombe.at_postcode("qa14tb") == ashcombe.at_postcode("QA1 4TB") != ()
    assert ashcombe.at_postcode("ZZ9 9ZZ") == ()


def test_confusable_streets_are_ranked(ashcombe: Gazetteer) -> None:
    matches = ashcombe.street("mel lane")
    assert matches[0].street.name == "Mill Lane"
    assert "Hill Lane" in {match.street.name for match in matches}
    assert sum(match.probability for match in matches) < 1


def test_every_round_has_a_next_collection_within_a_fortnight(ashcombe: Gazetteer) -> None:
    today = date(2026, 11, 24)
    for collection in ashcombe.rounds(ashcombe.addresses[0]):
        due = collection.next_from(today)
        assert today <= due < today + timedelta(days=14)
        assert collection.falls_on(due)
        assert not collection.falls_on(due + timedelta(days=1))


def test_alternate_weeks_alternate(ashcombe: Gazetteer) -> None:
    refuse = next(c for c in ashcombe.rounds(ashcombe.addresses[0]) if c.bin == "refuse")
    due = refuse.next_from(date(2026, 11, 24))
    assert refuse.next_from(due + timedelta(days=1)) == due + timedelta(days=14)


def test_every_broken_line_is_reported_at_once(tmp_path: Path) -> None:
    (tmp_path / "streets.csv").write_text("usrn,name,ward\nabc,Mill Lane,Castle\n12345678,High Street,Castle\n")
    (tmp_path / "addresses.csv").write_text(
        "uprn,flat,name,number,usrn,postcode,tenure,round\n"
        "1,,,1,12345678,QA1 4TB,private,R01\n"
        "x,,,2,12345678,QA1 4TB,private,R01\n"
        "3,,,3,12345678,nonsense,private,R01\n"
        "4,,,4,99999999,QA1 4TB,private,R01\n"
    )
    with pytest.raises(GazetteerError) as caught:
        Gazetteer.load(tmp_path)
    assert [problem.split(": ")[0] for problem in caught.value.problems] == [
        "streets.csv:2",
        "addresses.csv:3",
        "addresses.csv:4",
        "addresses.csv:5",
    ]


def test_a_folder_without_files_is_one_error_that_names_them(tmp_path: Path) -> None:
    with pytest.raises(GazetteerError, match=r"streets\.csv"):
        Gazetteer.load(tmp_path)
