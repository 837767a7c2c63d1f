"""Who has the floor in a call, on a clock that only the test moves."""

from __future__ import annotations

from collections.abc import Iterator

from agent.floor import Floor, Moment
from agent.inputs import Silent, TalkedOn

STEP = 0.25


class Clock:
    """A call that is looked at four times a second."""

    def __init__(self, floor: Floor) -> None:
        self.floor = floor
        self.now = 100.0

    def passes(
        self, seconds: float, *, line: bool = False, caller: bool = False, music: bool = False, patience: float = 1.0
    ) -> list[Silent | TalkedOn]:
        """What is to be done in that time."""
        return list(self._passes(seconds, line=line, caller=caller, music=music, patience=patience))

    def _passes(
        self, seconds: float, *, line: bool, caller: bool, music: bool, patience: float
    ) -> Iterator[Silent | TalkedOn]:
        until = self.now + seconds
        while self.now < until:
            self.now += STEP
            moment = Moment(self.now, line=line, caller=caller, music=music, patience=patience)
            if (found := self.floor.look(moment)) is not None:
                yield found


def test_a_silence_is_noticed_once_it_has_lasted_and_again_after_as_long() -> None:
    call = Clock(Floor(silence=8, talk=45))
    assert call.passes(5, line=True) == []
    assert call.passes(8) == []
    assert len(call.passes(1)) == 1
    assert len(call.passes(8.5)) == 1


def test_a_patient_line_waits_longer_for_both() -> None:
    call = Clock(Floor(silence=8, talk=45))
    assert call.passes(16, patience=2.0) == []
    assert len(call.passes(1, patience=2.0)) == 1
    assert call.passes(80, caller=True, patience=2.0) == []


def test_words_end_a_silence_and_noise_does_not() -> None:
    call = Clock(Floor(silence=8, talk=45))
    call.passes(6)
    call.floor.moved(call.now)
    assert call.passes(6) == []
    assert call.passes(2, caller=True) == []
    assert len(call.passes(2.5)) == 1


def test_a_caller_who_never_pauses_is_noticed_again_and_again_until_they_do() -> None:
    call = Clock(Floor(silence=8, talk=45))
    assert call.passes(45, caller=True) == []
    assert call.passes(1, caller=True) == [TalkedOn(1)]
    # While the line breaks in, nothing is counted.
    assert call.passes(10, caller=True, line=True) == []
    assert call.passes(46, caller=True) == [TalkedOn(2)]
    call.floor.moved(call.now)
    call.passes(3)
    assert call.passes(46, caller=True) == [TalkedOn(1)]


def test_short_pauses_do_not_count_as_giving_way() -> None:
    call = Clock(Floor(silence=8, talk=45))
    found = [one for _ in range(10) for one in (*call.passes(5, caller=True), *call.passes(1))]
    assert found == [TalkedOn(1)]


def test_a_caller_who_is_quick_to_answer_is_never_interrupted() -> None:
    call = Clock(Floor(silence=8, talk=45))
    for _ in range(40):
        assert call.passes(3, line=True) == []
        assert call.passes(4, caller=True) == []
        call.floor.moved(call.now)


def test_music_with_a_voice_in_it_is_nobody() -> None:
    call = Clock(Floor(silence=8, talk=45))
    (found,) = call.passes(46, caller=True, music=True)
    assert isinstance(found, Silent)
    assert found.music
