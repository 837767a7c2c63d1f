"""What a process has used, as the kernel counts it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Used:
    """Processor seconds and megabytes in memory (its share of what several processes share)."""

    cpu: float
    memory: float


def used(pid: int | None = None) -> Used:
    """By process `pid`, or by this one. Nothing by one that has ended."""
    folder = Path("/proc") / str(pid or os.getpid())
    try:
        fields = (folder / "stat").read_text().rpartition(")")[2].split()
        return Used((int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"), _memory(folder))
    except OSError:
        return Used(0.0, 0.0)


def _memory(folder: Path) -> float:
    for name, key in (("smaps_rollup", "Pss:"), ("status", "VmRSS:")):
        try:
            lines = (folder / name).read_text().splitlines()
        except OSError:
            continue
        for line in lines:
            if line.startswith(key):
                return int(line.split()[1]) / 1024
    return 0.0
