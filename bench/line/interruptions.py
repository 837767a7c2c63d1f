"""Whoever speaks while the line speaks: how fast it falls silent, and that it goes on after a cough or "mm-hm".

`python -m bench.line.interruptions [--times 4]` rings the real line, speaks into its greeting, and measures on the
audio; it also goes on after a pause that is long enough for the turn to be taken, and looks whether the halves were
joined. Writes `var/bench/interruptions.json`.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from agent.caller import Recording
from agent.direct_call import DirectCall
from agent.line import Line
from bench.callers.dialogues import Caller, Dialogue
from bench.callers.voices import PEOPLE, CallerVoice, cough, said, spoken
from bench.figures.table import Machine, keep, show
from bench.line.calling import BenchCaller, CallRecord, Utterances
from bench.line.opening import bench_line
from bench.line.response import p50_p95
from bench.line.turns import Times, voiced
from telephony.recording import BLOCK_SECONDS, Pcm

_INTO_THE_GREETING = 0.7
_LISTENS = 3.0
_SILENT = 0.3
"""Seconds without a voiced block after which the line has stopped."""
_TAKEN_PAUSE = 1.15
"""Seconds of a pause in which every turn is taken."""
_SPEAKERS = tuple(voice for voice in PEOPLE if voice.maker != "kokoro")


@dataclass(frozen=True, slots=True)
class Interruption:
    """What one sound did: milliseconds from its first voiced block until the line was silent (`None`: it was not), and
    whether the line then went on with what it was saying."""

    sound: str
    voice: str
    stopped: float | None
    went_on: bool
    decided: str


class Interrupter(BenchCaller):
    """Makes one sound into the line's greeting, and listens to what becomes of it."""

    def __init__(self, call: DirectCall, record: CallRecord, sound: Pcm, *, waits: bool = False) -> None:
        """`waits`: until the greeting is over."""
        nothing = Dialogue("missed_bin", "Yes.", {})
        super().__init__(
            call, Caller(nothing), Utterances(nothing, PEOPLE[0], seed=0, pausing=0.0), record, lambda: 0.0
        )
        self._sound = sound
        self._waits = waits

    async def run(self) -> None:
        """Ring, interrupt, wait, hang up."""
        microphone = asyncio.create_task(self._microphone(), name="interrupter")
        try:
            started = asyncio.Event()
            self._call.line.once("playback_started", lambda _: started.set())
            if not self._call.line.speaking:
                await started.wait()
            await (self._line_finished() if self._waits else asyncio.sleep(_INTO_THE_GREETING))
            await self._say(Recording(self._sound))
            await asyncio.sleep(_LISTENS)
            await self._call.hang_up()
        finally:
            microphone.cancel()
            await asyncio.gather(microphone, return_exceptions=True)


async def interrupted(line: Line, name: str, voice: str, sound: Pcm) -> Interruption:
    """One call with one sound in it."""
    events: list[object] = []
    call = await line.start(channel="bench", on_event=events.append, keep_audio=True)
    record = CallRecord(call.id, "greeting")
    await Interrupter(call, record, sound).run()
    await call.over.wait()
    own, others = voiced(call.caller_track), voiced(call.line_track)
    turns = await line.store.turns(call.id)
    return measured(name, voice, own, others, turns[-1].decision if turns else "")


def measured(name: str, voice: str, own: Times, line: Times, decided: str) -> Interruption:
    """What the two sides' voiced blocks say about one sound."""
    begin, end = float(own[0]), float(own[-1]) + BLOCK_SECONDS
    after = line[line >= begin]
    if not len(after) or after[0] > begin + _SILENT:
        # It was silent just then, between two sentences, and stayed so.
        return Interruption(name, voice, 0.0, bool((line > end + 0.1).any()), decided)
    breaks = np.flatnonzero(np.diff(after) > _SILENT)
    stopped = float(after[breaks[0]] if len(breaks) else after[-1]) + BLOCK_SECONDS - begin
    whole = not len(breaks) and stopped > _LISTENS
    return Interruption(
        name,
        voice,
        None if whole else round(stopped * 1000, 1),
        bool((line > end + 0.1).any()),
        decided,
    )


