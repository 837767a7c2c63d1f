"""`townline call` as its users start it: recordings in, one JSON object a line and both sides of the call out."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from agent.settings import ROOT
from tests.calls.voices import VOICES, spoken

SERVICES = ("missed_bin", "pothole", "opening_hours")
KINDS = {"transcript", "decision", "reply", "effect", "gap", "form", "end"}


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Ashcombe with three of its services, and a data folder of its own."""
    services = tmp_path / "intents" / "services"
    services.mkdir(parents=True)
    for name in SERVICES:
        shutil.copy(ROOT / "intents" / "services" / f"{name}.yaml", services)
    for other in (ROOT / "intents").iterdir():
        if other.name != "services":
            (tmp_path / "intents" / other.name).symlink_to(other)
    return Path(shutil.copy(ROOT / "config.yaml", tmp_path))


def recorded(folder: Path, name: str, words: str) -> str:
    path = folder / f"{name}.wav"
    soundfile.write(path, spoken(words, VOICES[0]), 16_000)
    return str(path)


@pytest.mark.timeout(400)
def test_a_recorded_caller_asks_and_presses_keys(config: Path, tmp_path: Path) -> None:
    opening = recorded(tmp_path, "opening", "What time do you open?")
    reply = tmp_path / "reply.wav"
    townline = str(Path(sys.executable).with_name("townline"))
    command = [townline, "call", opening, "--dtmf", "0", "--out", str(reply), "--json"]
    environment = {**os.environ, "TOWNLINE_CONFIG": str(config)}
    ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=380, check=False)
    assert ran.returncode == 0, ran.stderr

    events: list[dict[str, Any]] = [json.loads(line) for line in ran.stdout.splitlines()]
    assert {event["event"] for event in events} <= KINDS | {"handoff", "clear"}
    assert [event["kind"] for event in events if event["event"] == "transcript"][-2:] == ["preflight", "final"]
    asked = next(event for event in events if event["event"] == "decision" and event["intent"])
    assert asked["intent"] == "opening_hours"
    replies = [event["text"] for event in events if event["event"] == "reply"]
    assert any("half past" in text for text in replies)
    # By day a person is fetched, by night a call back is offered.
    assert "get someone" in replies[-1] or "ring you back" in replies[-1]
    assert events[-1]["event"] == "end"

    samples, rate = soundfile.read(reply, dtype="int16")
    assert samples.shape[1] == 2
    assert len(samples) / rate > 5
    loudest = np.abs(samples.astype(np.int32)).max(axis=0)
    assert loudest.min() > 1000
