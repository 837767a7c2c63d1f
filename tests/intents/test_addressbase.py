from __future__ import annotations

from pathlib import Path

import pytest

from intents.addressbase import PUBLISHED_ORDER
from intents.gazetteer import Gazetteer
from intents.places import GazetteerError

HEADER = "UPRN,SUB_BUILDING_NAME,BUILDING_NAME,BUILDING_NUMBER,STREET_DESCRIPTION,POSTCODE_LOCATOR,USRN,WARD_NAME\n"


def test_addressbase_becomes_our_own_files(tmp_path: Path) -> None:
    source = tmp_path / "abp.csv"
    source.write_text(
        HEADER
        + "100900000001,,,14,MILL LANE,QA1 4TB,45900001,CASTLE\n"
        + "100900000002,FLAT 2,SYCAMORE HOUSE,,ST JOHN'S ROAD,QA14TA,45900002,CASTLE\n"
        + "100900000003,,,,,,45900002,CASTLE\n"
    )
    done = Gazetteer.import_addressbase(source, tmp_path / "out")
    gazetteer = Gazetteer.load(tmp_path / "out")
    assert (done.addresses, done.streets, done.left) == (2, 2, 1)
    assert [address.text for address in gazetteer.addresses] == [
        "14 Mill Lane, QA1 4TB",
        "Flat 2, Sycamore House, St John's Road, QA1 4TA",
    ]
    assert gazetteer.find("flat two sycamore house")[0].address.uprn == "100900000002"


def test_tenure_and_round_of_a_known_address_are_kept(tmp_path: Path) -> None:
    source, out = tmp_path / "abp.csv", tmp_path / "out"
    source.write_text(HEADER + "1,,,14,MILL LANE,QA1 4TB,45900001,CASTLE\n")
    Gazetteer.import_addressbase(source, out)
    written = (out / "addresses.csv").read_text()
    (out / "addresses.csv").write_text(written.replace("private,", "council,R03"))
    Gazetteer.import_addressbase(source, out)
    (address,) = Gazetteer.load(out).addresses
    assert (address.tenure, address.round) == ("council", "R03")


def test_broken_rows_are_all_named_and_nothing_is_written(tmp_path: Path) -> None:
    source = tmp_path / "abp.csv"
    source.write_text(HEADER + "x,,,14,MILL LANE,QA1 4TB,45900001,\n2,,,14,MILL LANE,QA14,45900001,\n")
    with pytest.raises(GazetteerError) as caught:
        Gazetteer.import_addressbase(source, tmp_path / "out")
    assert [problem.split(": ")[0] for problem in caught.value.problems] == ["abp.csv:2", "abp.csv:3"]
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("content", ["", "a,b\n1,2\n", HEADER])
def test_a_file_that_is_not_addressbase_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "abp.csv").write_text(content)
    with pytest.raises(GazetteerError):
        Gazetteer.import_addressbase(tmp_path / "abp.csv", tmp_path / "out")


def test_the_councils_own_parts_stand_in_where_royal_mail_has_none(tmp_path: Path) -> None:
    source = tmp_path / "abp.csv"
    columns = (
        "uprn,change_type,sub_building_name,building_name,building_number,sao_start_number,sao_start_suffix,"
        "pao_start_number,pao_start_suffix,pao_text,usrn,street_description,postcode_locator,ward_code\r\n"
    )
    source.write_bytes(
        b"\xef\xbb\xbf"
        + (
            columns
            + "000900000001,I,,,,2,A,14,B,,45900001,MILL LANE,QA1 4TB,W01\r\n"
            + "900000002,I,,14A,,,,,,,45900001,MILL LANE,QA1 4TB,W01\r\n"
            + "900000003,U,,,,,,,,THE OLD FORGE,45900001,MILL LANE,qa1 4tb,W01\r\n"
            + "900000004,D,,,16,,,,,,45900001,MILL LANE,QA1 4TB,W01\r\n"
            + "900000005,I,,,,,,,,,45900001,MILL LANE,QA1 4TB,W01\r\n"
        ).encode()
    )
    done = Gazetteer.import_addressbase(source, tmp_path / "out")
    assert (done.addresses, done.left) == (3, 2)
    lines = [address.line for address in Gazetteer.load(tmp_path / "out").addresses]
    assert lines == ["Flat 2A, 14B Mill Lane", "14A Mill Lane", "The Old Forge, Mill Lane"]


def test_a_file_as_it_is_delivered_has_no_names_in_it(tmp_path: Path) -> None:
    row = dict.fromkeys(PUBLISHED_ORDER, "")
    row |= {"UPRN": "900000001", "CHANGE_TYPE": "I", "LATITUDE": "51.2", "BUILDING_NUMBER": "14", "USRN": "45900001"}
    row |= {"STREET_DESCRIPTION": "MILL LANE", "POSTCODE_LOCATOR": "QA1 4TB", "WARD_CODE": "W01"}
    source = tmp_path / "abp.csv"
    source.write_text(",".join(f'"{value}"' for value in row.values()) + "\n")
    done = Gazetteer.import_addressbase(source, tmp_path / "out")
    assert len(PUBLISHED_ORDER) == 77
    assert (done.addresses, done.left) == (1, 0)
    (address,) = Gazetteer.load(tmp_path / "out").addresses
    assert (address.uprn, address.text) == ("900000001", "14 Mill Lane, QA1 4TB")