def sounds(times: int) -> Iterator[tuple[str, CallerVoice | None, Pcm]]:
    """What is said or coughed into the greeting."""
    words = ("My bin has not been emptied.", "Can I speak to a person?", "There's a pothole in Station Road.")
    for at in range(times):
        voice = _SPEAKERS[at % len(_SPEAKERS)]
        yield "words", voice, spoken(words[at % len(words)], voice)
        yield "mm-hm", voice, spoken("Mm-hmm.", voice)
        yield "cough", None, cough()


@dataclass(frozen=True, slots=True)
class Mended:
    """A turn that was certainly cut: how long the line still sounded, in milliseconds, and whether it was mended."""

    voice: str
    stopped: float | None
    mended: bool
    heard: str


async def cut(line: Line, voice: CallerVoice) -> Mended:
    """A caller who pauses in the middle of the first sentence until the line has answered, and then goes on."""
    one = said("There's a big pothole | in Station Road outside number ten.", voice, [_TAKEN_PAUSE])
    call = await line.start(channel="bench", on_event=lambda _: None, keep_audio=True)
    record = CallRecord(call.id, "pothole")
    await Interrupter(call, record, one.pcm, waits=True).run()
    await call.over.wait()
    own, others = voiced(call.caller_track), voiced(call.line_track)
    gaps = np.flatnonzero(np.diff(own) > 0.8)
    heard = [turn.heard for turn in await line.store.turns(call.id) if turn.heard]
    mended = any("pothole" in words.lower() and "station" in words.lower() for words in heard)
    if not len(gaps):
        return Mended(voice.name, None, mended, " / ".join(heard))
    again, end = float(own[gaps[0] + 1]), float(own[-1])
    still = others[(others >= again) & (others < end)]
    stopped = float(still[-1]) + BLOCK_SECONDS - again if len(still) else 0.0
    return Mended(voice.name, round(stopped * 1000, 1), mended, " / ".join(heard))


async def run(times: int) -> tuple[list[Interruption], list[Mended]]:
    """All sounds, and as many turns that are cut."""
    found, mended = [], []
    async with bench_line(["pothole", "missed_bin"], calls=1) as opened:
        for name, voice, sound in sounds(times):
            found.append(await interrupted(opened.line, name, voice.name if voice else "", sound))
            print(found[-1], flush=True)
        for at in range(times):
            mended.append(await cut(opened.line, _SPEAKERS[at % len(_SPEAKERS)]))
            print(mended[-1], flush=True)
    return found, mended


def report(found: Sequence[Interruption], mended: Sequence[Mended]) -> None:
    """Print what was measured."""
    rows: list[list[object]] = []
    for name in ("words", "mm-hm", "cough"):
        chosen = [one for one in found if one.sound == name]
        stops = [one.stopped for one in chosen if one.stopped is not None]
        rows.append([name, len(chosen), p50_p95(stops), sum(one.went_on for one in chosen)])
    stops = [one.stopped for one in mended if one.stopped is not None]
    rows.append(["goes on after a cut", len(mended), p50_p95(stops), sum(one.mended for one in mended)])
    show("While the line speaks", ("sound", "n", "silent after ms, p50/p95", "line went on, or mended"), rows)


def main() -> None:
    """Measure, print, and write the JSON file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=4, help="how often each sound is made")
    arguments = parser.parse_args()
    machine = Machine()
    found, mended = asyncio.run(run(arguments.times))
    report(found, mended)
    keep("interruptions", machine, {"sounds": [asdict(o) for o in found], "cuts": [asdict(o) for o in mended]})


if __name__ == "__main__":
    main()
