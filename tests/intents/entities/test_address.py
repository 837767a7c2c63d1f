from __future__ import annotations

import pytest

from intents.entities.address import read_address, read_house, read_street
from intents.entities.location import read_location
from intents.gazetteer import Gazetteer


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ("14 Mill Lane", "14 Mill Lane"),
        ("number 40 mill lane", "40 Mill Lane"),
        ("it's fourteen, Hill Lane", "14 Hill Lane"),
        ("I live at number 8 on the crescent", "8 The Crescent"),
        ("forty two saint johns road", "42 St John's Road"),
        ("twenty two the High Street", "22 High Street"),
        ("flat four, nightingale court", "Flat 4, Nightingale Court, Monks Way"),
        ("7 St Marks Road", "7 St Mark's Road"),
        ("one oh two kings way", "102 Kingsway"),
        ("14 Mill Lane, QA1 4TB", "14 Mill Lane"),
        ("3b mill lane", "3B Mill Lane"),
        ("three B, Mill Lane", "3B Mill Lane"),
    ],
)
def test_an_address_reaches_its_uprn(gazetteer: Gazetteer, said: str, line: str) -> None:
    (value,) = read_address(said, gazetteer, expected=True)
    address = gazetteer.by_uprn(value.value)
    assert address is not None
    assert (address.line, value.spoken) == (line, line)
    assert value.probability < 0.99


@pytest.mark.parametrize(
    ("said", "line"),
    [("fourteen", "14 Mill Lane"), ("number 4", "4 Mill Lane"), ("the old forge", "The Old Forge, Mill Lane")],
)
def test_a_number_or_a_name_is_enough_once_the_postcode_is_known(gazetteer: Gazetteer, said: str, line: str) -> None:
    (value,) = read_address(said, gazetteer, expected=True, postcode="QA1 4TB")
    assert value.spoken == line


def test_a_number_that_may_be_several_doors_offers_them(gazetteer: Gazetteer) -> None:
    (value,) = read_address("three", gazetteer, expected=True, postcode="QA1 4TB")
    assert {value.spoken, *(other.spoken for other in value.alternatives)} == {
        "3A Mill Lane",
        "3B Mill Lane",
        "3C Mill Lane",
    }
    assert value.probability < 0.5


def test_a_street_without_its_kind_leaves_the_choice_open(gazetteer: Gazetteer) -> None:
    (value,) = read_address("14 mill", gazetteer, expected=True)
    assert value.probability < 0.5
    assert {"14 Mill Lane", "14 Mill Road"} <= {value.spoken, *(other.spoken for other in value.alternatives)}


@pytest.mark.parametrize("said", ["999 Mill Lane", "my bin was missed", "fourteen", "yes"])
def test_no_address_is_made_up(gazetteer: Gazetteer, said: str) -> None:
    assert read_address(said, gazetteer, expected=True) == ()


def test_nearly_every_address_is_found_by_its_own_words(gazetteer: Gazetteer) -> None:
    sample = gazetteer.addresses[::41]
    found = [gazetteer.find(address.line, address.postcode) for address in sample]
    right = sum(bool(c) and c[0].address == a for c, a in zip(found, sample, strict=True))
    assert right >= 0.98 * len(sample)


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ("flat 2, I'm above the chemist", "Flat 2, 58 High Street"),
        ("it's flat three over the chemist's on the high street", "Flat 3, 58 High Street"),
    ],
)
def test_a_flat_above_a_place_that_everybody_knows_is_found(gazetteer: Gazetteer, said: str, line: str) -> None:
    assert read_address(said, gazetteer, expected=True)[0].spoken == line


def test_who_says_only_above_the_chemist_has_the_flats_there_to_choose_from(gazetteer: Gazetteer) -> None:
    (value,) = read_address("I live above the chemist", gazetteer, expected=True)
    assert value.probability < 0.5
    assert {"58 High Street" in other.spoken for other in (value, *value.alternatives)} == {True}
    assert read_address("14 High Street, above the chemist", gazetteer, expected=True)[0].spoken == "14 High Street"
    assert read_address("opposite the chemist", gazetteer, expected=True) == ()
    assert read_address("the flat above the town hall", gazetteer, expected=True) == ()


def test_streets_are_named_in_passing(gazetteer: Gazetteer) -> None:
    found = read_street("the drain on mill rode by the hill lane end", gazetteer, expected=False)
    assert [value.spoken for value in found] == ["Mill Road", "Hill Lane"]


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ("there's a pothole outside 14 Mill Lane", "outside 14 Mill Lane"),
        ("it's on the corner of mill lane and the high street", "the corner of Mill Lane and High Street"),
        ("opposite the chemist", "opposite the chemist"),
        ("behind the town hall", "behind the town hall"),
        ("on Kingsway", "on Kingsway"),
        ("near St Mark's Church", "near St Mark's Church"),
    ],
)
def test_places_outdoors_come_with_a_street(gazetteer: Gazetteer, said: str, where: str) -> None:
    (value,) = read_location(said, gazetteer, expected=True)
    assert value.spoken == where
    assert value.value.rpartition(", USRN ")[2] in gazetteer.by_usrn


def test_a_place_that_is_not_known_is_kept_as_it_was_said_and_unsure(gazetteer: Gazetteer) -> None:
    (value,) = read_location("the alley behind the shops", gazetteer, expected=True)
    assert (value.value, value.probability < 0.5) == ("the alley behind the shops", True)


@pytest.mark.parametrize(("said", "line"), [("no, number fourteen", "14 Mill Lane"), ("it's 3b", "3B Mill Lane")])
def test_another_number_is_on_the_street_of_the_address_before(gazetteer: Gazetteer, said: str, line: str) -> None:
    (four,) = read_address("4 Mill Lane", gazetteer, expected=True)
    (value,) = read_house(said, gazetteer, four.value)
    found = gazetteer.by_uprn(value.value)
    assert found is not None
    assert found.line == line


@pytest.mark.parametrize("said", ["no", "it was two weeks ago", "number four", "no, 14 Hill Lane", "the blue one"])
def test_what_gives_no_other_number_is_no_other_house(gazetteer: Gazetteer, said: str) -> None:
    (four,) = read_address("4 Mill Lane", gazetteer, expected=True)
    assert read_house(said, gazetteer, four.value) == ()
