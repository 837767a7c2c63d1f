"""What one caller waits for: from the caller's last voiced sample to the line's first, on the audio of real calls.

`python -m bench.line.response [--turns 40]` prints tables and writes `var/bench/response.json`.
"""

from __future__ import annotations

import argparse
import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import asdict

from bench.callers.dialogues import DIALOGUES, Dialogue
from bench.callers.voices import VOICES, CallerVoice, Noise, held_out
from bench.figures.table import Machine, keep, quantile, show
from bench.line.calling import CallRecord, Utterances, ring
from bench.line.cost import Cost, Figures
from bench.line.opening import BenchLine, bench_line
from bench.line.turns import Turn, turns

_MOST_CALLS = 40
_NOISES = (None, None, Noise("babble", 15))


async def measured(opened: BenchLine, record: CallRecord) -> list[Turn]:
    """The turns of a call that is over."""
    decided = [turn.heard for turn in await opened.line.store.turns(record.call_id)]
    return list(turns(record, decided))


def thinking(seed: int) -> Callable[[], float]:
    """Seconds that a caller thinks before answering, after the 0.6 s in which they notice that the line is done."""
    chance = random.Random(seed)
    return lambda: chance.uniform(0.2, 1.0)


async def run(wanted: int) -> tuple[list[Turn], Figures]:
    """Calls one after the other until there are so many turns, every third in noise; and what they cost."""
    found: list[Turn] = []
    plans = [(DIALOGUES[at % len(DIALOGUES)], VOICES[at % len(VOICES)], _NOISES[at % 3]) for at in range(_MOST_CALLS)]
    async with bench_line([dialogue.service for dialogue in DIALOGUES], calls=1) as opened:
        cost, records = Cost(opened), []
        made = [await asyncio.to_thread(_rendered, plans, at) for at in range(min(len(plans), wanted // 4 + 1))]
        await cost.begin()
        for number, (dialogue, _, noise) in enumerate(plans):
            if number == len(made):
                made.append(await asyncio.to_thread(_rendered, plans, number))
            records.append(await ring(opened.line, dialogue, made[number], thinking(number)))
            found += await measured(opened, records[-1])
            print(f"call {number + 1}, {dialogue.service}, {noise or 'clean'}: {len(found)} turns so far", flush=True)
            if len(found) >= wanted:
                break
        await cost.end(records)
        return found, cost.figures(len(found), 1)


def _rendered(plans: Sequence[tuple[Dialogue, CallerVoice, Noise | None]], number: int) -> Utterances:
    """What a caller may say, made before the first call as far as can be foreseen."""
    dialogue, voice, noise = plans[number]
    return Utterances(dialogue, voice, seed=number, noise=noise)


def p50_p95(milliseconds: Sequence[float]) -> str:
    """Median and 95th percentile in whole milliseconds."""
    p50, p95 = quantile(milliseconds, 0.5), quantile(milliseconds, 0.95)
    return "–" if p50 is None or p95 is None else f"{p50:.0f}/{p95:.0f}"


def row(name: str, chosen: Sequence[Turn]) -> list[object]:
    """One line of the table."""
    answered = [turn for turn in chosen if turn.gap is not None and not turn.cut]
    cells: list[object] = [name, len(chosen)]
    for part in ("gap", "silence", "transcript", "taken"):
        values = [getattr(turn, part) for turn in answered]
        cells += [p50_p95([value for value in values if value is not None])]
    cells += [p50_p95([turn.gap - turn.taken for turn in answered if turn.gap and turn.taken])]
    cuts = [turn for turn in chosen if turn.cut]
    cells += [len(cuts), sum(bool(turn.mended) for turn in cuts), sum(turn.gap is None for turn in chosen)]
    return cells


COLUMNS = ("turns", "n", "gap", "silence", "words", "taken", "to sound", "cut", "mended", "none")


def groups(found: Sequence[Turn]) -> dict[str, list[Turn]]:
    """All turns; those with pauses and without, in noise and without, and those whose words nothing was tuned on."""
    return {
        "all": list(found),
        "without a pause": [turn for turn in found if not turn.pauses],
        "with pauses": [turn for turn in found if turn.pauses],
        "clean": [turn for turn in found if not turn.noise],
        "in noise": [turn for turn in found if turn.noise],
        "held out": [turn for turn in found if held_out(turn.text)],
    }


def slowest(found: Sequence[Turn], count: int = 8) -> list[list[object]]:
    """The turns that took longest, and why."""
    answered = sorted((turn for turn in found if turn.gap is not None), key=lambda turn: -(turn.gap or 0.0))
    return [
        [turn.gap, turn.silence, turn.wait, turn.transcript, turn.taken, turn.completeness, turn.asked, turn.heard[:44]]
        for turn in answered[:count]
    ]


def main() -> None:
    """Measure, print, and write the JSON file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=40)
    arguments = parser.parse_args()
    machine = Machine()
    found, cost = asyncio.run(run(arguments.turns))
    show(
        "One caller: p50/p95 in milliseconds after the last voiced sample",
        COLUMNS,
        [row(name, chosen) for name, chosen in groups(found).items()],
    )
    columns = ("gap ms", "silence", "wait", "words there", "taken", "complete", "asked", "heard")
    show("The slowest answers, in ms", columns, slowest(found))
    show("Cost", ("", "figure"), list(cost.items()))
    keep("response", machine, {"cost": cost, "turns": [asdict(turn) for turn in found]})


if __name__ == "__main__":
    main()
