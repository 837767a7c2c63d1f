"""How soon a Piper voice is heard: streaming-vits beside Townline's own way, on the same voice, phonemes and thread.

Runs in the environment that `make test` makes of `bench/peers/requirements.lock`:
`.venv/peers/bin/python -m bench.peers.streaming VOICE.onnx WHISPER [--rounds 5]` prints two tables and writes
`var/bench/streaming.json`. Timed without the voice's random numbers, so that every way makes the same sound; read
back by Townline's recogniser with them, as callers hear it.
"""

from __future__ import annotations

import argparse
import difflib
import itertools
import json
import os
import shutil
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soxr
from numpy.typing import NDArray
from piper import PiperVoice

from bench.peers.streaming_ways import Ids, Way, ids_of, ways
from voices.transcript import Nothing
from voices.vits import Audio
from voices.whisper import SAMPLE_RATE, Recogniser

_SENTENCES = {
    5: ("Your bin was not missed.", "Which street is that on?", "Someone will ring you back."),
    12: (
        "We will come back for your recycling bin on the following Tuesday.",
        "The tip on Station Road is open until late on most evenings.",
        "I have reported the street light outside your house to our engineers.",
    ),
    25: (
        "We will collect the mattress and the sofa on Tuesday, some time between the morning and the late afternoon, "
        "from outside the front of your house.",
        "The tip on Station Road is open from early morning until late in the evening, and you do not need to book "
        "before you come.",
        "I have reported the street light outside your house, and somebody from the council will come to look at it "
        "before the end of the week.",
    ),
}
"""Sentences by how many words they have."""
_SEAM_SECONDS = 0.005
_AUDIBLE = 0.006
_PARTS = ("timed", "joined")
_HEARINGS = 2


@dataclass(frozen=True, slots=True)
class Made:
    """One sentence, in seconds: to its first audible sample, to its end, of the processor, of sound, of starving."""

    words: int
    first: float
    whole: float
    cpu: float
    sound: float
    starved: float


@dataclass(frozen=True, slots=True)
class Joined:
    """The pieces beside the sentence made whole: samples too many, correlation, and the level of what differs."""

    samples: int
    correlation: float
    difference_db: float
    seams_db: float


def made(way: Way, ids: Ids, scales: NDArray[np.float32], words: int, rate: int) -> Made:
    """Make one sentence and measure it. A listener starves when the next piece is not there in time."""
    began, cpu = time.perf_counter(), time.process_time()
    first = played = starved = sound = 0.0
    for piece in way(ids, scales):
        now = time.perf_counter() - began
        first = first or now * bool(np.abs(piece).max() > _AUDIBLE)
        starved += max(0.0, now - played) if played else 0.0
        played = max(played, now) + len(piece) / rate
        sound += len(piece) / rate
    return Made(words, first, time.perf_counter() - began, time.process_time() - cpu, sound, starved)


def joined(pieces: list[Audio], whole: Audio, rate: int) -> Joined:
    """Compare the joined pieces with the sentence made whole."""
    sound = np.concatenate(pieces)
    shared = min(len(sound), len(whole))
    difference = sound[:shared] - whole[:shared]
    around = round(_SEAM_SECONDS * rate)
    seams = np.cumsum([len(piece) for piece in pieces])[:-1]
    near = np.concatenate([difference[max(0, at - around) : at + around] for at in seams] or [difference[:1] * 0])
    correlation = float(np.corrcoef(sound[:shared], whole[:shared])[0, 1])
    return Joined(len(sound) - len(whole), correlation, _below(difference, whole), _below(near, whole))


def _below(difference: Audio, whole: Audio) -> float:
    """The level of a difference beside the whole, in dB."""
    return 20 * float(np.log10(max(_rms(difference), 1e-9) / _rms(whole)))


def _rms(audio: Audio) -> float:
    return float(np.sqrt(np.mean(np.square(audio, dtype=np.float64))))


