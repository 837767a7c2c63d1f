"""How many machines a council needs: from its calls a month to the busiest hour, and from there to cores.

`python -m bench.figures.sizing [--calls-a-month 16000,1000000]` prints a table from what `bench.line.load` measured on
this machine.
"""

from __future__ import annotations

import argparse
import json
import math
from dataclasses import dataclass

from bench.figures.table import FOLDER, show

_WORKING_DAYS = 21
_BUSIEST_DAY = 1.5
"""A Monday after a bank holiday against the average working day."""
_BUSIEST_HOUR = 0.15
"""Of a day's calls."""
_MINUTES = 3.0
_BLOCKED = 0.01
"""Of the calls of the busiest hour may find every place taken; they go to people."""


@dataclass(frozen=True, slots=True)
class Demand:
    """The busiest hour: how many calls begin, how many go on at once on average, and how many places that needs."""

    calls_an_hour: float
    erlangs: float
    places: int


def demand(calls_a_month: float) -> Demand:
    """By Erlang's B formula: calls come independently of each other, and one too many is passed on at once."""
    calls = calls_a_month / _WORKING_DAYS * _BUSIEST_DAY * _BUSIEST_HOUR
    erlangs = calls * _MINUTES / 60
    return Demand(calls, erlangs, places(erlangs))


def places(erlangs: float, blocked: float = _BLOCKED) -> int:
    """The fewest places at which no more than `blocked` of the calls find them all taken."""
    share, count = 1.0, 0
    while share > blocked:
        count += 1
        share = erlangs * share / (count + erlangs * share)
    return count


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls-a-month", default="16000,100000,1000000")
    parser.add_argument("--calls-a-machine", type=int, help="instead of what was measured")
    arguments = parser.parse_args()
    each = arguments.calls_a_machine or _measured()
    rows: list[list[object]] = []
    for calls in (float(part) for part in arguments.calls_a_month.split(",")):
        needed = demand(calls)
        machines = math.ceil(needed.places / each)
        rows.append(
            [
                f"{calls:,.0f}",
                round(needed.calls_an_hour),
                round(needed.erlangs, 1),
                needed.places,
                machines,
                machines + 1,
            ]
        )
    columns = ("calls a month", "in the busiest hour", "erlangs", "places", f"machines of {each} calls", "with a spare")
    show("What the busiest hour needs", columns, rows)


def _measured() -> int:
    """The most callers at once that this machine served within the limits."""
    found = json.loads((FOLDER / "load.json").read_text("utf-8"))
    limit = found["breaks_at"] or math.inf
    good = [level["calls"] for level in found["levels"] if level["calls"] < limit and not level["refused"]]
    return max(good, default=1)


if __name__ == "__main__":
    main()
