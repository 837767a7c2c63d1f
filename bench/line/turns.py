"""The turns of a recorded call, measured on its two channels of audio."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from agent.events import DecisionEvent, TranscriptEvent
from bench.line.calling import CallRecord, Uttered
from telephony.recording import BLOCK_SECONDS, Channel, voiced_blocks
from voices.transcript import Nothing
from voices.turn_taking import Over

Times = NDArray[np.float64]

_UNANSWERED = 8.0


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of the caller. Milliseconds count from the caller's last voiced sample, `None` where there is none.

    `silence` is how much of it was waited for by the audio's clock, `wait` what the words asked for; `transcript`: the
    words were there; `taken`: the decision was taken; `gap`: the line's first voiced sample. `cut`: the line took the
    turn in a pause; then `stopped` is how long it still sounded once the caller went on, and `mended` whether the
    halves came together in one decision.
    """

    service: str
    asked: str
    entity: str | None
    text: str
    heard: str
    pauses: tuple[float, ...]
    gap: float | None
    silence: float | None = None
    wait: float | None = None
    transcript: float | None = None
    over: float | None = None
    taken: float | None = None
    completeness: float | None = None
    goes_on: float | None = None
    noise: str = ""
    cut: bool = False
    stopped: float | None = None
    mended: bool | None = None


def voiced(channel: Channel) -> Times:
    """When each voiced block of 10 ms of one side begins, in seconds of the call."""
    found = [at + np.flatnonzero(voiced_blocks(pcm, channel.sample_rate)) * BLOCK_SECONDS for at, pcm in channel.pieces]
    return np.sort(np.concatenate(found)) if found else np.zeros(0)


@dataclass(frozen=True, slots=True)
class _Sides:
    """When the caller's one utterance and the whole line were voiced; and the words that decisions were made on."""

    own: Times
    line: Times
    decided: frozenset[str]

    @property
    def last(self) -> float:
        """Where the utterance ends."""
        return float(self.own[-1]) + BLOCK_SECONDS


def turns(record: CallRecord, decided: Sequence[str | None]) -> Iterator[Turn]:
    """Every turn that the line had the time to answer. `decided`: the words that each decision of the call was made on,
    as the store has them."""
    caller, line = voiced(record.caller), voiced(record.line)
    known = frozenset(_plain(words) for words in decided if words)
    nexts = [utterance.begin for utterance in record.uttered[1:]] + [np.inf]
    for uttered, until in zip(record.uttered, nexts, strict=bool(record.uttered)):
        own = caller[(caller >= uttered.begin) & (caller < uttered.end)]
        if not len(own):
            continue
        turn = _turn(record, uttered, _Sides(own, line, known), min(until, uttered.end + _UNANSWERED))
        if turn.gap is not None or not _hung_up_on(record, uttered):
            yield turn


def _hung_up_on(record: CallRecord, uttered: Uttered) -> bool:
    """Whether the bench's clock ended the call before it was clear that nobody would answer."""
    last = uttered is record.uttered[-1]
    return last and not record.finished and record.caller.seconds < uttered.end + _UNANSWERED


def _turn(record: CallRecord, uttered: Uttered, sides: _Sides, until: float) -> Turn:
    last, line = sides.last, sides.line
    overs = [
        (at, over)
        for at, over in record.overs
        if uttered.begin < at < until and not isinstance(over.transcript, Nothing)
    ]
    final = next(((at, over) for at, over in overs if at >= last), None)
    answers = line[(line >= last) & (line < until)]
    turn = Turn(
        record.service,
        uttered.asked,
        uttered.entity,
        uttered.said.text,
        " / ".join(_text(over) for _, over in overs),
        tuple(round(seconds, 2) for _, seconds in uttered.said.pauses),
        gap=_ms(float(answers[0]) - last) if len(answers) else None,
        noise=record.noise,
    )
    if final is not None:
        turn = _with_parts(turn, record, last, *final)
    return _cut(turn, overs, sides) if overs and overs[0][0] < last else turn


def _with_parts(turn: Turn, record: CallRecord, last: float, at: float, over: Over) -> Turn:
    words = [
        when
        for when, event in record.events
        if isinstance(event, TranscriptEvent) and event.kind == "preflight" and last < when <= at
    ]
    taken = [when for when, event in record.events if isinstance(event, DecisionEvent) and at <= when < at + 2]
    return replace(
        turn,
        silence=_ms(over.silence),
        wait=_ms(over.wait),
        transcript=_ms(words[-1] - last) if words else None,
        over=_ms(at - last),
        taken=_ms(taken[0] - last) if taken else None,
        completeness=round(over.completeness, 3),
        goes_on=round(over.goes_on, 3),
    )


def _cut(turn: Turn, overs: Sequence[tuple[float, Over]], sides: _Sides) -> Turn:
    own, line = sides.own, sides.line
    after = own[own > overs[0][0]]
    went_on = float(after[0]) if len(after) else float(own[-1])
    still = line[(line >= went_on) & (line < sides.last)]
    together = _plain(" ".join(_text(over) for _, over in overs))
    return replace(
        turn,
        cut=True,
        stopped=_ms(float(still[-1]) + BLOCK_SECONDS - went_on) if len(still) else 0.0,
        mended=together in sides.decided,
    )


def _text(over: Over) -> str:
    return "" if isinstance(over.transcript, Nothing) else over.transcript.text


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9']+", text.lower()))


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 1)
