"""The table of value types: our own test set as typed, and what real callers said (EVI).

`python -m bench.understanding.values --learn DIALOGUES RECORDS` learns from EVI again what is shipped.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from bench.understanding import evi, evi_people, typed
from intents.entities.channel import LEARNED
from intents.entities.learning import save


def own() -> tuple[list[dict[str, Any]], list[typed.Reading]]:
    """The figures of our own test set as it is typed, an object a type, and what was read of it."""
    known = typed.gazetteer()
    readings = [typed.read(said, known) for said in typed.everything(known)]
    return [asdict(figures) for figures in typed.figures(readings, "typed")], readings


def real(dialogues: Path, records: Path | None) -> Iterator[dict[str, Any]]:
    """The figures on EVI, an object a type; with its register also names, the right person and verification."""
    items = evi.load(dialogues)
    known = evi.lessons(items)
    limits = known.thresholds or {}
    common = {"source": "evi", "learned": known.learned}
    for name, outcomes in _outcomes(items, known):
        if not outcomes:
            continue
        yield {"type": name, **common, **asdict(evi.figures(outcomes, limits.get(name)))}
    if records is not None:
        found = evi_people.people(items, evi_people.load_register(records), known)
        yield {"type": "full_name", **common, **asdict(evi.figures(found.names, limits.get("full_name")))}
        count = len(found.names)
        yield {"type": "right_person", **common, "n": count, "dialogue": found.right_person}
        yield {"type": "verification", **common, "n": count, "equal_error_rate": found.equal_error_rate}


def _outcomes(items: tuple[evi.Attempts, ...], known: evi.Lessons) -> Iterator[tuple[str, list[evi.Outcome]]]:
    codes = evi.of(items, "postcode")
    yield "postcode_without_gazetteer", evi.postcodes(codes, known, gazetteer=False)
    yield "postcode_with_gazetteer", evi.postcodes(codes, known, gazetteer=True)
    yield "date_of_birth", evi.births(evi.of(items, "dob"), known)


def line(figures: dict[str, Any]) -> str:
    """One row of the table; shares in per cent."""
    shares = {name: value for name, value in figures.items() if isinstance(value, float)}
    words = "  ".join(f"{name.replace('_', ' ')} {100 * share:.1f}" for name, share in shares.items())
    return f"{figures['type'].replace('_', ' '):28}{figures['n']:5}  {words}"


def learn(dialogues: Path, records: Path) -> None:
    """Learn the channel, the thresholds and the weights of the fields from a whole EVI file, and keep them."""
    items = evi.load(dialogues)
    save(evi.taught(evi.of(items, "postcode")), LEARNED)
    known = evi.in_folds(items)
    people = evi_people.people(items, evi_people.load_register(records), known)
    outcomes = {**dict(_outcomes(items, known)), "full_name": people.names}
    lessons = {
        "thresholds": {name: round(evi.limit(found), 12) for name, found in outcomes.items()},
        "weights": {name: [round(weight, 4) for weight in found] for name, found in people.weights.items()},
        "dialogues": " ".join(sorted({evi.mark(item.dialogue) for item in items})),
    }
    keep(lessons)


def keep(lessons: dict[str, Any]) -> None:
    """Write what evaluation goes by on dialogues that nothing was learnt from."""
    writer = YAML()
    writer.width = 110
    with evi.LESSONS.open("w", encoding="utf-8") as file:
        file.write("# What bench.understanding.values learnt from half of EVI (PolyAI-LDN/evi-paper, CC BY 4.0).\n")
        writer.dump(lessons, file)


def main() -> None:
    """Learn again from EVI."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--learn", nargs=2, type=Path, metavar=("DIALOGUES", "RECORDS"), required=True)
    learn(*parser.parse_args().learn)


if __name__ == "__main__":
    main()
