"""What calls cost: processor time, memory, and what the speech server did for them."""

from __future__ import annotations

from collections.abc import Iterable

from bench.line.calling import CallRecord
from bench.line.opening import BenchLine

Figures = dict[str, float | None]

_MEGABYTE = 1024 * 1024


class Cost:
    """Of this process, which holds the line and the callers, and of the speech server, while calls go on."""

    def __init__(self, opened: BenchLine) -> None:
        self._opened = opened
        self._cpu = [0.0, 0.0]
        self._memory_before = sum(used.memory for used in opened.used())
        self._memory = [0.0, 0.0]
        self._seconds = 0.0
        self._kept = 0.0

    async def begin(self) -> None:
        """From now on it is the calls that use it."""
        self._before = self._opened.used()
        self._speech_before = await self._opened.heard_and_said()

    async def end(self, records: Iterable[CallRecord]) -> None:
        """The calls are over."""
        for place, (before, after) in enumerate(zip(self._before, self._opened.used(), strict=True)):
            self._cpu[place] += after.cpu - before.cpu
            self._memory[place] = max(self._memory[place], after.memory)
        self._speech = (await self._opened.heard_and_said()).since(self._speech_before)
        for record in records:
            self._seconds += record.caller.seconds
            self._kept += sum(pcm.nbytes for side in (record.caller, record.line) for _, pcm in side.pieces)

    def figures(self, turns: int, at_once: int) -> Figures:
        """Processor seconds a turn, all of them and by part; megabytes, and how many more `at_once` calls made each."""
        line, server = (seconds / max(1, turns) for seconds in self._cpu)
        more = sum(self._memory) - self._memory_before - self._kept / _MEGABYTE
        return {
            "cpu_a_turn": round(line + server, 3),
            "cpu_a_turn_line_and_callers": round(line, 3),
            "cpu_a_turn_speech_server": round(server, 3),
            "seconds_a_turn": round(self._seconds / max(1, turns), 2),
            **self._speech.by_turn(turns),
            "memory_line_mb": round(self._memory[0]),
            "memory_speech_server_mb": round(self._memory[1]),
            # What the first call of all loads would be taken for a call's own.
            "memory_more_a_call_mb": round(max(0.0, more) / at_once, 1) if at_once > 1 else None,
        }
