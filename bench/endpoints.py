"""When a turn is taken: how often in a pause, and after how much silence at its end, for this wait and for others.

`python -m bench.endpoints` hears some 400 recordings without waiting in real time (five minutes at first, then kept),
chooses on the recordings of one half of the texts and reports the other. Writes `var/bench/endpoints.json`.
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from bench.answers import answers
from bench.callers import held_out
from bench.listening import Listened, Point, listened
from bench.table import Machine, keep, quantile, show
from voices import endpointing
from voices.activity import SAMPLE_RATE, WINDOW

Wait = Callable[[Point], float]

WORDS_THERE = 0.24
"""Seconds of silence before which no turn can be taken: 0.12 until the words are decoded, and the decoding."""
_LEVELS = (0.0, 0.3, 0.6, 0.9, 1.0)
_CHOICES = (0.25, 0.3, 0.35, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.2)
_BOUNDS = (0.03, 0.1, 0.2, 0.3)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one way of waiting does to one recording: seconds of silence at its end, or a turn taken in a pause."""

    cut: bool
    silence: float


@dataclass(frozen=True, slots=True)
class Result:
    """A way of waiting on many recordings: the share of those with pauses that were cut, and seconds at the end."""

    recordings: int
    paused: int
    cut: float
    p50: float
    p95: float


def taken(one: Listened, wait: Wait) -> Outcome | None:
    """The turn as `voices.turn_taking` would take it; `None` where no words were heard."""
    for point in one.points:
        after = point.last_voiced + max(WORDS_THERE, wait(point)) * SAMPLE_RATE
        at = int(np.ceil(after / WINDOW)) * WINDOW
        if point.goes_on is None or at <= point.goes_on:
            return Outcome(point.goes_on is not None, (at - point.last_voiced) / SAMPLE_RATE)
    return None


def result(recordings: Sequence[Listened], wait: Wait) -> Result:
    """All recordings together."""
    outcomes = [(one, outcome) for one in recordings if (outcome := taken(one, wait)) is not None]
    cuts = [outcome.cut for one, outcome in outcomes if one.pauses]
    silences = [outcome.silence for _, outcome in outcomes if not outcome.cut]
    return Result(
        len(outcomes),
        len(cuts),
        float(np.mean(cuts)) if cuts else 0.0,
        quantile(silences, 0.5) or 0.0,
        quantile(silences, 0.95) or 0.0,
    )


def shipped(point: Point) -> float:
    """As calls wait today."""
    if point.kind == "unclear":
        return endpointing.UNCLEAR_WAIT
    melody = point.melody if endpointing.needs_melody(point.completeness) else None
    return endpointing.wait(point.completeness, melody=melody)


def words_alone(point: Point) -> float:
    """Without the end-of-turn model."""
    return endpointing.UNCLEAR_WAIT if point.kind == "unclear" else endpointing.wait(point.completeness)


def by_table(seconds: Sequence[float]) -> Wait:
    """Waits by completeness, straight lines between 0, 0.3, 0.6, 0.9 and 1."""
    return lambda point: float(np.interp(point.completeness, _LEVELS, seconds))


def tables() -> Iterator[tuple[float, ...]]:
    """Every table of waits that falls with completeness."""
    for chosen in itertools.combinations_with_replacement(_CHOICES, len(_LEVELS)):
        yield chosen[::-1]


def tuned(recordings: Sequence[Listened]) -> Iterator[tuple[float, tuple[float, ...]]]:
    """For each share of cuts that may be allowed, the table with the shortest waits (median and 95th together)."""
    tried = [(table, result(recordings, by_table(table))) for table in tables()]
    for bound in _BOUNDS:
        allowed = [(table, found) for table, found in tried if found.cut <= bound]
        if allowed:
            yield bound, min(allowed, key=lambda one: one[1].p50 + 0.5 * one[1].p95)[0]


def separable(recordings: Sequence[Listened], value: Callable[[Point], float]) -> float | None:
    """How well a value tells ends from pauses of 0.25 s and more: 1 always, 0.5 not at all."""
    ends = [value(p) for one in recordings for p in one.points if p.goes_on is None]
    pauses = [value(p) for one in recordings for p in one.points if p.goes_on is not None and _long(p)]
    if not ends or not pauses:
        return None
    higher = np.subtract.outer(np.array(ends), np.array(pauses))
    return float(np.mean(higher > 0) + 0.5 * np.mean(higher == 0))


def _told(recordings: Sequence[Listened]) -> tuple[float | None, float | None]:
    return separable(recordings, lambda p: p.completeness), separable(recordings, lambda p: p.melody)


def _long(point: Point) -> bool:
    return point.goes_on is not None and point.goes_on - point.last_voiced >= 0.25 * SAMPLE_RATE


def ways(recordings: Sequence[Listened]) -> dict[str, Wait]:
    """What is compared; tables are chosen on the half that is for choosing."""
    found: dict[str, Wait] = {"as shipped": shipped, "as shipped, words alone": words_alone}
    for seconds in (0.5, 0.7, 0.9):
        found[f"always {seconds} s"] = by_table((seconds,) * len(_LEVELS))
    for bound, table in tuned([one for one in recordings if not held_out(one.text)]):
        found[f"cut ≤ {bound:.0%} in tuning: {table}"] = by_table(table)
    return found


def report(recordings: Sequence[Listened], machine: Machine) -> None:
    """Print the tables and keep the figures."""
    halves = {"tuning": [one for one in recordings if not held_out(one.text)]}
    halves["held out"] = [one for one in recordings if held_out(one.text)]
    measured = {
        name: {half: result(chosen, wait) for half, chosen in halves.items()} for name, wait in ways(recordings).items()
    }
    rows = [
        (name, *(cell for found in each.values() for cell in (f"{found.cut:.1%}", found.p50, found.p95)))
        for name, each in measured.items()
    ]
    columns = ("wait", "cut, tuning", "p50 s", "p95 s", "cut, held out", "p50 s", "p95 s")
    paused = {half: sum(bool(one.pauses) for one in chosen) for half, chosen in halves.items()}
    show(f"Turns taken in a pause, and silence at the end; recordings with pauses: {paused}", columns, rows)
    entities = {
        entity: [one for one in recordings if one.entity == entity] for entity in {o.entity for o in recordings}
    }
    told = {
        str(entity): (separable(chosen, lambda p: p.completeness), separable(chosen, lambda p: p.melody))
        for entity, chosen in sorted(entities.items(), key=lambda item: str(item[0]))
    }
    told["all"] = separable(recordings, lambda p: p.completeness), separable(recordings, lambda p: p.melody)
    show("How well ends are told from pauses (AUC)", ("expected", "words", "sound"), [(n, *v) for n, v in told.items()])
    figures = {name: {half: asdict(found) for half, found in each.items()} for name, each in measured.items()}
    keep("endpoints", machine, {"waits": figures, "separable": told})


def main() -> None:
    """Hear, choose, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="voices a text")
    parser.add_argument("--workers", type=int, default=1, help="processes that hear")
    arguments = parser.parse_args()
    machine = Machine()
    chosen = list(answers(arguments.rounds))

    def progress(number: int) -> None:
        if number % 50 == 0:
            print(f"{number} of {len(chosen)} recordings heard", flush=True)

    report(listened(chosen, progress, arguments.workers), machine)


if __name__ == "__main__":
    main()
