"""The figures of docs/performance.md, drawn from what the benches wrote.

`python -m bench.figures.plots [--into docs/figures]` draws whatever `var/bench/*.json` has.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from agent.settings import ROOT
from bench.figures.svg import bars, lines
from bench.figures.table import FOLDER, quantile

_Json = Mapping[str, Any]


def response(found: _Json) -> str:
    """Of how many turns the gap, and the silence in it, is at most so long."""
    turns = [turn for turn in found["turns"] if turn["gap"] is not None and not turn["cut"]]
    series = {}
    for name, part in (("whole gap", "gap"), ("silence waited", "silence"), ("words there", "transcript")):
        values = sorted(turn[part] for turn in turns if turn[part] is not None)
        series[name] = [(value, 100 * (at + 1) / len(values)) for at, value in enumerate(values)]
    return lines("One caller: how long they wait", "milliseconds after the last voiced sample", "% of turns", series)


def load(found: _Json) -> str:
    """The gap by the number of calls."""
    series: dict[str, list[tuple[float, float]]] = {"median": [], "95th percentile": []}
    for level in found["levels"]:
        gaps = [turn["gap"] for turn in level["turns"] if turn["gap"] is not None and not turn["cut"]]
        for name, share in (("median", 0.5), ("95th percentile", 0.95)):
            if (value := quantile(gaps, share)) is not None:
                series[name].append((level["calls"], round(value)))
    return lines("Several callers at once", "callers", "gap in milliseconds", series, limit=800)


def peers(found: _Json) -> str:
    """The gap of each assembly."""
    rows = {}
    for one in found["assemblies"]:
        gaps = [turn["gap"] for turn in one["answered"] if turn["gap"] is not None and not turn["cut"]]
        p50, p95 = quantile(gaps, 0.5), quantile(gaps, 0.95)
        if p50 is not None and p95 is not None:
            rows[one["name"]] = {"median": round(p50), "95th percentile": round(p95)}
    return bars("The same audio, models, reply and machine", "gap in milliseconds", rows)


def hearing(found: _Json) -> str:
    """Word error rate of the default window by line."""
    own = [row for row in found["rows"] if row["caller"] == "everybody"]
    default = next(row["window"] for row in own if row["line"] != "clean")
    rows = {row["line"]: {"word error rate": round(100 * row["wer"], 1)} for row in own if row["window"] == default}
    return bars("Hearing over an 8 kHz µ-law line", "% of words wrong, everybody", rows)


PLOTS: Mapping[str, Callable[[_Json], str]] = {"response": response, "load": load, "peers": peers, "hearing": hearing}


def main() -> None:
    """Draw, and say what was drawn."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--into", type=Path, default=ROOT / "docs" / "figures")
    into = parser.parse_args().into
    into.mkdir(parents=True, exist_ok=True)
    for name, plot in PLOTS.items():
        measured = FOLDER / f"{name}.json"
        if measured.exists():
            (into / f"{name}.svg").write_text(plot(json.loads(measured.read_text("utf-8"))), "utf-8")
            print(f"{name}.svg")


if __name__ == "__main__":
    main()
