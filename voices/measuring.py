"""How many pieces of work at a time, on how many threads each, this machine does best; found by trying, once."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import platform
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np
import soxr

from voices.piper import Piper
from voices.server_settings import Plan, ServerSettings
from voices.speech import Pcm
from voices.whisper import SAMPLE_RATE, Recogniser

log = logging.getLogger(__name__)

_SENTENCE = "I would like to report a missed bin collection on my street."
_ROUNDS = 2
_CLEARLY_BETTER = 0.9
"""Another arrangement is taken only when it needs less than this part of the time: measurements wobble."""
_LONGEST_SECONDS = 15.0
_QUIET = 0.15
"""Part of the processors' time that other programs may take while something is measured."""
_TURN_SECONDS = 8.0
"""A turn of a lively call: three seconds of the caller, four of the line, one of thought."""
_HEARINGS_A_TURN, _SENTENCES_A_TURN = 2.0, 1.3
"""Of callers who pause a good deal, for who is let in is served to the end: `townline bench response` counts 1.4."""
_USABLE = 0.5
"""Part of the machine's time that may go into speech models: calls need the rest, and nobody may wait in a queue."""


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Workers and threads, and what one sentence heard or spoken takes.

    `hearing` and `speaking`: seconds when nothing else is done; `_busy`: when every worker is busy; `_cpu`: of
    processor time then, which other programs on the machine hardly change.
    """

    workers: int
    threads: int
    hearing: float
    speaking: float
    hearing_busy: float
    speaking_busy: float
    hearing_cpu: float
    speaking_cpu: float

    @property
    def seconds(self) -> float:
        """Time for one sentence heard and one spoken when every worker is busy, shared among the workers."""
        return (self.hearing_busy + self.speaking_busy) / self.workers

    @property
    def plan(self) -> Plan:
        """With how many lively calls are served well."""
        turn = self.hearing_cpu * _HEARINGS_A_TURN + self.speaking_cpu * _SENTENCES_A_TURN
        calls = int(_USABLE * self.workers * self.threads * _TURN_SECONDS / turn)
        return Plan(self.workers, self.threads, max(1, calls))


def measured_plan(settings: ServerSettings) -> Plan:
    """The best plan for these models; measured in some seconds unless it was kept.

    What is measured while other programs are busy is used but not kept. Raises `ModelMissingError`, `ModelBrokenError`.
    """
    whisper, voice = settings.whisper, settings.voice
    file = settings.kept / f"{_key(settings)}.json" if settings.kept is not None else None
    if file is not None and (known := _read(file)) is not None:
        return known.plan
    began, others = time.perf_counter(), _others()
    measured: list[Arrangement] = []
    for workers, threads in candidates(cores(), settings.threads):
        measured.append(_measured(whisper, voice, workers, threads))
        if time.perf_counter() - began > _LONGEST_SECONDS:
            break
    quiet = (_others() - others) / (time.perf_counter() - began) < _QUIET * cores()
    found = best(measured) if quiet else measured[0]
    log.info("measured plan=%s", found.plan)
    if file is not None and quiet:
        _write(file, found)
    return found.plan


def best(measured: list[Arrangement]) -> Arrangement:
    """The one that does most; of those that are about as good, the one that answers a single caller soonest."""
    most = min(one.seconds for one in measured)
    good = [one for one in measured if one.seconds * _CLEARLY_BETTER <= most]
    return min(good, key=lambda one: (one.hearing + one.speaking, one.workers))


def candidates(cores: int, threads: int | None = None) -> list[tuple[int, int]]:
    """Workers and threads worth trying, the likeliest first: all cores shared out, and fewer workers of one thread."""
    if threads is not None:
        return [(max(1, cores // threads), threads)]
    shared = [(cores // each, each) for each in (1, 2, 4) if each <= cores]
    fewer = [(cores // part, 1) for part in (2, 4) if cores // part >= 1]
    return list(dict.fromkeys([*shared, *fewer]))


def cores() -> int:
    """Processors this process may use, also inside a container with a quota."""
    allowed = len(os.sched_getaffinity(0))
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text().split()
        return max(1, min(allowed, round(int(quota) / int(period))))
    except (OSError, ValueError):
        return allowed


def processor() -> str:
    """The processor's name."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _measured(whisper: Path, voice: Path, workers: int, threads: int) -> Arrangement:
    recogniser = Recogniser(whisper, threads=threads, workers=workers)
    piper = Piper(voice, threads=threads)
    caller = _caller(piper)

    def hear() -> None:
        recogniser.transcribe(caller)

    def speak() -> None:
        for _ in piper.synthesise(_SENTENCE):
            pass

    hear()
    with ThreadPoolExecutor(workers) as pool:
        hearing, speaking = _together(pool, workers, hear), _together(pool, workers, speak)
    return Arrangement(
        workers,
        threads,
        hearing=min(_seconds(hear) for _ in range(_ROUNDS)),
        speaking=min(_seconds(speak) for _ in range(_ROUNDS)),
        hearing_busy=hearing[0],
        speaking_busy=speaking[0],
        hearing_cpu=hearing[1],
        speaking_cpu=speaking[1],
    )


def _caller(piper: Piper) -> Pcm:
    spoken = np.concatenate(list(piper.synthesise(_SENTENCE))).astype(np.float32)
    heard: Pcm = soxr.resample(spoken, piper.sample_rate, SAMPLE_RATE).astype(np.int16)
    return heard


def _seconds(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _together(pool: ThreadPoolExecutor, workers: int, work: Callable[[], None]) -> tuple[float, float]:
    """Seconds until every worker has done `work` once, and processor seconds for each; the best of some rounds."""
    rounds: list[tuple[float, float]] = []
    for _ in range(_ROUNDS):
        began, used = time.perf_counter(), time.process_time()
        for done in [pool.submit(work) for _ in range(workers)]:
            done.result()
        rounds.append((time.perf_counter() - began, (time.process_time() - used) / workers))
    return min(wall for wall, _ in rounds), min(cpu for _, cpu in rounds)


def _others() -> float:
    """Processor seconds that other programs have used since the machine was started."""
    try:
        user, nice, system = (int(part) for part in Path("/proc/stat").read_text().split(maxsplit=4)[1:4])
    except (OSError, ValueError):
        return 0.0
    return (user + nice + system) / os.sysconf("SC_CLK_TCK") - time.process_time()


def _key(settings: ServerSettings) -> str:
    parts = [
        processor(),
        str(cores()),
        str(settings.threads),
        *(version(name) for name in ("ctranslate2", "onnxruntime")),
    ]
    files = [file for folder in (settings.whisper, settings.voice) for file in _model_files(folder)]
    for file in files:
        with file.open("rb") as opened:
            parts.append(hashlib.file_digest(opened, "sha256").hexdigest())
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def _model_files(model: Path) -> list[Path]:
    return sorted([*model.glob("model.bin"), *model.glob("*.onnx")]) if model.is_dir() else [model]


def _read(file: Path) -> Arrangement | None:
    try:
        return Arrangement(**json.loads(file.read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _write(file: Path, found: Arrangement) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=file.parent, suffix=".part", delete=False) as part:
            json.dump(asdict(found), part)
        Path(part.name).replace(file)
    except OSError as exc:
        log.warning("what was measured cannot be kept: %s", exc.strerror)
