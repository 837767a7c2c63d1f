"""One call during which something breaks: what the caller heard of it, and what the line told them."""

from __future__ import annotations

import asyncio
import random
import re
import time
from dataclasses import dataclass, field
from typing import Any

from agent.records import Store
from bench.callers.dialogues import Dialogue
from bench.line.calling import Utterances
from bench.line.response import thinking
from bench.telephone.breaking import Line, Part, Way, away, broken
from bench.telephone.caller import Caller, ring, voiced
from bench.telephone.resident import End, Resident

_LONGEST_CALL_SECONDS = 150.0
_EARLIEST, _LATEST = 0.5, 22.0
"""Seconds after the phone began to ring between which the moment lies."""
_LOOKED_AT_SECONDS = 25.0
"""How long after the fault a silence is counted as its doing."""
_IN_VAIN_SECONDS = 10.0
"""Who has waited for so long at the end of the call was not answered any more."""
_REFERENCE = re.compile(r"\b[A-Z]{2}-\d{4}\b")
_FAULT_NAMED = "there was a fault at our end"


@dataclass(frozen=True)
class Faulted:
    """`wait` is the longest that the caller waited for the line's voice after the fault, in seconds; `None` when they
    never heard it again."""

    call_id: str
    service: str
    part: Part
    way: Way
    at: float
    struck: bool
    """The call was still going on at the moment of the fault."""
    wait: float | None
    end: End
    fault_named: bool
    told: tuple[str, ...]
    """References that the line gave."""


@dataclass(frozen=True, slots=True)
class _Fault:
    """`moment` is in seconds after the phone began to ring."""

    part: Part
    way: Way
    moment: float


@dataclass
class _Told:
    """What the line told its page."""

    events: list[tuple[float, dict[str, Any]]] = field(default_factory=list)

    def take(self, event: dict[str, Any]) -> None:
        self.events.append((time.perf_counter(), event))

    @property
    def words(self) -> str:
        return " ".join(event["text"] for _, event in self.events if event.get("event") == "reply")


async def call_with_fault(
    line: Line, store: Store, dialogue: Dialogue, utterances: Utterances, *, part: Part, way: Way, seed: int
) -> Faulted:
    """Ring, break the part at a random moment, go on as far as it goes; everything is mended when this returns."""
    fault = _Fault(part, way, random.Random(f"fault {seed}").uniform(_EARLIEST, _LATEST))
    told, over = _Told(), asyncio.Event()
    async with ring(line.livekit, number=f"+4477007{seed:05d}", told=told.take) as phone:
        resident = Resident(phone, store, dialogue, utterances, thinking(seed))
        breaking = asyncio.create_task(_break(line, fault, phone.name, over), name="break")
        end = await resident.run(_LONGEST_CALL_SECONDS)
        over.set()
    struck_at = await breaking
    return Faulted(
        resident.call_id,
        dialogue.service,
        part,
        way,
        round(fault.moment, 1),
        struck_at is not None,
        longest_wait(phone, struck_at) if struck_at is not None and end != "cut off" else None,
        end,
        _FAULT_NAMED in told.words,
        tuple(dict.fromkeys(_REFERENCE.findall(told.words))),
    )


async def _break(line: Line, fault: _Fault, room: str, over: asyncio.Event) -> float | None:
    """When it was broken, or `None` when the call was over before that."""
    try:
        async with asyncio.timeout(fault.moment):
            await over.wait()
    except TimeoutError:
        breaking = broken(line, fault.part, fault.way, room)
        # Starting a worker again takes its time, in which the call goes on.
        await asyncio.to_thread(breaking.__enter__)
        struck = time.perf_counter()
        try:
            await away(fault.part, fault.way, over)
        finally:
            await asyncio.to_thread(breaking.__exit__, None, None, None)
        return struck
    return None


def longest_wait(phone: Caller, since: float) -> float | None:
    """The longest silence between the caller's last word, or the line's, and the line's next, after `since`."""
    spoken = [at for at, pcm in zip(phone.times, phone.heard, strict=False) if voiced([pcm, pcm, pcm])]
    last_word = [stop for _, stop in phone.said]
    longest: float | None = None
    previous = since
    for at in (at for at in spoken if since < at):
        answered = max([previous, *(stop for stop in last_word if stop < at)])
        if answered - since > _LOOKED_AT_SECONDS:
            break
        longest = round(max(longest or 0.0, at - answered), 2)
        previous = at
    # By then the line may have spoken for long: "waited" is since the last word of either.
    waited_in_vain = (phone.times[-1] if phone.times else since) - max([since, *spoken, *last_word])
    return longest if waited_in_vain < _IN_VAIN_SECONDS else None
