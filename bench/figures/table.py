"""How the benches show and keep what they measured, and on which machine."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from agent.settings import ROOT
from voices.measuring import cores, processor

FOLDER = ROOT / "var" / "bench"


@dataclass
class Machine:
    """What else was going on: the load of one minute when a bench began and when it ended."""

    load_before: float = field(default_factory=lambda: os.getloadavg()[0])

    def described(self) -> dict[str, Any]:
        """For the JSON file."""
        return {
            "cores": cores(),
            "processor": processor(),
            "load_before": round(self.load_before, 1),
            "load_after": round(os.getloadavg()[0], 1),
            "at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        }


def show(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table; floats with two decimals, nothing where a value is missing."""
    table = Table(*columns, title=title)
    for row in rows:
        table.add_row(*(_cell(value) for value in row))
    Console(width=max(120, Console().width)).print(table)


def keep(name: str, machine: Machine, figures: Mapping[str, Any]) -> Path:
    """Write `var/bench/<name>.json` and say so."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{name}.json"
    path.write_text(json.dumps({"machine": machine.described(), **figures}, indent=1) + "\n", "utf-8")
    about = machine.described()
    print(f"{path.relative_to(ROOT)}; {about['cores']} cores, load {about['load_before']} to {about['load_after']}")
    return path


def quantile(values: Sequence[float], share: float) -> float | None:
    """The `share` quantile, or `None` of nothing."""
    return float(np.quantile(values, share)) if len(values) else None


def _cell(value: object) -> str:
    if value is None:
        return "–"
    return f"{value:.2f}" if isinstance(value, float) else str(value)
