"""The table of value types: `python -m bench.values [--evi FILE] [--learn]`. EVI figures are cross-validated."""

from __future__ import annotations

import argparse
from pathlib import Path

import intents
from bench import evi
from intents.entities.channel import LEARNED
from intents.entities.learning import learn, save
from intents.gazetteer import Gazetteer

EVERY = 7
"""Every how manieth address of the gazetteer is asked for."""


def addresses(gazetteer: Gazetteer) -> tuple[int, float, float]:
    """How many addresses were asked for as they are written, the share whose own UPRN came first, and the share of
    wrong ones among those that were sure (0.9 and above)."""
    sample = gazetteer.addresses[::EVERY]
    found = [(address, gazetteer.find(address.line)) for address in sample]
    right = sum(bool(ranked) and ranked[0].address == address for address, ranked in found)
    sure = [(address, ranked[0]) for address, ranked in found if ranked and ranked[0].probability >= 0.9]
    wrong = sum(best.address != address for address, best in sure)
    return len(sample), right / len(sample), wrong / max(1, len(sure))


def row(name: str, figures: evi.Figures) -> str:
    """One line of the table, in per cent."""
    shares = (figures.first, figures.all, figures.top3, figures.accepted, figures.precision)
    return f"{name:34}{figures.dialogues:6}" + "".join(f"{100 * share:9.1f}" for share in shares)


def table(path: Path) -> list[str]:
    """The EVI table, a line an item."""
    items = evi.load(path)
    parts = evi.folds(evi.of(items, "postcode"))
    heads = ("first", "all", "top 3", "accepted", "precision")
    return [
        f"{'':34}{'n':>6}" + "".join(f"{head:>9}" for head in heads),
        row("postcode, no gazetteer", evi.postcodes(parts, gazetteer=False)),
        row("postcode, 5,000 of one area", evi.postcodes(parts, gazetteer=True)),
        row("date of birth", evi.births(evi.of(items, "dob"))),
    ]


def train(path: Path) -> None:
    """Learn the channel from a whole EVI file and keep it in the package."""
    items = evi.of(evi.load(path), "postcode")
    save(learn([example for item in items for example in evi.examples(item)]), LEARNED)


def main() -> None:
    """Print the tables, or learn the channel again."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--evi", type=Path, help="dialogues.dev.jsonl of EVI")
    parser.add_argument("--learn", action="store_true", help="count the channel again from the whole file")
    arguments = parser.parse_args()
    if arguments.learn and arguments.evi:
        train(arguments.evi)
    count, right, wrong = addresses(Gazetteer.load(Path(intents.__file__).parent / "ashcombe"))
    print(f"addresses as written: {count}, right {100 * right:.1f}%, wrong among the sure {100 * wrong:.1f}%")
    if arguments.evi:
        print("\n".join(table(arguments.evi)))


if __name__ == "__main__":
    main()
