"""Given audio in which loud is speech, what is told and when. Time is the audio's own; words come from a script."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import numpy as np
import pytest

from tests.voices.detectors import Judging
from voices.activity import SAMPLE_RATE, WINDOW, Activity
from voices.endpointing import Expectation
from voices.speech import Pcm, Priority
from voices.transcript import Heard, Nothing, Transcript, Unclear
from voices.turn_taking import Began, Happening, Over, Stage, TurnTaking, Words

STEP = WINDOW / SAMPLE_RATE
PLAIN = Expectation(completeness=lambda text: 0.99, answered=lambda text: 0.98, entity="yes_no")
"""A yes-or-no question, and whatever is said is an answer to it."""


class Caller:
    """Speaks and pauses on a stream; remembers what the line noticed and what it had decoded."""

    def __init__(self, *words: Transcript, expectation: Expectation | None = None, interim: bool = False) -> None:
        self.words = list(words)
        self.told: list[Happening] = []
        self.decoded: list[tuple[float, Priority]] = []
        self.hold = asyncio.Event()
        self.hold.set()
        self.turns = TurnTaking(
            Activity(Judging(lambda pcm: 0.9 if np.abs(pcm).mean() > 1000 else 0.0)),
            self._hear,
            lambda: expectation or PLAIN,
            self.told.append,
            interim=interim,
        )

    async def _hear(self, pcm: Pcm, priority: Priority) -> Transcript:
        self.decoded.append((len(pcm) / SAMPLE_RATE, priority))
        await self.hold.wait()
        if priority is Priority.PARTIAL_TRANSCRIPT:
            return self.words[0]
        return self.words.pop(0) if len(self.words) > 1 else self.words[0]

    async def speaks(self, seconds: float) -> None:
        await self._push(4000, seconds)

    async def pauses(self, seconds: float) -> None:
        await self._push(3, seconds)

    async def _push(self, level: int, seconds: float) -> None:
        for _ in range(round(seconds / STEP)):
            self.turns.push(np.full(WINDOW, level, dtype=np.int16))
            for _ in range(4):
                await asyncio.sleep(0)

    def texts(self, stage: Stage) -> list[str]:
        return [
            happening.transcript.text
            for happening in self.told
            if isinstance(happening, Words)
            and happening.stage == stage
            and not isinstance(happening.transcript, Nothing)
        ]

    def over(self) -> list[Over]:
        return [happening for happening in self.told if isinstance(happening, Over)]


async def test_a_plain_yes_is_over_a_quarter_of_a_second_after_its_end_with_the_words_of_the_preflight() -> None:
    caller = Caller(Heard("Yes.", 0.9))
    await caller.pauses(0.5)
    await caller.speaks(0.5)
    await caller.pauses(0.2)
    assert caller.texts("preflight") == ["Yes."]
    assert caller.over() == []
    await caller.pauses(0.2)
    assert caller.texts("final") == ["Yes."]
    (over,) = caller.over()
    assert over.wait <= over.silence < over.wait + 2 * STEP
    assert len(caller.decoded) == 1


async def test_what_is_said_has_its_place_in_the_stream() -> None:
    caller = Caller(Heard("Yes.", 0.9))
    await caller.pauses(0.512)
    await caller.speaks(0.512)
    await caller.pauses(1.0)
    (over,) = caller.over()
    assert over.started == pytest.approx(0.512 * SAMPLE_RATE, abs=WINDOW)
    assert over.last_voiced == pytest.approx(1.024 * SAMPLE_RATE, abs=WINDOW)
    assert caller.told[0] == Began(over.started)


async def test_a_pause_inside_a_sentence_is_not_its_end_and_the_whole_is_heard_again() -> None:
    caller = Caller(
        Heard("It's on the corner of", 0.8), Heard("It's on the corner of Church Road.", 0.9), expectation=Expectation()
    )
    await caller.speaks(1.0)
    await caller.pauses(0.7)
    await caller.speaks(0.6)
    await caller.pauses(1.0)
    assert caller.texts("preflight") == ["It's on the corner of", "It's on the corner of Church Road."]
    assert caller.texts("final") == ["It's on the corner of Church Road."]
    assert caller.decoded[1][0] > caller.decoded[0][0] + 1.0


async def test_what_was_asked_decides_how_long_the_line_waits() -> None:
    half_a_postcode = Expectation(completeness=lambda text: 0.0, answered=lambda text: 0.0, entity="postcode")
    caller = Caller(Heard("QA1", 0.9), expectation=half_a_postcode)
    await caller.speaks(0.5)
    await caller.pauses(1.1)
    assert caller.over() == []
    await caller.pauses(0.3)
    assert len(caller.over()) == 1


async def test_a_patient_line_waits_longer() -> None:
    caller = Caller(Heard("Yes.", 0.9), expectation=replace(PLAIN, patience=4.0))
    await caller.speaks(0.5)
    await caller.pauses(0.8)
    assert caller.over() == []
    await caller.pauses(0.4)
    assert len(caller.over()) == 1


async def test_noise_without_words_is_no_turn() -> None:
    caller = Caller(Nothing(0.5))
    await caller.speaks(0.2)
    await caller.pauses(1.0)
    assert caller.texts("preflight") == caller.texts("final") == []
    (over,) = caller.over()
    assert isinstance(over.transcript, Nothing)


async def test_speech_that_cannot_be_made_out_is_a_turn() -> None:
    caller = Caller(Unclear("mumble", 0.1))
    await caller.speaks(0.8)
    await caller.pauses(1.0)
    assert caller.texts("final") == ["mumble"]
    assert isinstance(caller.over()[0].transcript, Unclear)


async def test_words_that_come_late_end_the_turn_when_they_come() -> None:
    caller = Caller(Heard("Yes.", 0.9))
    caller.hold.clear()
    await caller.speaks(0.5)
    await caller.pauses(1.0)
    assert caller.over() == []
    caller.hold.set()
    await caller.pauses(STEP)
    assert len(caller.over()) == 1


async def test_who_goes_on_while_words_are_being_decoded_is_not_interrupted_by_them() -> None:
    caller = Caller(Heard("My bin and my neighbour's bin.", 0.9))
    caller.hold.clear()
    await caller.speaks(0.5)
    await caller.pauses(0.2)
    await caller.speaks(0.5)
    assert caller.texts("preflight") == []
    caller.hold.set()
    await caller.pauses(1.0)
    assert caller.texts("preflight") == ["My bin and my neighbour's bin."]


async def test_a_long_story_is_decoded_in_parts_and_told_whole() -> None:
    caller = Caller(Heard("First,", 0.9), Heard("then that happened.", 0.8))
    await caller.speaks(16.0)
    await caller.pauses(0.2)
    await caller.speaks(1.0)
    await caller.pauses(1.0)
    assert caller.texts("final") == ["First, then that happened."]
    assert caller.decoded[1][0] < 3.0


async def test_a_story_without_a_pause_is_cut_at_a_quiet_moment_and_ends_after_a_minute() -> None:
    caller = Caller(*(Heard(f"part {number}", 0.9) for number in range(9)))
    await caller.speaks(62.0)
    (over,) = caller.over()[:1]
    assert isinstance(over.transcript, Heard)
    assert len(over.transcript.text.split("part")) == 4
    assert max(seconds for seconds, _ in caller.decoded) < 27.0


async def test_interim_words_come_while_the_caller_speaks_where_they_are_wanted() -> None:
    caller = Caller(Heard("My bin", 0.5), Heard("My bin was missed.", 0.9), interim=True)
    await caller.speaks(1.6)
    assert caller.texts("interim") == ["My bin", "My bin"]
    assert {priority for _, priority in caller.decoded} == {Priority.PARTIAL_TRANSCRIPT}


async def test_when_the_audio_ends_the_turn_ends() -> None:
    caller = Caller(Heard("Yes.", 0.9))
    await caller.speaks(0.5)
    await caller.turns.finish()
    assert caller.texts("final") == ["Yes."]
    await caller.turns.finish()
    assert len(caller.over()) == 1


async def test_two_turns_do_not_share_audio() -> None:
    caller = Caller(Heard("Yes.", 0.9), Heard("No.", 0.9))
    for _ in range(2):
        await caller.speaks(0.5)
        await caller.pauses(1.0)
    assert caller.texts("final") == ["Yes.", "No."]
    assert all(seconds < 1.2 for seconds, _ in caller.decoded)


async def test_a_broken_judgement_is_not_swallowed() -> None:
    def broken(text: str) -> float:
        raise ValueError("a mistake of ours")

    caller = Caller(Heard("Yes.", 0.9), expectation=Expectation(completeness=broken))
    await caller.speaks(0.5)
    with pytest.raises(ValueError, match="a mistake of ours"):
        await caller.pauses(1.0)


async def test_who_pauses_long_again_and_again_is_waited_for_longer_for_the_rest_of_the_call() -> None:
    # Given a caller who pauses between the parts, when the next turn ends, then it has more time than the first had.
    unsure = Expectation(completeness=lambda text: 0.0)
    caller = Caller(Heard("It's", 0.9), expectation=unsure)
    await caller.speaks(0.5)
    await caller.pauses(2.0)
    for _ in range(4):
        await caller.speaks(0.5)
        await caller.pauses(0.7)
    await caller.speaks(0.5)
    await caller.pauses(3.0)
    first, last = caller.over()[0], caller.over()[-1]
    assert last.wait > 1.3 * first.wait


async def test_a_relay_operator_who_says_go_ahead_is_answered_at_once_and_then_waited_for() -> None:
    caller = Caller(Heard("It's about my bin, go ahead.", 0.9), Heard("It's", 0.9), expectation=Expectation())
    await caller.speaks(0.5)
    await caller.pauses(1.0)
    await caller.speaks(0.5)
    await caller.pauses(4.0)
    handed_over, later = caller.over()
    assert handed_over.wait < 0.35
    assert later.wait > 1.5
