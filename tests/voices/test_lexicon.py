from pathlib import Path

import pytest

from voices.errors import LexiconError
from voices.lexicon import Lexicon, shipped


def test_names_are_respelled_whatever_their_case() -> None:
    lexicon = Lexicon.of({"Leominster": "Lemster"})

    assert lexicon.apply("Leominster, LEOMINSTER and Leominster's") == "Lemster, Lemster and Lemster's"


def test_only_whole_words_are_respelled() -> None:
    assert Lexicon.of({"Ash": "Ahsh"}).apply("Ash Ashcombe bash") == "Ahsh Ashcombe bash"


def test_a_longer_name_wins() -> None:
    lexicon = Lexicon.of({"Mary": "Mairy", "St Mary Bourne": "Sint Mary Born"})

    assert lexicon.apply("St Mary Bourne and Mary") == "Sint Mary Born and Mairy"


def test_the_shipped_lexicon_knows_the_sample_council() -> None:
    assert shipped().apply("Ashcombe") == "Ashcum"


def test_a_council_adds_its_own_names(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text("Ashcombe: Ash-coom\nFrome: Froom\n", "utf-8")
    base = tmp_path / "base.yaml"
    base.write_text("Ashcombe: Ashcum\n", "utf-8")

    assert Lexicon.load(base, own).apply("Ashcombe, Frome") == "Ash-coom, Froom"


def test_an_empty_file_is_an_empty_lexicon(tmp_path: Path) -> None:
    empty = tmp_path / "empty.yaml"
    empty.write_text("# nothing yet\n", "utf-8")

    assert Lexicon.load(empty).apply("Ashcombe") == "Ashcombe"


def test_all_mistakes_are_told_at_once_with_file_and_line(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("Frome: Froom\nBath:\n12: twelve\nA27: A twenty-seven\nHull: Hul 1\n", "utf-8")
    broken = tmp_path / "broken.yaml"
    broken.write_text("Frome: Froom\nBath: [\n", "utf-8")
    listed = tmp_path / "listed.yaml"
    listed.write_text("- Frome\n", "utf-8")

    with pytest.raises(LexiconError) as told:
        Lexicon.load(wrong, broken, listed, tmp_path / "gone.yaml")

    lines = str(told.value).splitlines()
    assert [line.split(": ")[0] for line in lines] == [
        f"{wrong}:2",
        f"{wrong}:3",
        f"{wrong}:4",
        f"{wrong}:5",
        f"{broken}:3",
        f"{listed}:1",
        str(tmp_path / "gone.yaml"),
    ]
    assert "respelling in words for 'Bath'" in lines[0]


def test_a_name_given_twice_is_a_mistake(tmp_path: Path) -> None:
    twice = tmp_path / "twice.yaml"
    twice.write_text("Frome: Froom\nFrome: Frohm\n", "utf-8")

    with pytest.raises(LexiconError, match=r"twice\.yaml:2: .*Frome"):
        Lexicon.load(twice)
