"""What groups of processes use while they run: those that end in the meantime count as well."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.figures.processes import Used, used


@dataclass(frozen=True, slots=True)
class Standing:
    """What one group holds at one moment."""

    processes: int
    memory: float
    """Megabytes, its share of what is shared."""
    threads: int
    files: int


class Watched:
    """Groups by name; a group is a process and everything it started."""

    def __init__(self, groups: Mapping[str, int]) -> None:
        self._groups = dict(groups)
        self._cpu: dict[str, dict[int, tuple[float, float]]] = {name: {} for name in groups}
        self.most: dict[str, float] = dict.fromkeys(groups, 0.0)
        """Megabytes at the fullest moment."""

    async def run(self, seconds: float = 1.0) -> None:
        """Look again and again, for ever."""
        while True:
            await asyncio.to_thread(self.look)
            await asyncio.sleep(seconds)

    def look(self) -> None:
        """Note what every process has used by now."""
        for name, group in self._groups.items():
            memory = 0.0
            for pid in members(group):
                now = used(pid)
                first, _ = self._cpu[name].get(pid, (now.cpu if not self.most[name] else 0.0, 0.0))
                self._cpu[name][pid] = (first, max(now.cpu, first))
                memory += now.memory
            self.most[name] = max(self.most[name], memory)

    def cpu(self, name: str) -> float:
        """Processor seconds since the first look."""
        return sum(last - first for first, last in self._cpu[name].values())

    def standing(self, name: str) -> Standing:
        """What the group holds now."""
        pids = members(self._groups[name])
        each: list[Used] = [used(pid) for pid in pids]
        return Standing(
            len(pids),
            round(sum(one.memory for one in each), 1),
            sum(_count(pid, "task") for pid in pids),
            sum(_count(pid, "fd") for pid in pids),
        )


def members(group: int) -> list[int]:
    """The processes of a process group."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == group and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found


def _count(pid: int, what: str) -> int:
    try:
        return sum(1 for _ in (Path("/proc") / str(pid) / what).iterdir())
    except OSError:
        return 0
