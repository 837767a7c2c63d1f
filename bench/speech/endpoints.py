"""When a turn is taken: how often in a pause, and after how much silence at its end, for this wait and for others.

`python -m bench.speech.endpoints` hears some 500 recordings without waiting in real time (ten minutes at first, then
kept), and reports both halves of the texts; what calls use was learned on the first half only. Writes
`var/bench/endpoints.json`.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from bench.callers.answers import answers
from bench.callers.voices import held_out
from bench.figures.table import Machine, keep, quantile, show
from bench.speech.cues import Pause, pauses
from bench.speech.listening import Listened, listened
from voices import endpointing, finishing
from voices.activity import SAMPLE_RATE, WINDOW

Wait = Callable[[Pause], float]

WORDS_THERE = 0.24
"""Seconds of silence before which no turn can be taken: 0.12 until the words are decoded, and the decoding."""
PAUSING = 0.25
"""The share of turns with a pause inside in a natural mix; in the recordings it is three in four."""
_BEFORE = ((0.0, 1.2), (0.3, 0.9), (0.6, 0.8), (0.9, 0.25), (1.0, 0.25))
"""The waits by completeness that were used before anything was learned."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one way of waiting does to one recording: a turn taken in a pause, or seconds from the last sound."""

    cut: bool
    silence: float


@dataclass(frozen=True, slots=True)
class Result:
    """A way of waiting on many recordings: the share of those with pauses that were cut, and seconds at the end.

    `mixed`: the share of all turns that is cut where a quarter of them have pauses.
    """

    recordings: int
    paused: int
    cut: float
    mixed: float
    p50: float
    p95: float


def taken(one: Listened, its: Sequence[Pause], wait: Wait) -> Outcome | None:
    """The turn as `voices.turn_taking` would take it; `None` where no words were heard."""
    for pause in its:
        after = pause.point.last_voiced + max(WORDS_THERE, wait(pause)) * SAMPLE_RATE
        at = int(np.ceil(after / WINDOW)) * WINDOW
        if pause.point.goes_on is None or at <= pause.point.goes_on:
            return Outcome(pause.goes_on is not None, (at - one.ended) / SAMPLE_RATE)
    return None


def result(recordings: Mapping[Listened, Sequence[Pause]], wait: Wait) -> Result:
    """All recordings together; the silence at the end is that of recordings without and with pauses, as they are."""
    outcomes = [(one, outcome) for one, its in recordings.items() if (outcome := taken(one, its, wait)) is not None]
    cuts = [outcome.cut for one, outcome in outcomes if one.answer.pauses]
    others = [outcome.cut for one, outcome in outcomes if not one.answer.pauses]
    silences = [outcome.silence for _, outcome in outcomes if not outcome.cut]
    cut, elsewhere = (float(np.mean(those)) if those else 0.0 for those in (cuts, others))
    return Result(
        len(outcomes),
        len(cuts),
        cut,
        PAUSING * cut + (1 - PAUSING) * elsewhere,
        quantile(silences, 0.5) or 0.0,
        quantile(silences, 0.95) or 0.0,
    )


def shipped(pause: Pause) -> float:
    """As calls wait today."""
    return endpointing.wait(finishing.shipped().goes_on(pause.cues))


def by_rules(pause: Pause) -> float:
    """As calls waited before: by the words alone."""
    levels, seconds = zip(*_BEFORE, strict=True)
    return float(np.interp(pause.cues.completeness, levels, seconds))


def always(seconds: float) -> Wait:
    """The same wait for everybody."""
    return lambda pause: seconds


def separable(recordings: Mapping[Listened, Sequence[Pause]], value: Callable[[Pause], float]) -> float | None:
    """How well a value tells ends from pauses: 1 always, 0.5 not at all."""
    every = [pause for its in recordings.values() for pause in its]
    ends = np.array([value(pause) for pause in every if pause.goes_on is None])
    going_on = np.array([value(pause) for pause in every if pause.goes_on is not None])
    if not len(ends) or not len(going_on):
        return None
    higher = np.subtract.outer(ends, going_on)
    return float(np.mean(higher > 0) + 0.5 * np.mean(higher == 0))


def halves(heard: Sequence[Listened]) -> dict[str, dict[Listened, tuple[Pause, ...]]]:
    """The recordings to tune on, and those held out, with their pauses."""
    found: dict[str, dict[Listened, tuple[Pause, ...]]] = {"tuning": {}, "held out": {}}
    for one in heard:
        found["held out" if held_out(one.text) else "tuning"][one] = tuple(pauses(one))
    return found


def report(heard: Sequence[Listened], machine: Machine) -> None:
    """Print the tables and keep the figures."""
    both = halves(heard)
    ways: dict[str, Wait] = {"as shipped": shipped, "by rules about the words": by_rules}
    ways |= {f"always {seconds} s": always(seconds) for seconds in (0.5, 0.7, 0.9)}
    measured = {name: {half: result(chosen, wait) for half, chosen in both.items()} for name, wait in ways.items()}
    rows = [
        (name, *(c for r in each.values() for c in (f"{r.cut:.1%}", f"{r.mixed:.1%}", r.p50, r.p95)))
        for name, each in measured.items()
    ]
    columns = ("wait", *("cut, tuning", "in a mix", "p50 s", "p95 s"), *("cut, held out", "in a mix", "p50 s", "p95 s"))
    paused = {half: sum(bool(one.answer.pauses) for one in chosen) for half, chosen in both.items()}
    show(f"Turns taken in a pause, and silence at the end; recordings with pauses: {paused}", columns, rows)
    voices = {voice: _of(both["held out"], voice) for voice in sorted({o.answer.voice.name for o in both["held out"]})}
    told = {name: _told(chosen) for name, chosen in (*both.items(), *voices.items())}
    by = ("recordings", "rules", "melody 0.12 s", "0.2 s", "0.3 s", "as shipped")
    show("How well ends are told from pauses (AUC)", by, [(name, *values) for name, values in told.items()])
    figures = {name: {half: asdict(found) for half, found in each.items()} for name, each in measured.items()}
    keep("endpoints", machine, {"waits": figures, "separable": told})


def _of(recordings: Mapping[Listened, tuple[Pause, ...]], voice: str) -> dict[Listened, tuple[Pause, ...]]:
    return {one: its for one, its in recordings.items() if one.answer.voice.name == voice}


def _told(recordings: Mapping[Listened, Sequence[Pause]]) -> tuple[float | None, ...]:
    melodies = (separable(recordings, lambda pause, at=at: pause.point.melodies[at]) for at in range(3))  # type: ignore[misc]
    model = finishing.shipped()
    return (
        separable(recordings, lambda pause: pause.cues.completeness),
        *melodies,
        separable(recordings, lambda pause: -model.goes_on(pause.cues)),
    )


def heard_answers(rounds: int, workers: int) -> list[Listened]:
    """The recordings of `bench.callers.answers`, heard."""
    chosen = list(answers(rounds))

    def progress(number: int) -> None:
        if number % 50 == 0:
            print(f"{number} recordings heard", flush=True)

    return listened(chosen, progress, workers)


def main() -> None:
    """Hear and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="recordings a text")
    parser.add_argument("--workers", type=int, default=1, help="processes that hear")
    arguments = parser.parse_args()
    machine = Machine()
    report(heard_answers(arguments.rounds, arguments.workers), machine)


if __name__ == "__main__":
    main()
