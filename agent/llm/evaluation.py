"""Which of the language model's tasks are on: those that the file in `var/` shows this very model to pass, here."""

from __future__ import annotations

import hashlib
import json
import platform
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from agent.llm.settings import LlmSettings, Task
from agent.model_sources import sha256

FILE = "llm-evaluation.json"

BARS = {Task.CHOOSE: 0.85, Task.EXTRACT: 0.85, Task.PHRASE: 0.90, Task.SUMMARISE: 0.85}
"""The share of its cases that a task must pass. Phrasing is spoken to a caller, so its bar is highest."""

FEWEST = 20
"""Cases below which nothing is shown."""


class Result(BaseModel):
    """How one task went. Seconds are from the question to the last word."""

    model_config = ConfigDict(frozen=True)

    passed: int
    of: int
    p50: float
    p95: float
    deadline: float
    failures: tuple[str, ...] = ()

    @property
    def rate(self) -> float:
        """The share that passed, 0 to 1."""
        return self.passed / self.of if self.of else 0.0

    def on(self, task: Task) -> bool:
        """Whether the task may be used: enough cases, the bar reached, and in time."""
        return self.of >= FEWEST and self.rate >= BARS[task] and self.p95 <= self.deadline


class Evaluation(BaseModel):
    """One run of `townline evaluate llm`."""

    model_config = ConfigDict(frozen=True)

    model: str
    """The model's identity, see `identity`."""
    machine: str
    threads: int
    made: str
    """ISO time."""
    results: dict[Task, Result]


def identity(settings: LlmSettings, gguf: Path | None, data_dir: Path) -> str:
    """A GGUF file's checksum; for a remote model its address and name.

    The checksum of a large file takes seconds, so it is kept in `data_dir` for as long as size and time stay the same.
    """
    if gguf is None:
        return hashlib.sha256(f"{settings.url} {settings.model}".encode()).hexdigest()
    status = gguf.stat()
    key = f"{gguf.resolve()} {status.st_size} {status.st_mtime_ns}"
    kept = data_dir / "llm-model.json"
    try:
        known = json.loads(kept.read_text())
        if known["file"] == key:
            return str(known["sha256"])
    except (OSError, ValueError, KeyError, TypeError):
        pass
    digest = sha256(gguf)
    data_dir.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps({"file": key, "sha256": digest}))
    return digest


def machine() -> str:
    """The processor, since a task that was in time on another machine may be late on this one."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = {line.partition(":")[2].strip() for line in lines if line.startswith("model name")}
    cores = sum(line.startswith("processor") for line in lines)
    return f"{', '.join(sorted(names)) or platform.machine()}, {cores} cores"


def save(evaluation: Evaluation, data_dir: Path) -> Path:
    """Write the evaluation beside the database."""
    data_dir.mkdir(parents=True, exist_ok=True)
    path = data_dir / FILE
    path.write_text(evaluation.model_dump_json(indent=2) + "\n")
    return path


def allowed(settings: LlmSettings, model: str, data_dir: Path) -> frozenset[Task]:
    """The tasks that are on. None without an evaluation of this model, on this machine, with these threads."""
    try:
        shown = Evaluation.model_validate_json((data_dir / FILE).read_text())
    except (OSError, ValidationError):
        return frozenset()
    if (shown.model, shown.machine, shown.threads) != (model, machine(), settings.threads):
        return frozenset()
    in_time = {task for task, result in shown.results.items() if result.p95 <= settings.deadline_seconds.of(task)}
    return frozenset(task for task, result in shown.results.items() if task in in_time and result.on(task))
