"""What the watch makes of rooms, on a clock of its own."""

from __future__ import annotations

from telephony.livekit_settings import LiveKitSettings
from telephony.watch import Agent, Rescue, Seen, Watch

ROOM = "call-1"


class Clock:
    """A watch over one room, looked at twice a second. Agents beat at every look unless they are dead."""

    def __init__(self) -> None:
        self.watch = Watch(LiveKitSettings(answer_seconds=4.0, silent_seconds=2.5))
        self.now = 0.0
        self.hurried: list[Rescue] = []

    def pass_by(self, seconds: float, *, living: str = "", dead: str = "", caller: str = "sip_1") -> list[Rescue]:
        found: list[Rescue] = []
        for _ in range(int(seconds * 2)):
            self.now += 0.5
            agents = [Agent(living, True, str(self.now))] if living else []
            agents += [Agent(dead, True, "7")] if dead else []
            found += self.watch.look({ROOM: Seen(ROOM, caller, tuple(agents))}, self.now)
        self.hurried = [rescue for rescue in found if rescue.why == "nobody came"]
        return [rescue for rescue in found if rescue not in self.hurried]


def test_a_call_that_nobody_answers_is_dispatched_again_and_then_goes_to_people() -> None:
    clock = Clock()
    assert clock.pass_by(4.0) == []
    assert clock.pass_by(0.5) == [Rescue(ROOM, "sip_1", "dispatch", "not answered")]
    assert clock.pass_by(3.5) == []
    assert clock.pass_by(0.5) == [Rescue(ROOM, "sip_1", "people", "not answered")]
    assert clock.pass_by(60) == []


def test_a_worker_that_does_not_come_is_not_waited_for() -> None:
    clock = Clock()
    clock.pass_by(4.0)
    assert clock.hurried == [Rescue(ROOM, "sip_1", "dispatch", "nobody came")] * 3
    clock.pass_by(4.0, living="agent-a")
    assert clock.hurried == []


def test_a_call_that_is_answered_in_time_is_left_alone() -> None:
    clock = Clock()
    clock.pass_by(2)
    assert clock.pass_by(60, living="agent-a") == []


def test_an_agent_that_stops_beating_is_put_out_and_another_sent_for() -> None:
    clock = Clock()
    clock.pass_by(10, living="agent-a")
    assert clock.pass_by(2.5, dead="agent-a") == []
    assert clock.pass_by(1.0, dead="agent-a") == [Rescue(ROOM, "sip_1", "dispatch", "fell silent", ("agent-a",))]


def test_after_a_time_without_sight_of_the_server_agents_get_their_seconds_anew() -> None:
    # Given a call that went on until the server died, when it is back without the agent, then the agent may come back.
    clock = Clock()
    clock.pass_by(10, living="agent-a")
    clock.watch.blind(clock.now)
    assert clock.pass_by(3.5) == []
    assert clock.pass_by(4.0, living="agent-a") == []
    # One that does not is not waited for any longer than at the beginning of a call.
    clock.watch.blind(clock.now)
    assert clock.pass_by(4.5) == [Rescue(ROOM, "sip_1", "dispatch", "not answered")]


def test_an_agent_that_vanishes_is_replaced_at_once() -> None:
    clock = Clock()
    clock.pass_by(10, living="agent-a")
    assert clock.pass_by(0.5) == [Rescue(ROOM, "sip_1", "dispatch", "fell silent")]
    assert clock.pass_by(10, living="agent-b") == []


def test_a_second_death_soon_after_the_first_goes_to_people() -> None:
    clock = Clock()
    clock.pass_by(10, living="agent-a")
    clock.pass_by(0.5)
    clock.pass_by(5, living="agent-b")
    assert [rescue.deed for rescue in clock.pass_by(0.5)] == ["people"]


def test_a_second_death_long_after_the_first_is_a_first_one() -> None:
    clock = Clock()
    clock.pass_by(10, living="agent-a")
    clock.pass_by(0.5)
    clock.pass_by(60, living="agent-b")
    assert [rescue.deed for rescue in clock.pass_by(0.5)] == ["dispatch"]


def test_a_room_without_a_caller_needs_nobody() -> None:
    clock = Clock()
    assert clock.pass_by(60, caller="") == []


def test_a_caller_who_is_with_an_adviser_is_left_alone() -> None:
    watch = Watch(LiveKitSettings())
    room = {ROOM: Seen(ROOM, "sip_1", staff=True)}
    assert [watch.look(room, float(now)) for now in range(60)] == [[]] * 60


def test_a_rescue_that_could_not_be_carried_out_is_tried_again() -> None:
    clock = Clock()
    clock.pass_by(4.5)
    assert clock.pass_by(4.0)[0].deed == "people"
    clock.watch.failed(ROOM, clock.now)
    assert clock.pass_by(0.5)[0].deed == "people"


def test_a_room_that_is_gone_is_forgotten() -> None:
    clock = Clock()
    clock.pass_by(4.5)
    clock.watch.look({}, clock.now)
    assert clock.pass_by(4.0) == []
