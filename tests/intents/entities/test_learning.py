from __future__ import annotations

from pathlib import Path

import pytest

from intents.entities.channel import SYMBOLS, Arc, Channel, lattice
from intents.entities.learning import Example, expected, learn, save


def test_symbols_are_matched_with_what_was_heard_for_them() -> None:
    heard = lattice("um queue a one four tea b".split())
    likely = [(symbol, chunk) for symbol, chunk, share in expected(heard, "QA14TB", Channel()) if share > 0.5]
    assert likely == [("Q", "queue"), ("A", "a"), ("1", "one"), ("4", "four"), ("T", "tea"), ("B", "b")]


def test_no_symbol_is_read_more_than_once() -> None:
    heard = lattice("q a one one four t b b".split())
    shares = expected(heard, "QA14TB", Channel())
    for symbol in "QA14TB":
        assert sum(share for said, _, share in shares if said == symbol) == pytest.approx(1.0, abs=0.1)


def test_another_subject_is_not_learned_from() -> None:
    assert expected(lattice("please empty the green container".split()), "QA14TB", Channel()) == []


def test_what_is_often_misheard_becomes_likely_and_is_kept(tmp_path: Path) -> None:
    counts = learn([Example(("y a 1 4 t b",), "QA14TB")] * 20)
    save(counts, tmp_path / "channel.csv")
    learned = Channel.load(tmp_path / "channel.csv")
    arc = Arc(0, 1, "y")
    place = SYMBOLS.index("Q")
    assert learned.row(arc)[place] > 20 * Channel().row(arc)[place]