def wrong_words(recogniser: Recogniser, sound: Audio, rate: int, text: str) -> int:
    """How many words of `text` a listener gets wrong."""
    audio = soxr.resample(np.concatenate([np.zeros(rate // 2, dtype=np.float32), sound]), rate, SAMPLE_RATE)
    heard = recogniser.transcribe((np.clip(audio, -1, 1) * 32767).astype(np.int16))
    said, found = _words(text), [] if isinstance(heard, Nothing) else _words(heard.text)
    same = difflib.SequenceMatcher(None, said, found, autojunk=False).get_matching_blocks()
    return max(len(said), len(found)) - sum(block.size for block in same)


def _words(text: str) -> list[str]:
    return "".join(letter for letter in text.lower() if letter.isalnum() or letter == " ").split()


def measure(model: Path, whisper: Path, rounds: int) -> dict[str, Any]:
    """Every way, every sentence, `rounds` times in turn, and what a listener would hear of it."""
    voice = PiperVoice.load(model)
    every = ways(model, voice)
    ids = {text: ids_of(voice, text) for texts in _SENTENCES.values() for text in texts}
    still = _scales(voice, random=0.0)
    timed: dict[str, list[Made]] = {name: [] for name in every}
    for turn in range(rounds + 1):
        for words, texts in _SENTENCES.items():
            for text, (name, way) in itertools.product(texts, every.items()):
                one = made(way, ids[text], still, words, voice.config.sample_rate)
                if turn:
                    timed[name].append(one)
    return {"timed": timed, **_listened(every, ids, voice, Recogniser(whisper))}


def _listened(every: dict[str, Way], ids: dict[str, Ids], voice: PiperVoice, recogniser: Recogniser) -> dict[str, Any]:
    same: dict[str, list[Joined]] = {name: [] for name in every}
    wrong, rate = dict.fromkeys(every, 0), voice.config.sample_rate
    still, usual = _scales(voice, random=0.0), _scales(voice, random=1.0)
    for text, found in ids.items():
        whole = np.concatenate(list(every["whole"](found, still)))
        for name, way in every.items():
            same[name].append(joined(list(way(found, still)), whole, rate))
            for _ in range(_HEARINGS):
                wrong[name] += wrong_words(recogniser, np.concatenate(list(way(found, usual))), rate, text)
    return {"joined": same, "wrong words": wrong, "words": _HEARINGS * sum(len(_words(text)) for text in ids)}


def _scales(voice: PiperVoice, random: float) -> NDArray[np.float32]:
    config = voice.config
    return np.array([random * config.noise_scale, config.length_scale, random * config.noise_w_scale], dtype=np.float32)


def report(found: dict[str, Any], target: Path) -> None:
    """Print the tables (milliseconds, seconds of sound, dB) and write the figures as JSON."""
    print(f"{'words':>5} {'way':<32}{'first sound':>12}{'all':>7}{'processor':>11}{'sound':>7}{'starved':>9}")
    for words in _SENTENCES:
        timed = {name: [one for one in every if one.words == words] for name, every in found["timed"].items()}
        ours = _medians(timed["Townline"])
        for name, mine in timed.items():
            first, whole, cpu, sound = _medians(mine)
            print(
                f"{words:>5} {name:<32}{first:>12.0f}{whole:>7.0f}{cpu:>11.0f}{sound / 1000:>7.2f}"
                f"{1000 * max(one.starved for one in mine):>9.0f}   of Townline's: first sound {first / ours[0]:.2f},"
                f" processor {cpu / ours[2]:.2f}"
            )
    print(
        f"\n{'beside whole':<32}{'samples':>9}{'correlation':>13}{'difference':>12}{'at seams':>10}{'wrong words':>13}"
    )
    for name, ones in found["joined"].items():
        print(
            f"{name:<32}{max(abs(one.samples) for one in ones):>9}{min(one.correlation for one in ones):>13.6f}"
            f"{max(one.difference_db for one in ones):>12.0f}{max(one.seams_db for one in ones):>10.0f}"
            f"{found['wrong words'][name]:>6} of {found['words']}"
        )
    _write(found, target)


def _medians(ones: list[Made]) -> tuple[float, ...]:
    """Milliseconds to the first sound, to the end, of the processor, of sound."""
    return tuple(
        1000 * float(np.median([getattr(one, of) for one in ones])) for of in ("first", "whole", "cpu", "sound")
    )


def _write(found: dict[str, Any], target: Path) -> None:
    plain = {part: {name: [asdict(one) for one in ones] for name, ones in found[part].items()} for part in _PARTS}
    figures = {"cores": os.cpu_count(), "load": os.getloadavg()[0], "wrong words": found["wrong words"], **plain}
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    print(f"written to {target}; load when done: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


def main() -> None:
    """Measure a copy of the voice: streaming-vits writes its halves beside the model."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("voice", type=Path, help="the voice's .onnx")
    arguments.add_argument("whisper", type=Path, help="the folder of a Whisper model")
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--out", type=Path, default=Path("var/bench/streaming.json"))
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for file in (chosen.voice, chosen.voice.with_name(chosen.voice.name + ".json")):
            shutil.copy(file, folder)
        report(measure(Path(folder) / chosen.voice.name, chosen.whisper, chosen.rounds), chosen.out)


if __name__ == "__main__":
    main()
