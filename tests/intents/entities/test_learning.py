from __future__ import annotations

from pathlib import Path

from intents.entities.channel import Arc, Channel, lattice
from intents.entities.learning import Example, align, learn, save


def test_symbols_are_matched_with_what_was_heard_for_them() -> None:
    heard = lattice("um queue a one four tea b".split())
    assert [(symbol, arc.chunk) for symbol, arc in align(heard, "QA14TB", Channel())] == [
        ("Q", "queue"),
        ("A", "a"),
        ("1", "one"),
        ("4", "four"),
        ("T", "tea"),
        ("B", "b"),
    ]


def test_another_subject_is_not_learned_from() -> None:
    assert align(lattice("please empty the green container".split()), "QA14TB", Channel()) == []


def test_what_is_often_misheard_becomes_likely_and_is_kept(tmp_path: Path) -> None:
    counts = learn([Example(("y a 1 4 t b",), "QA14TB")] * 20)
    save(counts, tmp_path / "channel.csv")
    learned = Channel.load(tmp_path / "channel.csv")
    arc = Arc(0, 1, "y")
    assert learned.score("Q", arc) > Channel().score("Q", arc) + 3
